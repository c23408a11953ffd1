"""What an attacker must still think possible: how far a table must be able to move.

A *move* changes the rows of every lump at once; a *goal* says how far the moves that no published
count contradicts must be able to carry one sensitive cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from answerable.science.disclosure.lumps import Flags

TOLERANCE = 1e-6
"""How exactly, in rows, a solver of linear programs knows what it says."""

Move = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, order=True)
class Goal:
    """Some possible move changes these lumps, together, by at least so many rows.

    Attributes:
        sign: 1 upwards, -1 downwards.
        lumps: that can move, ascending; with none, no move reaches the goal.
        amount: rows, above nought.
    """

    sign: int
    lumps: tuple[int, ...]
    amount: float

    def change(self, move: Move) -> float:
        """By how much a move goes the way of this goal."""
        return float(self.sign * move[list(self.lumps)].sum())


class Goals:
    """Many goals, to be compared with a move all at once."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        self.all = tuple(goals)
        self._lumps = np.array([at for goal in goals for at in goal.lumps], dtype=np.int64)
        self._owner = np.repeat(np.arange(len(goals)), [len(goal.lumps) for goal in goals])
        self._sign = np.array([goal.sign for goal in goals], dtype=np.int64)
        self._amount = np.array([goal.amount for goal in goals], dtype=np.float64)

    def reached(self, move: Move) -> Flags:
        """Say which goals a move reaches; shape (goals,)."""
        change = np.bincount(self._owner, weights=move[self._lumps], minlength=len(self.all))
        return np.asarray(self._sign * change >= self._amount - TOLERANCE)
