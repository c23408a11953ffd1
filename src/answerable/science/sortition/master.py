"""Weights for panels so that each orbit has exactly its seats on average."""

from collections.abc import Sequence

import numpy as np

from answerable.science.sortition.instance import Reals, Wholes
from answerable.science.sortition.solver import Linear

_EXACT = 1e-11
_NOTHING = 1e-12
_RIDGE = 1e-9
_TURNS = 12
_PROJECTIONS = 200
_LEAST = 0.02


def even_weights(panels: Sequence[Wholes], composition: Reals) -> Reals | None:
    """Give exact weights near to equal ones, all above zero; none where they were not found.

    In turn weights are corrected by as little as possible so that they are exact, and those that
    are too small are raised: projections onto two convex sets, which near a point in both.
    """
    exact = _Exact(panels, composition)
    least = _LEAST / len(panels)
    weights = np.full(len(panels), 1 / len(panels))
    for _ in range(_PROJECTIONS):
        weights = exact.corrected(np.maximum(weights, least))
        if weights.min() > least / 2:
            return exact.near(weights)
    return None


class _Exact:
    """The weights of some panels that give a composition on average."""

    def __init__(self, panels: Sequence[Wholes], composition: Reals) -> None:
        self.rows = np.vstack([np.array(panels, dtype=np.float64).T, np.ones(len(panels))])
        self.wanted = np.append(composition, 1.0)
        squares = self.rows @ self.rows.T
        squares[np.diag_indices_from(squares)] += _RIDGE
        self.inverse = np.linalg.inv(squares)

    def missing(self, weights: Reals) -> Reals:
        return np.asarray(self.wanted - self.rows @ weights)

    def corrected(self, weights: Reals) -> Reals:
        """Correct weights by as little as possible."""
        return np.asarray(weights + self.rows.T @ (self.inverse @ self.missing(weights)))

    def near(self, weights: Reals) -> Reals | None:
        """Give exact weights near to some; none where there are none, or one is below zero."""
        for _ in range(_TURNS):
            if np.abs(self.missing(weights)).max() <= _NOTHING:
                break
            weights = self.corrected(weights)
        exact = np.abs(self.missing(weights)).max() <= _EXACT
        return weights if exact and weights.min() >= 0 else None


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
        weights = _Exact(panels, self.wanted[:-1]).near(values[used])
        return panels, values[used] / values[used].sum() if weights is None else weights
