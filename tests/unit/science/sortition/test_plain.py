"""The plain lottery: compositions of greatest worth, exact chances, and their doubt."""

import numpy as np
import pytest
from tests.unit.science.sortition.small import tight

from answerable.science.sortition import (
    Seats,
    SortitionError,
    chances_of,
    doubt,
    instance,
    lottery_of,
    measures,
    plain_compositions,
)
from answerable.science.sortition.lot import Lot
from answerable.science.sortition.plain import _keys, _Search

KEY = bytes(range(32))


def every_composition(made):
    """List every composition that keeps the rows."""
    spans = np.meshgrid(*(np.arange(most + 1) for most in made.most.tolist()), indexing="ij")
    rows = np.stack([span.ravel() for span in spans], axis=1)
    return [row for row in rows[rows.sum(axis=1) == made.seats] if made.admits(row)]


@pytest.mark.parametrize("number", range(12))
def test_a_composition_is_the_one_of_greatest_worth(number):
    people, targets, seats, homes = tight(number, households=number % 2 == 1)
    made = instance(people, targets, seats=seats, households=homes)
    search, known = _Search(made), every_composition(made)
    for turn in range(20):
        keys = _keys(made, Lot(KEY), turn)
        worths = [sum(sum(k[:s]) for k, s in zip(keys, row, strict=True)) for row in known]
        best = search.best(keys)
        assert sum(sum(k[:s]) for k, s in zip(keys, best, strict=True)) == max(worths)


def test_the_chances_are_those_of_the_compositions():
    people = [{"f": "v"}] * 3 + [{"f": "w"}] * 2
    made = instance(people, [Seats("f", "v", 0, 2), Seats("f", "w", 0, 2)], seats=2)
    compositions = plain_compositions(made, KEY, 400)
    found = lottery_of(made, compositions)
    assert found.weights.sum() == pytest.approx(1)
    spread = made.by_person(found.chances)
    np.testing.assert_allclose(spread, chances_of(made, compositions))
    assert spread.sum() == pytest.approx(2)
    assert np.abs(spread - 0.4).max() < 4 * doubt(made, compositions)
    assert measures(made, spread).spread_within_profile == 0


def test_doubt_is_the_standard_error_of_the_mean():
    made = instance(
        [{"f": "v"}, {"f": "w"}], [Seats("f", "v", 0, 1), Seats("f", "w", 0, 1)], seats=1
    )
    compositions = np.array([[0, 1], [1, 0], [1, 0], [1, 0]])
    assert doubt(made, compositions) == pytest.approx(np.std([0, 1, 1, 1], ddof=1) / 2)


def test_the_key_decides():
    made = instance([{"f": v} for v in "vwvwvw"], [Seats("f", v, 0, 3) for v in "vw"], seats=3)
    first = plain_compositions(made, KEY, 30)
    assert (first == plain_compositions(made, KEY, 30)).all()
    assert (first != plain_compositions(made, KEY[::-1], 30)).any()
    told = []
    plain_compositions(made, KEY, 2, tell=lambda done, of: told.append((done, of)))
    assert told == [(1, 2), (2, 2)]


def test_targets_that_cannot_be_met_together_are_named():
    people = [{"a": "x", "b": "y"}] * 2 + [{"a": "z", "b": "w"}] * 2
    targets = [Seats("a", "x", 1, 1), Seats("a", "z", 1, 1), Seats("b", "y", 2, 2)]
    targets.append(Seats("b", "w", 0, 0))
    made = instance(people, targets, seats=2)
    with pytest.raises(SortitionError, match=r"targets\.together"):
        plain_compositions(made, KEY, 3)
