"""A linear problem, or one in whole numbers, kept warm from one solve to the next; with HiGHS."""

from collections.abc import Sequence
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from answerable.science.sortition.errors import SortitionError

Reals = NDArray[np.float64]
Places = NDArray[np.int64]
EVERY = 1e30
"""A bound that does not bind."""

_TOLERANCE = 1e-9
_OPTIONS = (
    ("output_flag", False),
    ("threads", 1),
    ("parallel", "off"),
    ("random_seed", 0),
    ("primal_feasibility_tolerance", _TOLERANCE),
    ("dual_feasibility_tolerance", _TOLERANCE),
    ("mip_feasibility_tolerance", 1e-9),
    ("mip_rel_gap", 0.0),
    ("mip_abs_gap", 1e-9),
)

_NO_ANSWER = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


class Linear:
    """Least cost over columns with bounds and rows with bounds."""

    def __init__(self, cost: Reals, lower: Reals, upper: Reals, *, whole: bool = False) -> None:
        self.model: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in _OPTIONS:
            self.model.setOptionValue(option, value)
        self.columns = len(cost)
        self.model.addVars(self.columns, lower, upper)
        self.cost(cost)
        if whole:
            kinds = np.array([highspy.HighsVarType.kInteger] * self.columns)
            self.model.changeColsIntegrality(self.columns, self._every, kinds)

    @property
    def _every(self) -> NDArray[np.int32]:
        return np.arange(self.columns, dtype=np.int32)

    def option(self, name: str, value: str | float) -> None:
        self.model.setOptionValue(name, value)

    def cost(self, cost: Reals) -> None:
        self.model.changeColsCost(self.columns, self._every, cost)

    def bounds(self, places: Sequence[int] | Places, lower: Reals, upper: Reals) -> None:
        at = np.asarray(places, dtype=np.int32)
        self.model.changeColsBounds(len(at), at, lower, upper)

    def rows(self, matrix: Reals, lower: Reals, upper: Reals) -> None:
        """Add a row for each of the matrix."""
        rows, columns = np.nonzero(matrix)
        starts = np.searchsorted(rows, np.arange(len(matrix))).astype(np.int32)
        at = columns.astype(np.int32)
        self.model.addRows(len(matrix), lower, upper, len(at), starts, at, matrix[rows, columns])

    def row(self, places: Places, weights: Reals, lower: float, upper: float) -> None:
        self.model.addRow(lower, upper, len(places), places.astype(np.int32), weights)

    def column(self, cost: float, weights: Reals) -> None:
        """Add a column that is not negative; the weights are for every row."""
        rows = np.flatnonzero(weights).astype(np.int32)
        self.model.addCol(cost, 0.0, EVERY, len(rows), rows, weights[rows])
        self.columns += 1

    def entries(self, cost: float, rows: Sequence[int], weights: Sequence[float]) -> None:
        """Add a column that is not negative and stands in a few rows."""
        at = np.array(rows, dtype=np.int32)
        self.model.addCol(cost, 0.0, EVERY, len(at), at, np.array(weights))
        self.columns += 1

    @property
    def rows_so_far(self) -> int:
        return int(self.model.getNumRow())

    def row_bounds(self, first: int, lower: Reals, upper: Reals) -> None:
        """Change the bounds of as many rows as there are, from the first on."""
        at = np.arange(first, first + len(lower), dtype=np.int32)
        self.model.changeRowsBounds(len(at), at, lower, upper)

    def solve(self) -> bool:
        """Solve; whether there is an answer. Anew where what was kept warm leads nowhere.

        Raises:
            SortitionError: ``draw.failed`` where the solver stopped short of one.
        """
        for _ in range(2):
            self.model.run()
            status = self.model.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                return True
            if status in _NO_ANSWER:
                return False
            self.model.clearSolver()
        raise SortitionError("draw.failed")

    def solve_surely(self) -> bool:
        """Solve what is known to have an answer: anew and less sharply where rounding hides it."""
        found = self.solve()
        for looser in (1, 10, 100):
            if found:
                break
            self.model.clearSolver()
            self._sharpness(looser)
            found = self.solve()
        self._sharpness(1)
        return found

    def _sharpness(self, looser: int) -> None:
        self.option("primal_feasibility_tolerance", _TOLERANCE * looser)
        self.option("dual_feasibility_tolerance", _TOLERANCE * looser)

    @property
    def objective(self) -> float:
        return float(self.model.getInfo().objective_function_value)

    @property
    def values(self) -> Reals:
        return np.array(self.model.getSolution().col_value)

    @property
    def duals(self) -> Reals:
        return np.array(self.model.getSolution().row_dual)

    @property
    def reduced(self) -> Reals:
        return np.array(self.model.getSolution().col_dual)
