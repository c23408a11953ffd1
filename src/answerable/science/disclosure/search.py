"""Which candidate cells to withhold, so that every goal can be reached."""

from collections.abc import Iterable, Sequence

import numpy as np

from answerable.science.disclosure.attacker import Attacker, breaks
from answerable.science.disclosure.goals import Goal, Goals, Move
from answerable.science.disclosure.grid import Whole
from answerable.science.disclosure.lumps import Flags

EFFORT = 500_000
"""What is spent on putting cells back: linear programs times lumps; a few seconds everywhere.

Not a time, so that the same cells are published on a slow machine as on a fast one.
"""


class Evidence:
    """For each goal a possible move that reaches it, once one is found."""

    def __init__(self, goals: Iterable[Goal], moves: Iterable[Move] = ()) -> None:
        self._goals = Goals(sorted(goals, key=lambda goal: (-goal.amount, goal)))
        self._moves: dict[Goal, Move] = {}
        for move in moves:
            self.add(move)

    def add(self, move: Move) -> None:
        """Keep a move for the goals that it reaches and that have none yet."""
        for at in np.flatnonzero(self._goals.reached(move)).tolist():
            self._moves.setdefault(self._goals.all[at], move)

    def has(self, goal: Goal) -> bool:
        """Whether a move is known that reaches a goal."""
        return goal in self._moves

    def missing(self) -> list[Goal]:
        """Give the goals without a move, the hardest first."""
        return [goal for goal in self._goals.all if goal not in self._moves]

    def moves(self) -> list[Move]:
        """Give each move that was kept, once."""
        return list({id(move): move for move in self._moves.values()}.values())

    def seek(self, attacker: Attacker, goal: Goal) -> bool:
        """Look for a move that reaches a goal, if none is known; whether there is one."""
        if not self.has(goal) and goal.lumps:
            self.add(attacker.furthest(goal))
        return self.has(goal)

    def seek_all(self, attacker: Attacker) -> list[Goal]:
        """Look for every move that is missing; the goals that no move reaches."""
        return [goal for goal in self.missing() if not self.seek(attacker, goal)]

    def broken_by(self, cell: Whole) -> "Evidence":
        """Give the goals, without moves, that would need new ones if a cell were published."""
        return Evidence(goal for goal, move in self._moves.items() if breaks(move, cell))

    def update(self, newer: "Evidence") -> None:
        """Take newer moves in place of those held."""
        self._moves.update(newer._moves)  # noqa: SLF001 - its own kind


def withhold(attacker: Attacker, evidence: Evidence, size: int) -> Flags:
    """Withhold candidates until every goal is reached, the hardest first; shape (size,).

    It ends with every goal reached, because each is when all candidates are withheld.
    """
    withheld = np.zeros(size, dtype=np.bool_)
    attacker.publish_all_but(withheld)
    for goal in evidence.missing():
        if not evidence.seek(attacker, goal):
            move, broken = attacker.cheapest(goal)
            withheld |= broken
            attacker.publish_all_but(withheld)
            evidence.add(move)
    return withheld


def put_back(
    attacker: Attacker,
    evidence: Evidence,
    withheld: Flags,
    candidates: Sequence[Whole],
    order: Iterable[int],
) -> Flags:
    """Publish withheld candidates again, one by one, while every goal stays reached.

    Args:
        attacker: who knows all candidates but the withheld.
        evidence: a move for every goal.
        withheld: shape (candidates,); it stays as it is.
        candidates: the lumps of each.
        order: candidates to put back, the first first.

    Returns:
        What is still withheld; shape (candidates,).
    """
    withheld, effort = withheld.copy(), EFFORT // attacker.lumps
    for at in order:
        withheld[at] = False
        attacker.publish_all_but(withheld)
        trial = evidence.broken_by(candidates[at])
        effort = _try(attacker, trial, effort)
        if trial.missing():
            withheld[at] = True
        else:
            evidence.update(trial)
    return withheld


def _try(attacker: Attacker, trial: Evidence, effort: int) -> int:
    """Look for moves until one cannot be found, or until no effort is left; the effort left."""
    for goal in trial.missing():
        if trial.has(goal):
            continue
        if not effort:
            break
        effort -= 1
        if not trial.seek(attacker, goal):
            break
    return effort
