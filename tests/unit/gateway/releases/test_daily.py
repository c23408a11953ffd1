"""The figures of a day can be published: nothing small, nothing exact, always in one order."""

import json
from datetime import date

import pytest

from answerable.gateway.releases.daily import Counted, DayOfReleases, Sort, count_day
from answerable.gateway.releases.leaves import Release, outline, read_leaf, release_line
from answerable.model.exchange import Count
from answerable.model.signing import canonical

DAY = date(2026, 1, 31)
LOOKUP = Release("allowed", "flood-help", "homes", "lookup", "fire-service", "rescue")


def release(said=LOOKUP, day="2026-01-31", number=0):
    return read_leaf(release_line(outline(said), f"{day}T09:30:00Z".encode(), number, None))


def sent(*of, day="2026-01-31"):
    return {"v": 1, "what": "sent", "at": f"{day}T10:00:00Z", "of": list(of)}


def unlisted(of, day="2026-01-31"):
    return {"v": 1, "what": "unlisted", "at": f"{day}T10:00:00Z", "of": of}


def count(leaves):
    return count_day(leaves, DAY, leaves.__getitem__)


def counted(said, outcome, requests, rows):
    return Counted(
        said.agreement, said.dataset, said.pattern, said.recipient, outcome, requests, rows
    )


@pytest.mark.parametrize(
    ("exact", "public"),
    [(1, None), (9, None), (10, 10), (14, 10), (15, 20), (24, 20), (25, 30), (1_234, 1_230)],
)
def test_figures_are_rounded_and_small_ones_left_out(exact, public):
    assert count([release()] * exact) == (counted(LOOKUP, "allowed", public, None),)
    assert count([release(), sent([0, exact, "sent"])])[0].rows == public


def test_rows_count_however_the_answer_ended():
    leaves = [release(), sent([0, 6, "hung-up"], [0, 7, "stopped"]), sent([0, 8, "failed"])]
    assert count(leaves)[0].rows == 20


def test_only_the_day_counts():
    other = [release(day="2026-01-30"), release(day="2026-02-01"), unlisted(50, "2026-02-01")]
    assert count(other) == ()
    assert len(count([*other, release()])) == 1


def test_rows_of_an_answer_that_began_the_day_before_count_when_it_ended():
    leaves = [release(day="2026-01-30"), sent([0, 5000, "sent"])]
    assert count(leaves) == (counted(LOOKUP, "allowed", None, 5000),)
    assert count([release(), sent([0, 5000, "sent"], day="2026-02-01")])[0].rows is None


def test_sorts_are_apart_and_in_order():
    emergency = Release("allowed", "flood-help", "homes", "lookup", "fire-service", emergency=True)
    refused = Release("refused", "flood-help", "homes", "lookup", "fire-service", emergency=True)
    bulk = Release("allowed", "flood-help", "homes", "bulk", "fire-service")
    opened = Release("allowed", None, "rainfall", "bulk")
    stranger = Release("refused", None, None, "lookup")
    leaves = [release(said) for said in (refused, bulk, emergency, stranger, opened, LOOKUP)]
    found = count(leaves * 10)
    assert found == count(leaves[::-1] * 10)
    assert [(one.agreement, one.pattern, one.outcome) for one in found] == [
        (None, None, "refused"),
        (None, "bulk", "allowed"),
        ("flood-help", "bulk", "allowed"),
        ("flood-help", "lookup", "allowed"),
        ("flood-help", "lookup", "emergency"),
        ("flood-help", "lookup", "refused"),
    ]
    assert {one.requests for one in found} == {10}


def test_refusals_before_an_agreement_was_known_are_one_line():
    leaves = [
        release(Release("refused")),
        release(Release("refused", dataset="homes", recipient="fire-service")),
        unlisted(998),
    ]
    assert count(leaves) == (counted(Release("refused"), "refused", 1000, None),)


def test_the_file_is_canonical_and_what_an_entry_takes():
    counts = count([release()] * 25 + [release(Release("refused"))])
    file = DayOfReleases("the-gateway", DAY, 26, "ab" * 32, counts).data
    said = json.loads(file)
    assert canonical(said) == file
    assert said["v"] == 1
    assert (said["gateway"], said["day"]) == ("the-gateway", "2026-01-31")
    assert (said["size"], said["root"]) == (26, "ab" * 32)
    read = [Count.model_validate_json(json.dumps(each)) for each in said["counts"]]
    assert [each.requests for each in read] == [None, 30]


def test_a_sort_has_every_field_of_a_count_but_the_figures():
    assert {*Sort._fields, "requests", "rows"} == set(Count.model_fields)
