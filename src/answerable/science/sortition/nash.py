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
    """Rows over seats, and what each adds up to at most, or exactly."""

    matrix: Reals
    most: Reals


def _rows(instance: Instance, some: NDArray[np.bool_]) -> tuple[_Rows, _Rows]:
    """Give the rows that hold exactly, and the others; a least is a most of the opposite."""
    matrix = np.vstack([instance.matrix, instance.kind == instance.shared[:, None]])[:, some]
    lower = np.append(instance.lower, np.full(len(instance.shared), -EVERY))
    upper = np.append(instance.upper, instance.room[instance.shared].astype(np.float64))
    loose = lower < upper
    low = loose & (lower > -EVERY)
    atmost = np.vstack([matrix[loose], -matrix[low]])
    most = np.concatenate([upper[loose], -lower[low]])
    bites = atmost.any(axis=1)
    return _Rows(matrix[~loose], upper[~loose]), _Rows(atmost[bites], most[bites])


def _room(equal: _Rows, atmost: _Rows, bounds: Reals) -> tuple[Reals, Reals, Reals]:
    """Give seats, and how much room they leave in rows and below bounds; some wherever any can."""
    rows, orbits = atmost.matrix.shape
    apart = rows + orbits
    model = Linear(
        np.append(np.zeros(orbits), -np.ones(apart)),
        np.zeros(orbits + apart),
        np.append(np.full(orbits, EVERY), np.full(apart, _ROOM)),
    )
    model.rows(np.pad(equal.matrix, ((0, 0), (0, apart))), equal.most, equal.most)
    every = np.vstack([atmost.matrix, np.eye(orbits)])
    most = np.append(atmost.most, bounds)
    model.rows(np.hstack([every, np.eye(apart)]), np.full(apart, -EVERY), most)
    model.solve_surely()
    seats, left, below = np.split(model.values, [orbits, orbits + rows])
    return seats, left, below


class _Barrier:
    """Newton steps for the sum of logarithms, rows kept by multipliers and slacks.

    The most seats of a single orbit are a row with one entry. These stand last, and without a
    matrix, as there is one for each orbit.
    """

    def __init__(self, instance: Instance, some: NDArray[np.bool_], start: Reals) -> None:
        self.some, self.whole = some, start.copy()
        self.people = instance.sizes[some].astype(np.float64)
        equal, atmost = _rows(instance, some)
        bounds = instance.most[some].astype(np.float64)
        within, left, below = _room(equal, atmost, bounds)
        full = np.flatnonzero(below < _NONE)
        never = left < _NONE
        self.equal = _Rows(
            np.vstack([equal.matrix, atmost.matrix[never], np.eye(len(bounds))[full]]),
            np.concatenate([equal.most, atmost.most[never], bounds[full]]),
        )
        self.rows = atmost.matrix[~never]
        self.bounded = np.flatnonzero(below >= _NONE)
        self.most = np.append(atmost.most[~never], bounds[self.bounded])
        self.seats = (start[some] + within) / 2
        self.slack = np.maximum(self.most - self._sums(self.seats), _ROOM)
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

    def _sums(self, seats: Reals) -> Reals:
        """What each row adds up to."""
        return np.append(self.rows @ seats, seats[self.bounded])

    def _spread(self, prices: Reals) -> Reals:
        """What each orbit has of a price for every row."""
        rows = len(self.rows)
        spread = self.rows.T @ prices[:rows]
        spread[self.bounded] += prices[rows:]
        return np.asarray(spread)

    def _step(self, barrier: float) -> float:
        """Take one step towards the centre; how far rows were from holding, or it goes."""
        equal = self.equal.matrix
        slope = -self.people / self.seats + self._spread(self.price) + equal.T @ self.free
        over = self._sums(self.seats) + self.slack - self.most
        off = equal @ self.seats - self.equal.most
        ratio = np.minimum(self.price / self.slack, _STEEPEST)
        push = slope + self._spread(ratio * over + barrier / self.slack - self.price)
        solved = self._solved(ratio, np.column_stack([push, equal.T]))
        schur = equal @ solved[:, 1:] + _RIDGE * np.eye(len(off))
        free = np.linalg.lstsq(schur, off - equal @ solved[:, 0])[0].astype(np.float64)
        seats: Reals = -solved[:, 0] - solved[:, 1:] @ free
        slack: Reals = -over - self._sums(seats)
        dearer = barrier / self.slack - self.price - ratio * slack
        reach = min(_reach(self.seats, seats), _reach(self.slack, slack))
        self.seats = self.seats + reach * seats
        self.slack = np.maximum(self.slack + reach * slack, _LEAST)
        self.free = self.free + reach * free
        self.price = np.maximum(self.price + _reach(self.price, dearer) * dearer, _LEAST)
        return max(float(np.abs(each).max(initial=0.0)) for each in (over, off, seats))

    def _solved(self, ratio: Reals, wanted: Reals) -> Reals:
        """Solve with the curvature: one number for each orbit, and the few rows (Woodbury)."""
        rows = len(self.rows)
        own = self.people / self.seats**2
        own[self.bounded] += ratio[rows:]
        steep = np.sqrt(ratio[:rows, None]) * self.rows
        inner = np.eye(rows) + (steep / own) @ steep.T
        alone = wanted / own[:, None]
        return np.asarray(alone - (steep / own).T @ np.linalg.solve(inner, steep @ alone))


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
