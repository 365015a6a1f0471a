"""Linear and whole-number programs on HiGHS: the only file that names the solver.

One thread, fixed tolerances, no presolve between hot starts: the same program gives the same
answer each time.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from civic.rules.sortition.profiles import Floats

INFINITY = float(highspy.kHighsInf)
TOLERANCE = 1e-9
# The library's own hints are incomplete.
_SOLVER: Any = highspy.Highs


class Program:
    """Minimise cost·x under row and column bounds, again and again with other bounds and costs.

    ``rows`` is an R by T array; bounds may be ±inf. With ``integer`` the columns are whole
    numbers and each solution is proved best to the last unit.
    """

    def __init__(
        self, rows: Floats, lower: Floats, upper: Floats, most: Floats, *, integer: bool = False
    ) -> None:
        self.height, self.width = rows.shape
        solver = _SOLVER()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
        solver.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
        if integer:
            solver.setOptionValue("mip_rel_gap", 0.0)
            solver.setOptionValue("mip_abs_gap", TOLERANCE)
            solver.setOptionValue("mip_feasibility_tolerance", TOLERANCE)
        else:
            solver.setOptionValue("presolve", "off")
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.width, self.height
        model.col_cost_ = np.zeros(self.width)
        model.col_lower_ = np.zeros(self.width)
        model.col_upper_ = most
        model.row_lower_, model.row_upper_ = lower, upper
        column, row = np.nonzero(rows.T)
        starts = np.zeros(self.width + 1, dtype=np.int32)
        np.cumsum(np.bincount(column, minlength=self.width), out=starts[1:])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = starts
        model.a_matrix_.index_ = row.astype(np.int32)
        model.a_matrix_.value_ = rows[row, column]
        if integer:
            model.integrality_ = [highspy.HighsVarType.kInteger] * self.width
        solver.passModel(model)
        self._solver = solver
        self._columns = np.arange(self.width, dtype=np.int32)

    def bound_columns(self, lower: Floats, upper: Floats) -> None:
        """lower ≤ x ≤ upper from now on."""
        self._solver.changeColsBounds(self.width, self._columns, lower, upper)

    def bound_rows(self, lower: Floats, upper: Floats) -> None:
        """lower ≤ rows·x ≤ upper from now on."""
        places = np.arange(self.height, dtype=np.int32)
        self._solver.changeRowsBounds(self.height, places, lower, upper)

    def cost(self, cost: Floats) -> None:
        """What to minimise from now on."""
        self._solver.changeColsCost(self.width, self._columns, cost)

    def coefficient(self, row: int, column: int, value: float) -> None:
        """Change one entry of the rows."""
        self._solver.changeCoeff(row, column, value)

    def add_row(self, lower: float, upper: float, columns: list[int], values: list[float]) -> None:
        """One row more, below the others."""
        self._solver.addRow(
            lower,
            upper,
            len(columns),
            np.array(columns, dtype=np.int32),
            np.array(values, dtype=np.float64),
        )
        self.height += 1

    def add_column(self, cost: float, values: Floats) -> None:
        """One column more, at the right of the others, at least 0 and without upper bound."""
        rows = np.flatnonzero(values)
        self._solver.addCol(cost, 0.0, INFINITY, len(rows), rows.astype(np.int32), values[rows])
        self.width += 1
        self._columns = np.arange(self.width, dtype=np.int32)

    def stop_at(self, cost: float) -> None:
        """A whole-number program ends as soon as it has a point of at most this cost."""
        self._solver.setOptionValue("objective_target", cost)

    def solve(self) -> bool:
        """True when there is an optimum (or a point at the cost to stop at); False when nothing
        meets the bounds."""
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in {
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kObjectiveTarget,
        }:
            return True
        if status in {
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        }:
            return False
        # A hot start that lost its footing: once more from nothing.
        self._solver.clearSolver()
        self._solver.run()
        return bool(self._solver.getModelStatus() == highspy.HighsModelStatus.kOptimal)

    def point(self) -> Floats:
        """The last optimum's x."""
        return np.array(self._solver.getSolution().col_value, dtype=np.float64)

    def reduced_costs(self) -> Floats:
        """The last optimum's price of each column's bound."""
        return np.array(self._solver.getSolution().col_dual, dtype=np.float64)

    def row_prices(self) -> Floats:
        """The last optimum's price of each row's bound."""
        return np.array(self._solver.getSolution().row_dual, dtype=np.float64)

    def value(self) -> float:
        """The last optimum's cost."""
        return float(self._solver.getInfo().objective_function_value)

    def proved(self) -> float:
        """A whole-number program's proved lower bound on its cost."""
        return float(self._solver.getInfo().mip_dual_bound)


def whole(values: Floats) -> NDArray[np.bool_]:
    """Which values are whole numbers, to the tolerance of a program's answers."""
    near: NDArray[np.bool_] = np.abs(values - np.rint(values)) <= 1e-6
    return near
