"""Counts of data that change: what was given of other data is known only as far as it may hold."""

import pytest

from answerable.science.disclosure import GivenCounts, Table, may_leave

PARTS, WHOLE = ("ward", "need"), ("ward",)
ROWS = {("south", "chair"): 57, ("south", "boat"): 4}


def leaving(wanted, *given, version="today"):
    def people(grouping, cell):
        at = [PARTS.index(column) for column in grouping]
        return sum(n for atom, n in ROWS.items() if tuple(atom[place] for place in at) == cell)

    table = Table(PARTS, ROWS)
    return may_leave(table, wanted, minimum=10, version=version, given=given, people=people)


def given(version, grouping, **counts):
    names = [("south", name) if grouping == PARTS else (name,) for name in counts]
    return GivenCounts(version, grouping, dict(zip(names, counts.values(), strict=True)))


@pytest.mark.parametrize("version", ["today", "yesterday"])
def test_what_still_holds_is_known(version):
    assert leaving(WHOLE, given(version, PARTS, chair=57)) == set()


def test_what_holds_no_more_is_not_known():
    assert leaving(WHOLE, given("yesterday", PARTS, chair=50)) == {("south",)}


def test_what_was_enough_and_is_few_is_protected_like_any_other():
    once = given("yesterday", PARTS, chair=57, boat=12)
    assert leaving(PARTS, once) == {("south", "chair")}
    assert leaving(WHOLE, once, given("today", PARTS, chair=57)) == set()


def test_numbers_that_hold_again_by_chance_are_no_leave_to_give_all():
    """Never true together, both are true today: nobody knows so, until this release says it."""
    by_chance = given("one", PARTS, chair=57), given("two", WHOLE, south=61)
    assert leaving(WHOLE, *by_chance) == {("south",)}
    assert leaving(PARTS, *by_chance, given("today", WHOLE, south=61)) == set()
