"""How many: nothing about few, also not beside what was given before."""

import asyncio

import pytest
from tests.gateways import SERVICE, asking
from tests.town import CELLS, COUNTS, HOUR, LEAVE_OUT, MARK, OUT, home, rows, rule, write_homes

from answerable.model.limits import Coarsen, Coarsening, MinimumCount, OnlyRows, Pattern

BOTH = ("ward", "need")
TENS = {"agreement": "in-tens"}


def test_without_a_minimum_everything_is_given(shared):
    assert shared.cells(*BOTH) == CELLS
    said = shared.counts(*BOTH).said
    assert (said["minimum"], said["columns"]) == (None, list(BOTH))


def test_people_are_counted_once_although_they_have_several_rows(shared):
    assert sum(shared.cells("ward").values()) == sum(CELLS.values()) == len(rows()) - 2
    by_area = shared.cells("flood_area")
    assert sum(by_area.values()) == len(rows())  # but in each cell that they are in
    assert by_area[None,] == 1


def test_values_are_written_as_text(shared):
    assert set(shared.cells("oxygen")) == {("yes",), ("no",)}
    assert ("1911-02-15",) in shared.cells("born")
    assert ("2026-01-02T09:30:00Z",) in shared.cells("seen_at")
    assert ("3",) in shared.cells("people")
    assert ("0.25",) in shared.cells("score")


def test_the_order_is_that_of_the_values_with_the_unknown_last(shared):
    said = shared.counts("flood_area").said["counts"]
    assert [row[0] for row in said] == ["kirk", "larch", None]


def test_nothing_smaller_than_the_minimum_is_given(shared):
    said = shared.counts(*BOTH, **TENS).said
    assert said["minimum"] == 10
    assert [tuple(row[:2]) for row in said["counts"]] == [
        ("north", "boat"),
        ("north", "chair"),
        ("south", "chair"),
    ]


def test_who_said_no_is_not_counted(shared):
    assert shared.cells(*BOTH, **TENS)["north", "chair"] == 39
    assert shared.cells(*BOTH)["north", "chair"] == 40


def test_a_no_is_not_counted_at_once(gate):
    gate.feed(OUT, home(1), home(2))
    assert gate.cells(*BOTH, **TENS)["north", "chair"] == 37


def gives_away(whole, parts):
    """Tell whether a total less the parts that are given is a number of few."""
    return any(
        0 < total - sum(n for cell, n in parts.items() if cell[0] == ward) < 10
        and sum(cell[0] == ward for cell in parts) < 2
        for (ward,), total in whole.items()
    )


def test_a_total_after_its_parts_does_not_give_the_rest_away(gate):
    parts = gate.cells(*BOTH, **TENS)
    whole = gate.cells("ward", **TENS)
    assert len(parts) == 3
    assert not gives_away(whole, parts)
    assert ("south",) not in whole


def test_parts_after_their_total_do_not_give_the_rest_away(gate):
    whole = gate.cells("ward", **TENS)
    parts = gate.cells(*BOTH, **TENS)
    assert whole == {("north",): 72, ("south",): 61}
    assert not gives_away(whole, parts)
    assert ("south", "chair") not in parts


def test_the_order_of_columns_is_no_way_round(gate):
    gate.cells("ward", **TENS)
    other = gate.cells("need", "ward", **TENS)
    assert ("chair", "south") not in other
    assert ("boat", "south") not in other


def test_what_was_given_is_remembered_after_a_restart(gate):
    gate.cells(*BOTH, **TENS)
    gate.restart()
    gate.later()
    assert ("south",) not in gate.cells("ward", **TENS)


def boats(count, ward="south"):
    """Give more homes, each with a boat."""
    like = rows()[0]
    return [
        {**like, "household": home(500 + n), "ward": ward, "need": "boat"} for n in range(count)
    ]


def test_numbers_of_data_that_changed_do_not_give_the_rest_away(gate):
    """Boats in the south were enough to be given, and are few now: nothing new may tell how few."""
    write_homes(gate.homes, more := [*rows(), *boats(8)])
    before = gate.cells(*BOTH, **TENS)
    assert before["south", "boat"] == 12
    write_homes(gate.homes, more[:-8])
    gate.later()
    whole = gate.cells("ward", **TENS)
    parts = gate.cells(*BOTH, **TENS)
    assert ("south", "boat") not in parts
    assert ("south", "chair") in parts
    assert ("south",) not in whole


def test_parts_of_other_data_that_still_hold_do_not_give_the_rest_away(gate):
    parts = gate.cells(*BOTH, **TENS)
    assert ("south", "chair") in parts
    write_homes(gate.homes, [*rows(), *boats(20, "north")])
    gate.later()
    whole = gate.cells("ward", **TENS)
    assert ("north",) in whole
    assert ("south",) not in whole


def test_a_list_that_changes_makes_other_data(gate):
    gate.cells("ward", **TENS)
    gate.feed(OUT, home(1), home(2))
    gate.cells("ward", **TENS)
    versions = [each.version for each in gate.running.point.published.under("in-tens")]
    assert len(set(versions)) == 2


def test_what_was_given_under_another_agreement_is_another_matter(gate):
    gate.agree("other-tens", rule(MinimumCount, "tens", count=10, patterns=(COUNTS,)))
    gate.cells(*BOTH, **TENS)
    assert gate.cells("ward", agreement="other-tens")["south",] == 61


def test_the_same_question_has_the_same_answer(gate):
    assert gate.cells(*BOTH, **TENS) == gate.cells(*BOTH, **TENS)


