from datetime import UTC, datetime, timedelta

import pytest
from tests.spec.world import BULK, LOOKUP, agreement, duty, rule

from answerable.model.limits import Coarsen, Coarsening, Effect, MinimumCount, Pattern
from answerable.model.text import Text, en
from answerable.terms import Change, diff
from answerable.terms.compare import Direction

WIDER, NARROWER, DIFFERENT = Direction
USUAL = agreement(duties=(duty(on_miss={BULK: Effect.SUSPEND}),))
LEAST = rule(MinimumCount, "least", count=5, patterns=(Pattern.AGGREGATE,))
DISTRICT = rule(
    Coarsen, "district", column="address", to=Coarsening.POSTCODE_DISTRICT, patterns=(BULK,)
)


def changed(**changes):
    return diff(USUAL, USUAL.with_(**changes))


def directions(**changes):
    return [(change.what, change.direction) for change in changed(**changes)]


def test_the_same():
    assert diff(USUAL, USUAL) == []


@pytest.mark.parametrize(
    ("name", "fewer", "lost", "more", "won"),
    [
        ("columns", ("need", "address"), "born, person", ("phone",), "phone"),
        ("purposes", ("rescue",), "planning", ("research",), "research"),
        ("patterns", (LOOKUP,), "aggregate, bulk", (), ""),
        ("recipients", (), "larchside", ("larchwater", "inverlarch"), "inverlarch, larchwater"),
    ],
)
def test_sets(name, fewer, lost, more, won):
    narrower, wider = Change(name, lost, "", NARROWER), Change(name, "", won, WIDER)
    assert changed(**{name: fewer}) == [narrower]
    if more:
        assert changed(**{name: (*getattr(USUAL, name), *more)}) == [wider]
        assert changed(**{name: (*fewer, *more)}) == [narrower, wider]


def test_the_order_in_a_set_does_not_matter():
    assert changed(columns=USUAL.columns[::-1], purposes=USUAL.purposes[::-1]) == []


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "later", "direction"),
    [
        ("starts", USUAL.starts + DAY, NARROWER),
        ("starts", USUAL.starts - DAY, WIDER),
        ("ends", USUAL.ends + DAY, WIDER),
        ("ends", USUAL.ends - DAY, NARROWER),
        ("greatest_age_minutes", 61, WIDER),
        ("greatest_age_minutes", 59, NARROWER),
        ("custodian", "zz", DIFFERENT),
        ("custodian", "aa", DIFFERENT),
        ("dataset", "another", DIFFERENT),
        ("subject_column", "person", DIFFERENT),
    ],
)
def test_single_values(name, later, direction):
    assert directions(**{name: later}) == [(name, direction)]


def test_single_values_are_shown_before_and_after():
    assert changed(greatest_age_minutes=5) == [Change("greatest_age_minutes", "60", "5", NARROWER)]


def test_moments_are_shown_as_everywhere():
    said = changed(ends=datetime(2028, 1, 1, tzinfo=UTC))
    assert said == [Change("ends", "2029-11-01T00:00:00Z", "2028-01-01T00:00:00Z", NARROWER)]


def test_limits():
    wider = agreement(LEAST)
    assert directions_of(agreement(), wider) == [("rule least", NARROWER)]
    assert directions_of(wider, agreement()) == [("rule least", WIDER)]
    assert directions_of(wider, agreement(LEAST.with_(count=9))) == [("rule least", DIFFERENT)]
    assert directions_of(wider, agreement(LEAST.with_(limit="most"))) == [
        ("rule least", WIDER),
        ("rule most", NARROWER),
    ]


def directions_of(before, after):
    return [(change.what, change.direction) for change in diff(before, after)]


def test_the_order_of_limits_does_not_matter():
    assert diff(agreement(LEAST, DISTRICT), agreement(DISTRICT, LEAST)) == []


def test_limits_are_shown_in_words():
    (change,) = diff(agreement(LEAST), agreement(LEAST.with_(count=9)))
    assert "no count below 5 is given." in change.before
    assert "no count below 9 is given." in change.after
    (change,) = diff(agreement(), agreement(LEAST))
    assert change.before == ""


def test_duties():
    assert directions(duties=()) == [("duty yearly-report", WIDER)]
    assert directions(duties=(*USUAL.duties, duty(duty="delete"))) == [("duty delete", NARROWER)]
    later = USUAL.duties[0].with_(every_months=12)
    assert directions(duties=(later,)) == [("duty yearly-report", DIFFERENT)]


def test_a_limit_and_a_duty_of_the_same_name_are_two():
    both = agreement(LEAST, duties=(duty(duty="least"),))
    assert directions_of(both, agreement()) == [("rule least", WIDER), ("duty least", WIDER)]


@pytest.mark.parametrize(
    "limit",
    [
        DISTRICT.with_(because="principle:say-why"),
        DISTRICT.with_(source="postcode"),
    ],
)
def test_a_limit_with_another_reason_or_source_differs(limit):
    assert directions_of(agreement(DISTRICT), agreement(limit)) == [("rule district", DIFFERENT)]


@pytest.mark.parametrize(
    "change",
    [
        {"because": "principle:say-why"},
        {"evidence": en("Nothing much.")},
        {"what": Text({"en": "Publish what the data was used for.", "cy": "Dim byd."})},
    ],
)
def test_a_duty_with_another_reason_evidence_or_translation_differs(change):
    duties = (USUAL.duties[0].with_(**change),)
    assert directions(duties=duties) == [("duty yearly-report", DIFFERENT)]
