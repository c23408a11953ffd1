"""A thousand compositions of equal chance, each within a tenth of a percentage point."""

import numpy as np
import pytest
from bench.pools import SHAPES, Shape, homes, pool
from tests.unit.science.sortition.small import tight

from answerable.science.sortition import (
    Seats,
    SortitionError,
    chances_of,
    equal_lottery,
    instance,
    lottery,
)

NEAR = 0.001


def compare(people, targets, seats, households=None):
    made = instance(people, targets, seats=seats, households=households)
    exact = lottery(made)
    compositions = equal_lottery(exact)
    assert compositions.shape == (1000, len(made.orbits))
    assert all(made.admits(row) for row in np.unique(compositions, axis=0))
    off = np.array(chances_of(made, compositions)) - made.by_person(exact.chances)
    assert np.abs(off).max() <= NEAR + 1e-9


@pytest.mark.parametrize("kind", [{}, {"households": True}, {"crossed": True}], ids=str)
def test_small_pools(kind):
    for number in range(25):
        compare(*tight(number, **kind))


@pytest.mark.parametrize("name", ["sf_b", "example_small", "cca"])
def test_pools_with_published_shapes(name):
    shape = next(shape for shape in SHAPES if shape.name == name)
    compare(*pool(shape), shape.seats)


def test_a_pool_with_households():
    shape = next(shape for shape in SHAPES if shape.name == "example_small")
    compare(*pool(shape), shape.seats, homes(shape))


def test_what_cannot_be_written_so_is_refused():
    made = instance(
        [{"f": "v"}, {"f": "w"}], [Seats("f", "v", 0, 1), Seats("f", "w", 0, 1)], seats=1
    )
    with pytest.raises(SortitionError) as problem:
        equal_lottery(lottery(made), 3)
    assert problem.value.code == "lottery.uneven"
    assert problem.value.params == {"compositions": 3, "millionths": 166_667}


TIGHT = [
    (Shape("rnd1-7", 99, 20, 8), False),
    (Shape("rnd1-77", 111, 12, 8), True),
    (Shape("rnd1-83", 108, 40, 8), False),
]
"""Pools for which exchanging panels for the first that fit leaves somebody too far off."""


@pytest.mark.parametrize(("shape", "together"), TIGHT, ids=lambda each: getattr(each, "name", ""))
def test_a_pool_with_hardly_any_room(shape, together):
    compare(*pool(shape), shape.seats, homes(shape) if together else None)
