"""Laws of the fair draw on invented pools, small ones against a listing of every panel."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import panels as listing
from tests.unit.science.sortition.small import bounds, tight

from answerable.science.sortition import (
    Seats,
    SortitionError,
    certificate,
    chances_of,
    check,
    check_people,
    conflict,
    equal_lottery,
    instance,
    lottery,
    relaxation,
    retarget,
)

pytestmark = pytest.mark.property
SETTINGS = settings(max_examples=int(os.environ.get("FUZZ_CASES", "60")), deadline=None)
ALIKE = 1e-7


@st.composite
def pools(draw):
    """People, targets with some room that a panel may or may not meet, homes or none."""
    values = draw(st.lists(st.integers(2, 3), min_size=1, max_size=3))
    person = st.tuples(*(st.integers(0, most - 1) for most in values))
    drawn = draw(st.lists(person, min_size=4, max_size=11))
    people = [{f"f{at}": f"v{value}" for at, value in enumerate(each)} for each in drawn]
    seats = draw(st.integers(1, min(5, len(people))))
    targets = []
    for at, most in enumerate(values):
        for value in range(most):
            least = draw(st.integers(0, 2))
            targets.append(Seats(f"f{at}", f"v{value}", least, least + draw(st.integers(0, 3))))
    homes = draw(st.none() | st.lists(st.sampled_from("abcdefgh"), min_size=11, max_size=11))
    return people, targets, seats, homes[: len(people)] if homes else None


@SETTINGS
@given(pools())
def test_chances_are_those_of_a_listing_of_every_panel(pool):
    people, targets, seats, homes = pool
    try:
        made = instance(people, targets, seats=seats, households=homes)
    except SortitionError:
        return
    panels = listing.all_panels(people, bounds(targets), seats, homes)
    if not panels:
        with pytest.raises(SortitionError) as problem:
            lottery(made)
        assert problem.value.code == "targets.together"
        return
    found = lottery(made)
    expected = listing.leximin(panels, len(people))
    np.testing.assert_allclose(made.by_person(found.chances), expected, rtol=0, atol=ALIKE)
    said = certificate(found)
    assert check(said) == []
    assert check_people(said, people, homes) == []


@SETTINGS
@given(pools())
def test_a_conflict_is_named_and_its_relaxation_helps(pool):
    people, targets, seats, homes = pool
    try:
        made = instance(people, targets, seats=seats, households=homes)
    except SortitionError:
        return
    found = relaxation(made)
    if found is None:
        assert not listing.all_panels(people, {}, seats, homes)
        return
    assert bool(conflict(made)) == bool(found.changes)
    after = {change.target.of: change for change in found.changes}
    eased = [
        Seats(t.feature, t.value, after[pair].min, after[pair].max) if pair in after else t
        for t in targets
        for pair in [((t.feature, t.value),)]
    ]
    assert conflict(retarget(made, eased)) == []


@SETTINGS
@given(st.integers(1000, 10**9), st.sampled_from(["households", "crossed", "neither"]))
def test_pools_without_room(number, kind):
    people, targets, seats, homes = tight(number, **({kind: True} if kind != "neither" else {}))
    made = instance(people, targets, seats=seats, households=homes)
    found = lottery(made)
    panels = listing.all_panels(people, bounds(targets), seats, homes)
    expected = listing.leximin(panels, len(people))
    np.testing.assert_allclose(made.by_person(found.chances), expected, rtol=0, atol=ALIKE)
    assert check(certificate(found)) == []
    try:
        compositions = equal_lottery(found)
    except SortitionError as problem:
        assert problem.code == "lottery.uneven"  # noqa: PT017 - the only way it may fail
        return
    off = np.array(chances_of(made, compositions)) - made.by_person(found.chances)
    assert np.abs(off).max() <= 0.001 + 1e-9
