"""Nash welfare where seats may be parts of seats: the greatest product of everybody's chances.

The logarithm of the product is concave, and is raised from within the rows by Newton's method,
with a barrier at each row that is lowered step by step (an interior-point method). What rounding
leaves outside the rows is brought back by the nearest point within them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.instance import Instance, Reals
from answerable.science.sortition.relaxed import Relaxed, leximin
from answerable.science.sortition.solver import EVERY, Linear

_STEPS = 200
_SMALL = 1e-9
_LEAST = 1e-13
_STEEPEST = 1e13
_BACK = 0.99
_LOWER = 0.2
_RIDGE = 1e-12
_NONE = 1e-9
_ROOM = 1e-2


def nash(instance: Instance) -> Relaxed:
    """Find the chances with the greatest product, for those who can have any chance at all.

    Raises:
        SortitionError: as `leximin`.
    """
    fair = leximin(instance)
    some = fair.chances > _NONE
    wanted = _Barrier(instance, some, fair.chances * instance.sizes).climb()
    composition = _nearest(instance, wanted)
    return Relaxed(np.clip(composition / instance.sizes, 0.0, 1.0), ())


@dataclass(frozen=True, eq=False)
class _Rows:
    matrix: Reals
    most: Reals


def _inequalities(instance: Instance, some: NDArray[np.bool_]) -> _Rows:
    """Give the rows as at most so much; a least is a most of the opposite."""
    loose = instance.lower < instance.upper
    low = loose & (instance.lower > -EVERY)
    kinds = np.zeros((len(instance.room), len(some)))
    kinds[instance.kind, np.arange(len(some))] = 1
    matrix = np.vstack([instance.matrix[loose], -instance.matrix[low], kinds])[:, some]
    most = np.concatenate([instance.upper[loose], -instance.lower[low], instance.room])
    bites = matrix.any(axis=1)
    return _Rows(matrix[bites], most[bites])


def _apart(equal: _Rows, atmost: _Rows) -> tuple[_Rows, _Rows, Reals]:
    """Count rows that can never be slack as equal ones; and give a point where the others are."""
    rows, orbits = atmost.matrix.shape
    model = Linear(
        np.append(np.zeros(orbits), -np.ones(rows)),
        np.zeros(orbits + rows),
        np.append(np.full(orbits, EVERY), np.full(rows, _ROOM)),
    )
    nothing = np.zeros((len(equal.most), rows))
    model.rows(np.hstack([equal.matrix, nothing]), equal.most, equal.most)
    model.rows(np.hstack([atmost.matrix, np.eye(rows)]), np.full(rows, -EVERY), atmost.most)
    model.solve_surely()
    point, room = np.split(model.values, [orbits])
    tight = room < _NONE
    joined = _Rows(
        np.vstack([equal.matrix, atmost.matrix[tight]]), np.append(equal.most, atmost.most[tight])
    )
    return joined, _Rows(atmost.matrix[~tight], atmost.most[~tight]), point


class _Barrier:
    """Newton steps for the sum of logarithms, rows kept by multipliers and slacks."""

    def __init__(
        self,
        instance: Instance,
        some: NDArray[np.bool_],
        start: Reals,
    ) -> None:
        self.some, self.whole = some, start.copy()
        self.people = instance.sizes[some].astype(np.float64)
        exact = instance.lower == instance.upper
        equal = _Rows(instance.matrix[exact][:, some], instance.upper[exact])
        self.equal, self.atmost, within = _apart(equal, _inequalities(instance, some))
        self.seats = (start[some] + within) / 2
        self.slack = np.maximum(self.atmost.most - self.atmost.matrix @ self.seats, _ROOM)
        self.price = 1 / self.slack
        self.free = np.zeros(len(self.equal.most))

    def climb(self) -> Reals:
        """Step until the barrier is next to nothing; the seats of every orbit."""
        for _ in range(_STEPS):
            barrier = _LOWER * float(self.price @ self.slack) / max(1, len(self.slack))
            if self._step(barrier) <= _SMALL and barrier <= _SMALL:
                break
        self.whole[self.some] = self.seats
        return self.whole

    def _step(self, barrier: float) -> float:
        """Take one step towards the centre; how far rows were from holding, or it goes."""
        rows, equal = self.atmost.matrix, self.equal.matrix
        slope = -self.people / self.seats + rows.T @ self.price + equal.T @ self.free
        over = rows @ self.seats + self.slack - self.atmost.most
        off = equal @ self.seats - self.equal.most
        ratio = np.minimum(self.price / self.slack, _STEEPEST)
        curve = np.diag(self.people / self.seats**2) + (rows.T * ratio) @ rows
        push = slope + rows.T @ (ratio * over + barrier / self.slack - self.price)
        solved = np.linalg.solve(curve, np.column_stack([push, equal.T]))
        schur = equal @ solved[:, 1:] + _RIDGE * np.eye(len(off))
        free = np.linalg.lstsq(schur, off - equal @ solved[:, 0])[0].astype(np.float64)
        seats: Reals = -solved[:, 0] - solved[:, 1:] @ free
        slack: Reals = -over - rows @ seats
        dearer = barrier / self.slack - self.price - ratio * slack
        reach = min(_reach(self.seats, seats), _reach(self.slack, slack))
        self.seats = self.seats + reach * seats
        self.slack = np.maximum(self.slack + reach * slack, _LEAST)
        self.free = self.free + reach * free
        self.price = np.maximum(self.price + _reach(self.price, dearer) * dearer, _LEAST)
        return max(float(np.abs(each).max(initial=0.0)) for each in (over, off, seats))


def _reach(now: Reals, step: NDArray[np.floating]) -> float:
    """How much of a step can be taken before something is no longer above zero."""
    falling = step < 0
    return min(1.0, _BACK * float(np.min(-now[falling] / step[falling], initial=1 / _BACK)))


def _nearest(instance: Instance, wanted: Reals) -> Reals:
    """Find the point within all rows with the least difference in all."""
    orbits = len(wanted)
    ones, none = np.ones(orbits), np.zeros(orbits)
    model = Linear(
        np.concatenate([none, ones, ones]),
        np.zeros(3 * orbits),
        np.concatenate([instance.most, EVERY * ones, EVERY * ones]),
    )
    apart = np.hstack([np.eye(orbits), np.eye(orbits), -np.eye(orbits)])
    model.rows(apart, wanted, wanted)
    beside = np.zeros((len(instance.matrix), 2 * orbits))
    model.rows(np.hstack([instance.matrix, beside]), instance.lower, instance.upper)
    for kind in instance.shared.tolist():
        inside = np.flatnonzero(instance.kind == kind)
        model.row(inside, np.ones(len(inside)), -EVERY, float(instance.room[kind]))
    model.solve_surely()
    return model.values[:orbits]
