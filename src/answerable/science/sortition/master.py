"""Weights for panels so that each orbit has exactly its seats on average."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.instance import Reals, Wholes
from answerable.science.sortition.solver import Linear

_EXACT = 1e-11
_NOTHING = 1e-12
_RIDGE = 1e-9
_TURNS = 12
_LEAVINGS = 12


def even_weights(panels: Sequence[Wholes], composition: Reals) -> tuple[list[Wholes], Reals] | None:
    """Give exact weights near to equal ones; panels whose weight would be negative are left out.

    None where the panels left do not suffice.
    """
    rows = np.vstack([np.array(panels, dtype=np.float64).T, np.ones(len(panels))])
    wanted = np.append(composition, 1.0)
    kept: NDArray[np.intp] = np.arange(len(panels))
    for _ in range(_LEAVINGS):
        weights = _nearest(rows, wanted, np.full(len(kept), 1 / len(kept)))
        if np.abs(rows @ weights - wanted).max() > _EXACT:
            return None
        if weights.min() >= 0:
            return [panels[place] for place in kept.tolist()], weights
        rows, kept = rows[:, weights > 0], kept[weights > 0]
    return None


def _nearest(rows: Reals, wanted: Reals, weights: Reals) -> Reals:
    """Correct weights by as little as possible so that rows are as wanted."""
    squares = rows @ rows.T
    squares[np.diag_indices_from(squares)] += _RIDGE
    inverse = np.linalg.inv(squares)
    for _ in range(_TURNS):
        missing = wanted - rows @ weights
        if np.abs(missing).max() <= _NOTHING:
            break
        weights = weights + rows.T @ (inverse @ missing)
    return weights


class Master:
    """The linear problem of weights: least deviation from a composition, and its duals."""

    def __init__(self, composition: Reals) -> None:
        self.wanted = np.append(composition, 1.0)
        orbits = len(composition)
        self.slack = 2 * orbits
        self.model = Linear(np.ones(self.slack), np.zeros(self.slack), np.full(self.slack, np.inf))
        self.model.option("simplex_strategy", 4)
        both = np.hstack([np.eye(orbits), -np.eye(orbits)])
        matrix = np.vstack([both, np.zeros((1, self.slack))])
        self.model.rows(matrix[:-1], composition, composition)
        self.model.row(np.array([], dtype=np.int64), np.array([]), 1.0, 1.0)
        self.panels: list[Wholes] = []

    def add(self, panel: Wholes) -> None:
        self.panels.append(panel)
        self.model.column(0.0, np.append(panel, 1.0))

    def solve(self) -> float:
        """Give the least deviation in all."""
        self.model.solve_surely()
        return self.model.objective

    @property
    def direction(self) -> tuple[Reals, float]:
        """What a seat of each orbit is worth, and what a panel must be worth to help."""
        duals = self.model.duals
        return duals[:-1], -float(duals[-1])

    def weights(self) -> tuple[list[Wholes], Reals]:
        """Give the panels that count, and their weights, made exact."""
        values = self.model.values[self.slack :]
        used = np.flatnonzero(values > _NOTHING)
        panels = [self.panels[place] for place in used]
        rows = np.vstack([np.array(panels, dtype=np.float64).T, np.ones(len(panels))])
        exact = _nearest(rows, self.wanted, values[used])
        return panels, exact if exact.min() >= 0 else values[used] / values[used].sum()
