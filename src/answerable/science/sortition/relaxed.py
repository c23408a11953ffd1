"""Leximin where seats may be parts of seats: every orbit's chance, level by level, with proofs.

The least chance is made as great as the rows allow; orbits that cannot have more are set there; the
least chance of the others is made as great as possible, and so on. A chance is written as
``z + q``, with one ``z`` for all orbits not yet set, so that a level is a problem with few rows:
the seats, the targets, the cuts. The rows of kinds of household (and that no chance is over one,
which is the row of a kind with one orbit) join only where they are broken.

Each level keeps what proves it: weights for its orbits and duals of its rows. See ``checker``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.conflict import conflict
from answerable.science.sortition.errors import SortitionError
from answerable.science.sortition.instance import Instance, Reals, Wholes
from answerable.science.sortition.solver import EVERY, Linear

_WEIGHT = 1e-7
_CLEARLY = 1e-4
_CERTAIN = 1 - 1e-9
_BROKEN = 1e-9


@dataclass(frozen=True, eq=False)
class Level:
    """Orbits that cannot have more than a chance, and why.

    Attributes:
        weights: one for each of the orbits; they add up to about one.
        duals: one for each row of the matrix: above zero where its most binds, below where its
            least does.
    """

    chance: float
    orbits: Wholes
    weights: Reals
    duals: Reals


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Chances that are best for the rows, and a proof for each level."""

    chances: Reals
    levels: tuple[Level, ...]


class _Ascent:
    """The problem of one level, then the next."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.sizes = instance.sizes.astype(np.float64)
        self.rows = instance.matrix * self.sizes
        self.orbits = len(self.sizes)
        self.level = np.full(self.orbits, -1)
        self.kinds: list[int] = []
        self.steps: list[float] = []
        self.model = Linear(np.zeros(self.orbits), np.zeros(self.orbits), np.ones(self.orbits))
        self.model.option("simplex_strategy", 4)
        self.model.rows(self.rows, instance.lower, instance.upper)

    @property
    def free(self) -> NDArray[np.bool_]:
        return self.level < 0

    def climb(self) -> Level:
        """Raise the least chance of the orbits not yet set, and set those that bind."""
        free = self.free
        loads = [self.sizes[free & (self.instance.kind == kind)].sum() for kind in self.kinds]
        self.model.column(-1.0, np.append(self.rows[:, free].sum(axis=1), loads))
        while self._solve():
            pass
        values, reduced = self.model.values, self.model.reduced[: self.orbits]
        steps = values[self.orbits :]
        least = float(steps.sum())
        clear = max(_WEIGHT, _CLEARLY * float(reduced[free].max()))
        bound = free if least >= _CERTAIN else free & (reduced > clear)
        if not bound.any():
            raise SortitionError("draw.failed")
        orbits = np.flatnonzero(bound)
        self._set(orbits, float(steps[-1]))
        duals = -self.model.duals[: len(self.rows)]
        return Level(least, orbits, reduced[orbits], duals)

    def _set(self, orbits: Wholes, step: float) -> None:
        self.level[orbits] = len(self.steps)
        self.steps.append(step)
        nothing = np.zeros(len(orbits))
        self.model.bounds(orbits, nothing, nothing)
        last = np.array([step])
        self.model.bounds([self.model.columns - 1], last, last)
        self.model.model.changeColCost(self.model.columns - 1, 0.0)

    def _solve(self) -> bool:
        """Solve with the rows so far; whether rows of kinds were broken, and have joined."""
        if not (self.model.solve_surely() if self.steps else self.model.solve()):
            raise SortitionError("targets.together", targets=conflict(self.instance))
        load = np.bincount(self.instance.kind, self.chances() * self.sizes, len(self.instance.room))
        broken = np.flatnonzero(load > self.instance.room * (1 + _BROKEN))
        new = np.setdiff1d(broken, self.kinds)
        for kind in new.tolist():
            self._join(kind)
        return len(new) > 0

    def chances(self) -> Reals:
        values = self.model.values
        reached = np.cumsum(values[self.orbits :])
        return np.asarray(values[: self.orbits] + reached[self.level])

    def _join(self, kind: int) -> None:
        """Add the row of a kind of household; an orbit rose with every step up to its level."""
        self.kinds.append(kind)
        inside = np.flatnonzero(self.instance.kind == kind)
        sizes, level = self.sizes[inside], self.level[inside]
        steps = range(len(self.steps) + 1)
        rose = [float(sizes[(level < 0) | (level >= step)].sum()) for step in steps]
        places = np.append(inside, self.orbits + np.arange(len(rose)))
        self.model.row(places, np.append(sizes, rose), -EVERY, float(self.instance.room[kind]))


def leximin(instance: Instance, *, levels: int | None = None) -> Relaxed:
    """Find the chances whose least is greatest, then the next least, and so on.

    They are provisional: where whole panels cannot reach them, `lottery` lowers some. That is rare
    in pools, and common in small instances with little room.

    Args:
        instance: the rows.
        levels: stop after so many; the other orbits then have what the last solution gives them.

    Raises:
        SortitionError: ``targets.together`` where not even parts of seats can meet the targets.
    """
    ascent = _Ascent(instance)
    found: list[Level] = []
    while ascent.free.any() and len(found) != levels:
        found.append(ascent.climb())
    chances = ascent.chances()
    for level in found:
        chances[level.orbits] = level.chance
    return Relaxed(np.clip(chances, 0.0, 1.0), tuple(found))
