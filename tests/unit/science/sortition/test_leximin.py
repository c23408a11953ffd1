"""Exact leximin against a listing of every panel, where there is no room at all."""

import numpy as np
import pytest
from tests.reference import panels as listing
from tests.unit.science.sortition.small import bounds, tight

from answerable.science.sortition import Seats, instance, lottery

ALIKE = 1e-7


def compare(number, **kind):
    people, targets, seats, homes = tight(number, **kind)
    made = instance(people, targets, seats=seats, households=homes)
    found = lottery(made)
    expected = listing.leximin(
        listing.all_panels(people, bounds(targets), seats, homes), len(people)
    )
    np.testing.assert_allclose(made.by_person(found.chances), expected, rtol=0, atol=ALIKE)
    assert all(made.admits(panel) for panel in found.panels)
    assert found.weights.min() >= 0
    assert abs(found.weights.sum() - 1) < 1e-12
    return len(found.cuts)


@pytest.mark.parametrize("kind", ["plain", "households", "crossed"])
@pytest.mark.parametrize("part", range(7))
def test_small_pools_without_room_agree_with_a_listing_of_every_panel(kind, part):
    for number in range(part * 20, part * 20 + 20):
        compare(number, **{kind: True} if kind != "plain" else {})


def test_many_of_them_need_cuts():
    assert sum(compare(number) > 0 for number in range(100)) >= 10


def test_whoever_waits_is_told_how_far_it_is():
    told = []
    people = [{"f": value} for value in "aabbcc"]
    targets = [Seats("f", value, 0, 1) for value in "abc"]
    lottery(instance(people, targets, seats=2), tell=lambda now, of: told.append((now, of)))
    assert told
    assert all(0 < now <= of for now, of in told)
