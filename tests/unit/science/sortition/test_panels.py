"""Panels near a composition: every one keeps the rows, and exchanges are found where there are."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.science.sortition.small import tight

from answerable.science.sortition import Seats, instance, leximin
from answerable.science.sortition.face import face_of
from answerable.science.sortition.master import even_weights
from answerable.science.sortition.panels import Finder, spread
from answerable.science.sortition.repair import Repair, Width
from answerable.science.sortition.siblings import Siblings

EVERY = Width(2, 1_000, 1_000)
PEOPLE = [
    {"age": age, "place": place} for age in ("young", "old") for place in "abc" for _ in range(4)
]
TARGETS = [
    Seats("age", "young", 2, 4),
    Seats("age", "old", 2, 4),
    *(Seats("place", place, 2, 2) for place in "abc"),
]
HOMES = [f"h{place % 9}" for place in range(len(PEOPLE))]


def composed(people=PEOPLE, targets=TARGETS, seats=6, homes=None):
    made = instance(people, targets, seats=seats, households=homes)
    return made, leximin(made).chances * made.sizes


def first(generator, count):
    return [panel for panel, _ in zip(generator, range(count), strict=False)]


@pytest.mark.parametrize("homes", [None, HOMES])
def test_panels_near_a_composition_keep_the_rows_and_average_to_it(homes):
    made, composition = composed(homes=homes)
    finder = Finder(made, composition)
    panels = first(spread(made, composition, finder), 80)
    assert len(panels) == 80
    assert all(made.admits(panel) and finder.face.holds(panel) for panel in panels)
    assert np.abs(np.mean(panels, axis=0) - composition).max() < 0.1


@pytest.mark.parametrize("number", range(40))
def test_what_an_average_of_panels_fills_each_of_its_panels_fills(number):
    people, targets, seats, homes = tight(number, households=True)
    made, composition = composed(people, targets, seats, homes)
    face = face_of(made, composition)
    for panel in first(spread(made, composition, Finder(made, composition)), 10):
        assert face.holds(panel)
        assert not face.spare(panel)[face.filled].any()


def exchanged(face, start):
    """Every panel of a face that at most two exchanges of people lead to."""
    orbits = range(len(start))
    for people in (0, 1, 2):
        for gone in combinations(orbits, people):
            for come in combinations(orbits, people):
                panel = start.copy()
                panel[list(gone)] -= 1
                panel[list(come)] += 1
                if face.holds(panel):
                    yield panel


@given(st.data())
def test_the_exchange_of_least_loss_is_found_wherever_there_is_one(data):
    number = data.draw(st.integers(0, 200))
    people, targets, seats, _ = tight(number)
    loose = [Seats(t.feature, t.value, max(0, t.min - 1), t.max + 1) for t in targets]
    made, composition = composed(people, loose, seats)
    face = face_of(made, composition)
    extra = np.flatnonzero(face.least < face.most)
    some = data.draw(st.lists(st.sampled_from(extra.tolist()), unique=True)) if len(extra) else []
    start = face.least.copy()
    start[some] += 1
    worth = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(start), max_size=99)))
    worth = worth[: len(start)].astype(float)
    found = Repair(face).mend(start, worth, EVERY)
    possible = list(exchanged(face, start))
    if start.sum() == seats:
        assert (found is None) == (not possible)
    if found is not None:
        assert face.holds(found)
        best = max(worth @ panel for panel in possible) if possible else worth @ found
        assert face.holds(start) or worth @ found >= best


def test_exchanges_of_three_reach_further_than_those_of_two():
    people = [{f: str(int(f == own)) for f in "abc"} | {"d": own} for own in "abcxyz"]
    targets = [Seats(f, "1", 1, 1) for f in "abc"] + [Seats(f, "0", 2, 2) for f in "abc"]
    targets += [Seats("d", own, 0, 1) for own in "abcxyz"]
    made = instance(people, targets, seats=3)
    inside = face_of(made, np.full(6, 0.5))
    inside.lower[1:], inside.upper[1:] = made.lower[1:], made.upper[1:]
    start = np.array([int(orbit.values[3] in "xyz") for orbit in made.orbits])
    worth = np.zeros(6)
    assert Repair(inside).mend(start, worth, EVERY) is None
    found = Repair(inside).mend(start, worth, Width(3, 9, 9))
    assert found.tolist() == (1 - start).tolist()


def test_siblings_have_the_same_profiles_from_households_that_are_owed_more():
    made, composition = composed(homes=HOMES)
    finder = Finder(made, composition)
    siblings = Siblings(finder.face)
    assert siblings.each > 0
    panel = next(spread(made, composition, finder))
    wish = composition - panel
    turned = siblings.of(panel, wish)
    assert made.admits(turned)
    assert wish @ turned > wish @ panel
    seats = [Counter(), Counter()]
    for counted, one in zip(seats, (panel, turned), strict=True):
        for orbit, number in zip(made.orbits, one.tolist(), strict=True):
            counted[orbit.values] += number
    assert seats[0] == seats[1]


def test_without_households_nobody_has_a_sibling():
    made, composition = composed()
    assert Siblings(face_of(made, composition)).each == 0


def test_even_weights_are_exact_and_above_zero():
    panels = [np.array(panel) for panel in ([1, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 1])]
    wanted = np.array([0.7, 0.6, 0.7])
    weights = even_weights(panels, wanted)
    np.testing.assert_allclose(weights @ np.array(panels), wanted, rtol=0, atol=1e-11)
    assert weights.min() > 0
    assert abs(weights.sum() - 1) < 1e-11


@pytest.mark.parametrize("wanted", [[0.9, 0.1, 1.0], [1.0, 0.5, 0.5]])
def test_there_are_none_where_panels_do_not_surround_a_composition(wanted):
    panels = [np.array(panel) for panel in ([1, 0, 1], [0, 1, 1])]
    assert even_weights(panels, np.array(wanted) * [1, 1, 0.5]) is None
