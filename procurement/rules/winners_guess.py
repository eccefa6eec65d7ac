"""What the relaxation of an award tells, and a good award found among the offers that it likes; pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procurement.rules.winners_anneal import promising_sets
from procurement.rules.winners_bound import Bound, proven_bound
from procurement.rules.winners_model import Model, Program, program
from procurement.rules.winners_solver import Stop, chosen_of, has_solution, is_infeasible, is_optimal, left, run, solver

COLUMNS = 300
PER_LOT = 3
QUICK_SECONDS = 5.0
PATIENT_SECONDS = 30.0
SHARE = 0.2  # of the time that is left, for each attempt


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """A proven bound, what each lot is worth by it, and what one more lot of a bidder's limited number is worth."""

    bound: Bound
    prices: Mapping[int, int]
    charges: Mapping[int, int]


def relax(model: Model, *, deadline: float) -> Relaxed | None:
    """Solve the award with parts of offers allowed; None where not even that is possible."""
    whole = program(model, range(len(model.choices)))
    highs = solver(whole.rows, whole.costs, seconds=left(deadline), whole=False)
    run(highs)
    if is_infeasible(highs):
        return None
    duals = list(highs.getSolution().row_dual) or [0.0] * len(whole.rows)
    limits = enumerate(sorted(model.lot_limits), start=len(model.lots))
    return Relaxed(
        bound=proven_bound(whole.rows, whole.costs, duals),
        prices={lot: round(duals[row]) for lot, row in whole.lot_rows.items()},
        charges={bidder: round(-duals[row]) for row, bidder in limits},
    )


def good_award(model: Model, relaxed: Relaxed, *, deadline: float, stop: Stop | None) -> tuple[int, ...] | None:
    """Look for a good award among the offers that the bound likes; where that is hard, among packages that patience has put together."""
    columns = _liked(model, relaxed.bound)
    if len(columns) > 0.8 * len(model.choices):
        return None
    first, finished = _best_of(model, columns, relaxed, seconds=min(QUICK_SECONDS, left(deadline) * SHARE), stop=stop)
    if finished:
        return first
    singles = {column for column, choice in enumerate(model.choices) if len(choice.lots) == 1}
    sets = promising_sets(model, charges=relaxed.charges) or [frozenset()]
    pools = [singles | sets[0], singles.union(first or (), *sets)]
    attempts = [_best_of(model, sorted(pool), relaxed, seconds=min(PATIENT_SECONDS, left(deadline) * SHARE), stop=stop)[0] for pool in pools]
    found = [award for award in (first, *attempts) if award is not None]
    return min(found, key=lambda award: model.cents_of([model.choices[column] for column in award]), default=None)


def _best_of(model: Model, columns: Sequence[int], relaxed: Relaxed, *, seconds: float, stop: Stop | None) -> tuple[tuple[int, ...] | None, bool]:
    part = program(model, columns)
    highs = solver(part.rows, shifted(model, part, relaxed.prices), seconds=seconds)
    run(highs, stop)
    return (chosen_of(highs, part) if has_solution(highs) else None), is_optimal(highs) or is_infeasible(highs)


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
