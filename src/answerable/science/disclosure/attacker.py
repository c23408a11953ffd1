"""The attacker's problem: which tables agree with everything that is published?

Fischetti and Salazar-Gonzalez, "Solving the cell suppression problem on tabular data with linear
constraints" (Management Science 47, 2001), ask for each sensitive cell how far a linear program
can push it. Here the unknowns are moves away from the true table, so that the right-hand sides
are all nought, no move at all is always possible, and the numbers stay small.
"""

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np

from answerable.science.disclosure.errors import DisclosureError
from answerable.science.disclosure.goals import TOLERANCE, Goal, Move
from answerable.science.disclosure.grid import Whole
from answerable.science.disclosure.lumps import Flags

_CHOOSE, _PRIMAL = 0, 4
_FREE = 0.0
_BROKEN = TOLERANCE / 10

Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Attacker:
    """Somebody who knows the published cells, and wonders what else the table may be.

    Every candidate cell has a *slack*, up and down: by how much a move breaks its count. The
    slack is nought while the cell counts as published, and free while it counts as withheld.

    Attributes:
        lumps: how many there are.
    """

    def __init__(
        self,
        rows: Whole,
        known: Sequence[Whole],
        candidates: Sequence[Whole],
        costs: Numbers,
        reach: float,
    ) -> None:
        """Begin with all candidates published.

        Args:
            rows: of each lump.
            known: for each cell published earlier its lumps.
            candidates: for each cell that may be published its lumps.
            costs: of withholding each candidate, for one row by which it moves.
            reach: how far any lump is allowed to move. It bounds the problem; a shorter one may
                protect more than is needed, never less.
        """
        self.lumps = len(rows)
        self._slacks = np.arange(self.lumps, self.lumps + 2 * len(candidates))
        self._costs = np.repeat(costs, 2)
        self._withheld = np.zeros(len(candidates), dtype=np.bool_)
        self._model = _model()
        self._model.addVars(self.lumps, -np.minimum(rows, reach), np.full(self.lumps, reach))
        self._model.addVars(len(self._slacks), *np.zeros((2, len(self._slacks))))
        for lumps in known:
            self._never_moves(lumps, np.ones(len(lumps)))
        for lumps, slacks in zip(candidates, self._slacks.reshape(-1, 2), strict=True):
            weights = np.append(np.ones(len(lumps)), [1.0, -1.0])
            self._never_moves(np.append(lumps, slacks), weights)

    def publish_all_but(self, withheld: Flags) -> None:
        """Count these candidates as withheld, all others as published; shape (candidates,)."""
        self._withheld = withheld.copy()
        self._let_slack(withheld)

    def furthest(self, goal: Goal) -> Move:
        """Move the lumps of a goal as far as no published count contradicts.

        Raises:
            DisclosureError: ``disclosure.failed``, the solver gave up.
        """
        # No move, or the last one, is where the next search begins: the primal method needs that.
        self._model.setOptionValue("simplex_strategy", _PRIMAL)
        self._price(np.array(goal.lumps), -float(goal.sign))
        solution = self._solve()
        self._price(np.array(goal.lumps), _FREE)
        return solution[: self.lumps]

    def cheapest(self, goal: Goal) -> tuple[Move, Flags]:
        """Reach a goal by breaking as few and small candidates as a linear program can.

        This is the heuristic of Kelly, Golden and Assad, "Cell suppression: disclosure protection
        for sensitive tabular data" (Networks 22, 1992): every row by which a published cell would
        have to change costs something, and the cells of the cheapest change are withheld.

        Returns:
            The move, and which published candidates it breaks; shape (candidates,).

        Raises:
            DisclosureError: ``disclosure.failed``, the solver gave up.
        """
        self._model.setOptionValue("simplex_strategy", _CHOOSE)
        self._let_slack(np.ones_like(self._withheld))
        self._price(self._slacks, np.where(np.repeat(self._withheld, 2), _FREE, self._costs))
        self._demand(goal)
        solution = self._solve()
        self._model.deleteRows(1, np.array([self._model.getNumRow() - 1], dtype=np.int32))
        self._price(self._slacks, _FREE)
        self._let_slack(self._withheld)
        broken = solution[self.lumps :].reshape(-1, 2).max(axis=1) > _BROKEN
        return solution[: self.lumps], broken & ~self._withheld

    def _never_moves(self, places: Whole, weights: Numbers) -> None:
        self._model.addRow(0.0, 0.0, len(places), places.astype(np.int32), weights)

    def _demand(self, goal: Goal) -> None:
        places = np.array(goal.lumps, dtype=np.int32)
        least = goal.amount - TOLERANCE / 2
        weights = np.full(len(places), float(goal.sign))
        self._model.addRow(least, highspy.kHighsInf, len(places), places, weights)

    def _let_slack(self, loose: Flags) -> None:
        size = len(self._slacks)
        most = np.where(np.repeat(loose, 2), highspy.kHighsInf, 0.0)
        self._model.changeColsBounds(size, self._slacks.astype(np.int32), np.zeros(size), most)

    def _price(self, places: Whole, price: float | Numbers) -> None:
        prices = np.broadcast_to(price, places.shape).astype(np.float64)
        self._model.changeColsCost(len(places), places.astype(np.int32), prices)

    def _solve(self) -> Numbers:
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise DisclosureError("disclosure.failed")
        return np.array(self._model.getSolution().col_value, dtype=np.float64)


def breaks(move: Move, lumps: Whole) -> bool:
    """Whether a move changes the count of a cell with these lumps."""
    return bool(abs(move[lumps].sum()) > _BROKEN)


def _model() -> Any:
    model = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("solver", "simplex"),
        ("presolve", "off"),
    ):
        model.setOptionValue(option, value)
    return model
