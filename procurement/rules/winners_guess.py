"""What the relaxation of an award tells, and a good award found among the offers that it likes; pure."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procurement.rules.winners_anneal import promising_sets
from procurement.rules.winners_bound import Bound, proven_bound
from procurement.rules.winners_exclusions import Exclusion, Exclusions
from procurement.rules.winners_model import Model, Program, program
from procurement.rules.winners_solver import INFINITY, Stop, chosen_of, do_not_branch, exclude, has_solution, is_infeasible, left, run, run_to, solver

MOST_ROUNDS = 20
HARDLY = 1e-6  # of the bound is no progress
COLUMNS = 1000
PER_LOT = 3
QUICK_SECONDS = 5.0
GOOD_ENOUGH = 0.0005  # of the bound away from it: the proof goes on from there
NEAR = 1.015  # times the bound: a proof is likely to be short
PATIENT_SECONDS = 30.0
SHARE = 0.2  # of the time that is left, for each attempt


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """A proven bound with the exclusions that it rests on, what each lot is worth by it, and what one more lot of a bidder's limited number is worth."""

    bound: Bound
    prices: Mapping[int, int]
    charges: Mapping[int, int]
    exclusions: tuple[Exclusion, ...]


def relax(model: Model, *, deadline: float) -> Relaxed | None:
    """Solve the award with parts of offers allowed, but none against exclusions; None where not even that is possible."""
    columns = range(len(model.choices))
    whole = program(model, columns)
    highs = solver(whole.rows, whole.costs, seconds=left(deadline), whole=False)
    run(highs)
    if is_infeasible(highs):
        return None
    exclusions = _tightened(model, highs, deadline)
    rows = program(model, columns, exclusions=exclusions).rows
    duals = list(highs.getSolution().row_dual) or [0.0] * len(rows)
    limits = enumerate(sorted(model.lot_limits), start=len(model.lots))
    return Relaxed(
        bound=proven_bound(rows, whole.costs, duals),
        prices={lot: round(duals[row]) for lot, row in whole.lot_rows.items()},
        charges={bidder: round(-duals[row]) for row, bidder in limits},
        exclusions=tuple(exclusions),
    )


def _tightened(model: Model, highs: Any, deadline: float) -> list[Exclusion]:
    """Add the exclusions that the relaxed award breaks, until it breaks none or the bound hardly moves."""
    search, found, before = Exclusions(model), list[Exclusion](), -INFINITY
    for _round in range(MOST_ROUNDS):
        total, solution = highs.getInfo().objective_function_value, highs.getSolution()
        if not has_solution(highs) or total <= before + abs(before) * HARDLY or time.perf_counter() >= deadline:
            break
        broken = search.broken_by(list(solution.col_value), list(solution.col_dual))
        if not broken:
            break
        before = total
        for group in broken:
            exclude(highs, group)
        found += broken
        run_to(highs, deadline)
    return found


def good_award(model: Model, relaxed: Relaxed, *, deadline: float, stop: Stop | None) -> tuple[int, ...] | None:
    """Look for a good award among the offers that the bound likes; where it stays far from the bound, among packages that patience has put together."""
    columns = _liked(model, relaxed.bound)
    if len(columns) > 0.8 * len(model.choices):
        return None
    first = _best_of(model, columns, relaxed, seconds=min(QUICK_SECONDS, left(deadline) * SHARE), stop=stop, gap=round(relaxed.bound.cents * GOOD_ENOUGH))
    if (first is not None and _cents(model, first) <= relaxed.bound.cents * NEAR) or (stop is not None and stop()):
        return first
    singles = {column for column, choice in enumerate(model.choices) if len(choice.lots) == 1}
    sets = promising_sets(model, charges=relaxed.charges) or [frozenset()]
    pools = [singles | sets[0], singles.union(first or (), *sets)]
    attempts = [_best_of(model, sorted(pool), relaxed, seconds=min(PATIENT_SECONDS, left(deadline) * SHARE), stop=stop) for pool in pools]
    found = [award for award in (first, *attempts) if award is not None]
    return min(found, key=lambda award: _cents(model, award), default=None)


def _best_of(model: Model, columns: Sequence[int], relaxed: Relaxed, *, seconds: float, stop: Stop | None, gap: int | None = None) -> tuple[int, ...] | None:
    part = program(model, columns, exclusions=relaxed.exclusions)
    highs = solver(part.rows, shifted(model, part, relaxed.prices), seconds=seconds)
    if gap is not None:
        do_not_branch(highs, gap=gap)
    run(highs, stop)
    return chosen_of(highs, part) if has_solution(highs) else None


def _cents(model: Model, award: Sequence[int]) -> int:
    return model.cents_of([model.choices[column] for column in award])


def _liked(model: Model, bound: Bound) -> list[int]:
    ranked = sorted(range(len(model.choices)), key=lambda column: bound.reduced[column])
    taken = set(ranked[:COLUMNS])
    of_lot: defaultdict[int, int] = defaultdict(int)
    for column in ranked:
        choice = model.choices[column]
        if len(choice.lots) == 1 and of_lot[choice.lots[0]] < PER_LOT:
            of_lot[choice.lots[0]] += 1
            taken.add(column)
    return sorted(taken)


def shifted(model: Model, part: Program, prices: Mapping[int, int]) -> list[int]:
    """Take the price of each lot off the offers that cover it: a constant in all, but the numbers left over are small."""
    shifted = [cost - sum(prices.get(lot, 0) for lot in model.choices[column].lots) for cost, column in zip(part.costs, part.columns, strict=False)]
    return shifted + part.costs[len(part.columns) :]
