"""The figures of a day can be published: nothing small, nothing exact, always in one order."""

import json
from datetime import date
from hashlib import sha256

import pytest
from tests.worlds import before

from answerable.gateway.releases.committed import salt_of
from answerable.gateway.releases.daily import (
    Counted,
    Counting,
    DayOfReleases,
    Sort,
    count_day,
    limits_in,
)
from answerable.gateway.releases.leaves import Release, outline, read_leaf, release_line
from answerable.model.exchange import Count
from answerable.model.signing import canonical

DAY = date(2026, 1, 31)
LOOKUP = Release("allowed", "flood-help", "homes", "lookup", "fire-service", "rescue")
LIMITS = frozenset({"district", "codes", "slowly"})
SALT = b"s" * 32


def release(said=LOOKUP, day="2026-01-31", number=0):
    return release_line(outline(said), f"{day}T09:30:00Z".encode(), number, None)


def sent(*of, day="2026-01-31"):
    return canonical({"v": 1, "what": "sent", "at": f"{day}T10:00:00Z", "of": list(of)})


def unlisted(of, day="2026-01-31"):
    return canonical({"v": 1, "what": "unlisted", "at": f"{day}T10:00:00Z", "of": of})


def count(lines, salt=None, gateway="the-gateway", day=DAY):
    def find(number):
        return read_leaf(lines[number])

    def limits(agreement):
        return LIMITS if agreement == "flood-help" else ()

    return count_day(lines, Counting(gateway, day, salt, find, limits))


def counted(said, outcome, requests, rows, limits=()):
    names = (said.agreement, said.dataset, said.pattern, said.recipient)
    return Counted(*names, outcome, requests, rows, limits, None)


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


# Limits that decided.


def by(*names, outcome="allowed"):
    return Release(outcome, "flood-help", "homes", "lookup", "fire-service", "rescue", by=names)


@pytest.mark.parametrize(("times", "named"), [(1, ()), (9, ()), (10, ("codes",)), (11, ("codes",))])
def test_a_limit_is_named_that_decided_ten_requests_and_none_that_decided_nine(times, named):
    lines = [release(by("codes"))] * times + [release()] * 100
    assert [row.limits for row in count(lines)] == [named]


def test_a_limit_that_decided_too_few_here_is_not_named_for_having_decided_more_elsewhere():
    lines = [release(by("codes"))] * 9 + [release(by("codes", outcome="refused"))] * 9
    assert [row.limits for row in count(lines)] == [(), ()]
    lines += [release(by("codes"), day="2026-01-30")] * 9
    assert [row.limits for row in count(lines)] == [(), ()]


def test_limits_are_in_order_and_only_those_of_the_agreement():
    """What else decides is a part of the grant, a promise, or the house."""
    lines = [release(by("slowly", "window", "codes", "yearly-report", outcome="refused"))] * 10
    assert [row.limits for row in count(lines)] == [("codes", "slowly")]
    nobody = Release("refused", by=("codes", "door"))
    assert [row.limits for row in count([release(nobody)] * 10)] == [()]


def test_a_limit_counts_once_for_each_request():
    assert [row.limits for row in count([release(by("codes", "codes"))] * 9)] == [()]


def test_the_limits_of_an_agreement_are_those_in_the_register():
    limits = limits_in(before(None).state)
    assert limits("flood-rescue") == {"district-unless-warning"}
    assert limits("nothing") == limits(None) == frozenset()


# Commitments.


def committed(lines, salt=SALT, **row):
    """Work a commitment out as an auditor would, from the page of the gateway."""
    said = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    leaves = b"".join(sha256(b"\0" + line).digest() for line in lines)
    start = b"answerable/counted/v1\n" + salt + said.encode() + b"\n"
    return sha256(start + leaves).hexdigest()


ROW = {
    "gateway": "the-gateway",
    "day": "2026-01-31",
    "agreement": "flood-help",
    "dataset": "homes",
    "pattern": "lookup",
    "recipient": "fire-service",
    "outcome": "allowed",
}


def test_a_row_is_committed_to_exactly_the_leaves_that_were_counted_in_it():
    refused = release(by("codes", outcome="refused"), number=2)
    stranger = release(Release("refused"), number=3)
    mine = [release(number=0), release(number=1), sent([0, 1, "sent"], [1, 4, "sent"])]
    other = sent([2, 0, "sent"])
    lines = [*mine[:2], refused, stranger, mine[2], other, unlisted(7)]
    nobody, allowed, declined = count(lines, SALT)
    assert allowed.commitment == committed(mine, **ROW)
    assert declined.commitment == committed([refused, other], **{**ROW, "outcome": "refused"})
    none = dict.fromkeys(("agreement", "dataset", "pattern", "recipient"))
    assert nobody.commitment == committed(
        [stranger, lines[-1]], **{**ROW, **none, "outcome": "refused"}
    )


@pytest.mark.parametrize(
    "change",
    [
        {"salt": b"t" * 32},
        {"gateway": "another"},
        {"lines": [release(), release(number=2)]},
        {"lines": [release(number=1), release()]},
        {"lines": [release()]},
        {"lines": [release(), release(), release(number=1)]},
    ],
    ids=["salt", "gateway", "leaf", "order", "fewer", "more"],
)
def test_anything_else_is_another_commitment(change):
    usual = {"lines": [release(), release(number=1)], "salt": SALT}
    assert count(**usual)[0].commitment == count(**usual)[0].commitment
    assert count(**{**usual, **change})[0].commitment != count(**usual)[0].commitment


def test_each_day_and_each_key_has_a_salt_of_its_own():
    salts = {salt_of(key, day) for key in (b"k" * 32, b"l" * 32) for day in (DAY, date(2026, 2, 1))}
    assert len(salts) == 4
    assert {len(salt) for salt in salts} == {32}


def test_without_a_salt_nothing_is_committed_to():
    assert [row.commitment for row in count([release()])] == [None]


def test_the_file_is_canonical_and_what_an_entry_takes():
    counts = count([release(by("codes"))] * 25 + [release(Release("refused"))], SALT)
    file = DayOfReleases("the-gateway", DAY, 26, "ab" * 32, counts).data
    said = json.loads(file)
    assert canonical(said) == file
    assert said["v"] == 2
    assert (said["gateway"], said["day"]) == ("the-gateway", "2026-01-31")
    assert (said["size"], said["root"]) == (26, "ab" * 32)
    read = [Count.model_validate_json(json.dumps(each)) for each in said["counts"]]
    assert [each.requests for each in read] == [None, 30]
    assert [each.limits for each in read] == [(), ("codes",)]
    assert [each.commitment for each in read] == [each.commitment for each in counts]


def test_a_sort_has_every_field_of_a_count_but_the_figures():
    figures = {"requests", "rows", "limits", "commitment"}
    assert {*Sort._fields, *figures} == set(Count.model_fields)
    assert counted(LOOKUP, "allowed", 10, 10).sort == Sort(*list(ROW.values())[2:])
