"""Methods beside leximin, and what measures say of each."""

import numpy as np
import pytest
from bench.pools import SHAPES, homes, pool
from tests.unit.science.sortition.small import tight

from answerable.science.sortition import METHODS, Seats, instance, lottery, measures, nash
from answerable.science.sortition.panels import best_panel

SHAPE = next(shape for shape in SHAPES if shape.name == "sf_b")


@pytest.fixture(scope="module")
def found():
    made = instance(*pool(SHAPE), seats=SHAPE.seats)
    return {
        name: measures(made, made.by_person(lottery(made, rule).chances))
        for name, rule in METHODS.items()
    }


def test_each_method_is_best_at_what_it_is_for(found):
    leximin, maximin, by_product = found["leximin"], found["maximin"], found["nash"]
    assert leximin.least_probability == pytest.approx(maximin.least_probability, abs=1e-9)
    assert by_product.least_probability < leximin.least_probability
    assert by_product.geometric_mean > max(leximin.geometric_mean, maximin.geometric_mean)
    assert leximin.gini < maximin.gini


def test_no_method_tells_equal_people_apart(found):
    assert all(each.spread_within_profile == 0 for each in found.values())


def test_two_people_in_one_seat():
    people = [{"f": "v"}, {"f": "v"}, {"f": "w"}]
    made = instance(people, [Seats("f", "v", 0, 1), Seats("f", "w", 0, 1)], seats=1)
    for rule in METHODS.values():
        np.testing.assert_allclose(lottery(made, rule).chances, [1 / 3, 1 / 3], atol=1e-7)


def rise(made, chances):
    """How much the mean logarithm could still rise, at most, by any panel."""
    some = chances > 1e-9
    worth = np.where(some, 1 / np.where(some, chances, 1), 0)
    return worth @ best_panel(made, worth) / made.sizes[some].sum() - 1


def test_the_product_cannot_rise_in_pools_without_room():
    for number in range(40):
        people, targets, seats, living = tight(number, households=number % 2 == 1)
        made = instance(people, targets, seats=seats, households=living)
        assert rise(made, lottery(made, nash).chances) < 1e-6


@pytest.mark.parametrize("name", ["mass", "cca", "nexus"])
@pytest.mark.parametrize("together", [False, True])
def test_the_product_cannot_rise_in_pools_of_the_published_shapes(name, together):
    shape = next(shape for shape in SHAPES if shape.name == name)
    living = homes(shape) if together else None
    made = instance(*pool(shape), seats=shape.seats, households=living)
    assert rise(made, nash(made).chances) < 1e-6


def test_measures_of_known_chances():
    made = instance(
        [{"f": "v"}] * 2 + [{"f": "w"}] * 2, [Seats("f", "v", 0, 2), Seats("f", "w", 0, 2)], seats=2
    )
    said = measures(made, np.array([0.2, 0.8, 0.5, 0.5]))
    assert said.least_probability == 0.2
    assert said.spread_within_profile == pytest.approx(0.6)
    assert said.gini == pytest.approx(0.225)
    assert said.geometric_mean == pytest.approx(0.04**0.25)
    assert measures(made, np.array([0.0, 1.0, 0.5, 0.5])).geometric_mean == 0
