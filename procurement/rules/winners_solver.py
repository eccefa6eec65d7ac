"""HiGHS at the edge of the award: how it is asked and what it answered; pure."""

import functools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from procurement.rules.winners_model import Program, Row

INFINITY = float("inf")
Stop = Callable[[], bool]


@functools.cache
def _quiet_highs() -> Any:
    """Return HiGHS that prints no banner: its own constructor writes to standard output before anybody can silence it."""
    import highspy

    class QuietHighs(highspy.Highs):
        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return QuietHighs


def solver(rows: Sequence[Row], costs: Sequence[int], *, seconds: float, whole: bool = True) -> Any:
    """Hand rows and costs to HiGHS with no gap allowed, nothing in parallel and a fixed seed, so that the same input gives the same answer.

    It does not restart: on awards the same conditions are found again, and that costs more than the smaller model gains.
    """
    import highspy
    import numpy as np

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(costs), len(rows)
    lp.col_cost_ = np.array(costs, dtype=float)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(costs)), np.ones(len(costs))
    lp.row_lower_ = np.array([-INFINITY if row.lower is None else row.lower for row in rows], dtype=float)
    lp.row_upper_ = np.array([INFINITY if row.upper is None else row.upper for row in rows], dtype=float)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(row.entries) for row in rows)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array([column for row in rows for column in row.entries], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for row in rows for value in row.entries.values()], dtype=float)
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * len(costs)
    highs = _quiet_highs()()
    exact = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "mip_feasibility_tolerance": 1e-9}
    _set(highs, {**exact, "parallel": "off", "random_seed": 0, "mip_allow_restart": False, "time_limit": max(seconds, 0.01)})
    highs.passModel(lp)
    return highs


def only_prove(highs: Any) -> None:
    """Look for no better awards beside the proof: the known one is the best, or nearly so."""
    _set(highs, {f"mip_heuristic_run_{name}": False for name in ("feasibility_jump", "rens", "rins", "root_reduced_cost")})


def do_not_branch(highs: Any, *, gap: int) -> None:
    """Be content with the award found before the first branching, or with one that is so near to the bound."""
    _set(highs, {"mip_max_nodes": 1, "mip_abs_gap": float(gap)})


def _set(highs: Any, options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        highs.setOptionValue(name, value)


def exclude(highs: Any, columns: Sequence[int]) -> None:
    """Add the condition that at most one of the columns wins."""
    highs.addRow(-INFINITY, 1.0, len(columns), list(columns), [1.0] * len(columns))


def chosen_of(highs: Any, part: Program) -> tuple[int, ...]:
    """Return the choices that a run has taken."""
    values = highs.getSolution().col_value
    return tuple(column for column, value in zip(part.columns, values, strict=False) if value > 0.5)


def has_solution(highs: Any) -> bool:
    """Tell whether a run has found any award."""
    import highspy

    return bool(highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)


def is_infeasible(highs: Any) -> bool:
    """Tell whether a run has proven that there is no award."""
    import highspy

    return highs.getModelStatus() in {highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible}


def is_optimal(highs: Any) -> bool:
    """Tell whether a run of whole costs has closed its gap."""
    import highspy

    info = highs.getInfo()
    return bool(highs.getModelStatus() == highspy.HighsModelStatus.kOptimal and info.objective_function_value - info.mip_dual_bound < 0.5)


def is_consistent(highs: Any, costs: Sequence[int]) -> bool:
    """Tell whether the solution costs what the solver says: after a start it may hand back the start with the objective of a better one."""
    if not has_solution(highs):
        return True
    total = sum(cost for cost, value in zip(costs, highs.getSolution().col_value, strict=True) if value > 0.5)
    return bool(abs(total - highs.getInfo().objective_function_value) < 0.5)


def start_with(highs: Any, count: int, on: Iterable[int]) -> None:
    """Tell the solver of an award that is known already."""
    import highspy

    values = [0.0] * count
    for column in on:
        values[column] = 1.0
    start = highspy.HighsSolution()
    start.col_value = values
    highs.setSolution(start)


def run(highs: Any, stop: Stop | None = None) -> None:
    """Run until done, out of time or stopped."""
    if stop is not None:
        highs.cbMipInterrupt.subscribe(lambda event: event.interrupt() if stop() else None)
    import highspy

    if highs.run() == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS gave up with an error; an award is never made from what it left behind")


def run_to(highs: Any, deadline: float, stop: Stop | None = None) -> None:
    """Run until done, stopped, or the deadline on the process's own counter."""
    highs.setOptionValue("time_limit", left(deadline))
    run(highs, stop)


def left(deadline: float) -> float:
    """Return the seconds that are left, never none at all."""
    return max(deadline - time.perf_counter(), 0.01)