def test_the_highest_minimum_counts(gate):
    gate.agree(
        "higher",
        rule(MinimumCount, "ten", count=10),
        rule(MinimumCount, "fifty", count=50),
        rule(MinimumCount, "not-for-this", count=90, patterns=(Pattern.BULK,)),
    )
    said = gate.counts(*BOTH, agreement="higher").said
    assert said["minimum"] == 50
    assert all(row[-1] >= 50 for row in said["counts"])


def test_nobody_at_all_gives_no_cells(gate):
    write_homes(gate.homes, [])
    assert gate.cells(*BOTH) == {}
    assert gate.cells(*BOTH, **TENS) == {}


def test_only_rows_that_may_be_given_are_counted(shared):
    assert set(shared.cells("ward", agreement="north-only")) == {("north",)}


def test_codes_stand_for_references_in_counts_too(shared):
    found = shared.cells("household", agreement="coded")
    assert MARK not in str(found)
    assert set(found.values()) == {1}
    codes = {row["household"] for row in shared.given(agreement="coded", columns=["household"])}
    assert {code for (code,) in found} == codes


def test_values_are_as_exact_as_agreed(gate):
    gate.agree("years", rule(Coarsen, "year", column="born", to=Coarsening.YEAR), LEAVE_OUT)
    found = gate.cells("born", agreement="years")
    assert all(len(year) == 4 for (year,) in found)
    said = gate.counts("born", agreement="years").said
    assert said["given"] == [{"column": "born", "form": "year", "by": ["year"]}]


def test_it_is_recorded_before_it_is_given(shared):
    said = shared.counts(*BOTH, **TENS).said
    leaf = shared.running.point.log.leaf(said["release"])
    assert (leaf["pattern"], leaf["rows"], leaf["outcome"]) == ("aggregate", 3, "allowed")
    assert shared.ended(said["release"]) == (3, "sent")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"columns": ["note"]}, "request.column"),
        ({"purpose": "curiosity"}, "request.purpose"),
        ({"agreement": "over"}, "request.ended"),
        ({"agreement": "in-a-warning"}, "request.no-signal"),
        ({"service": "police-desk"}, "request.recipient"),
    ],
)
def test_what_is_not_agreed_is_refused(shared, changes, code):
    answer = shared.post("/counts", **changes)
    assert answer.status == 403
    assert set(answer.refusals) == {code}


def test_a_question_that_is_too_large_is_refused_clearly(gate):
    """By sixty thousand cells nobody can tell what gives whom away in reasonable time."""
    wide = [
        {**row, "ward": f"w{number}", "need": f"n{number}", "people": number, "score": number / 8}
        for number, row in enumerate([*rows()] * 12)
    ]
    write_homes(gate.homes, [{**r, "household": home(n)} for n, r in enumerate(wide)])
    answer = gate.counts("ward", "need", "people", "born", "seen_at", **TENS)
    assert (answer.status, answer.code) == (503, "counts.unsafe")
    assert answer.said["title"]
    assert answer.said["remedy"]
    assert gate.last()["codes"] == ["counts.unsafe"]
    assert gate.running.point.published.under("in-tens") == []


def test_how_often_is_limited(gate):
    assert gate.counts("ward", agreement="slowly").status == 200
    refused = gate.counts("ward", agreement="slowly")
    assert (refused.status, refused.refusals) == (429, ["request.rate"])
    gate.later(HOUR)
    assert gate.counts("ward", agreement="slowly").status == 200


async def crowd(gate, *columns, **said):
    asked = [
        gate.sends("POST", "/counts", asking(columns=list(each), **said), service=SERVICE)
        for each in columns
    ]
    return await asyncio.gather(*asked)


@pytest.mark.parametrize(
    "wanted",
    [[200, 429, 429, 429]],
)
def test_many_at_once_do_not_get_more(gate, wanted):
    answers = asyncio.run(crowd(gate, *[BOTH] * 4, agreement="slowly"))
    assert sorted(answer.status for answer in answers) == wanted


def test_many_at_once_know_of_each_other(gate):
    whole, parts = asyncio.run(crowd(gate, ["ward"], BOTH, **TENS))
    found = [{tuple(cell): n for *cell, n in answer.said["counts"]} for answer in (whole, parts)]
    assert not gives_away(*found)
    assert (("south",) in found[0]) != (("south", "chair") in found[1])


@pytest.mark.parametrize(
    "status",
    [403],
)
def test_what_was_suspended_while_it_was_counted_is_not_given(gate, monkeypatch, status):
    source = gate.running.point.sources["homes"]
    version, seen = type(source).version, []

    def slow(self):
        seen.append(1)
        if len(seen) == 2:  # after everything was counted
            gate.later()
            gate.suspend("in-tens")
        return version(self)

    monkeypatch.setattr(type(source), "version", slow)
    monkeypatch.setattr(type(gate), "follow", lambda self: self.running.follow())
    assert gate.loop.state.size
    answer = gate.counts("ward", **TENS)
    assert len(seen) == 2
    assert answer.status == status


def test_a_source_that_moves_while_it_is_counted_is_no_answer(gate, monkeypatch):
    source = gate.running.point.sources["homes"]
    numbers = iter(range(99))
    monkeypatch.setattr(type(source), "version", lambda self: str(next(numbers)))
    answer = gate.counts("ward", **TENS)
    assert (answer.status, answer.code) == (503, "source.moved")
    assert gate.running.point.published.under("in-tens") == []


def test_a_limit_of_rows_after_the_fact_counts_what_it_leaves(gate):
    gate.agree(
        "few-south",
        rule(OnlyRows, "south", column="ward", compare="one-of", values=("south",)),
        rule(MinimumCount, "tens", count=10),
    )
    assert gate.cells("need", agreement="few-south") == {("chair",): 57}
