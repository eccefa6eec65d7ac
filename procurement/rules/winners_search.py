"""The search for the cheapest award: bound, good guess, then proof on what the bound leaves open; pure."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procurement.rules.winners_bound import Bound, proven_bound
from procurement.rules.winners_model import Model, Program, Row, program
from procurement.rules.winners_solver import Stop, chosen_of, has_solution, is_infeasible, is_optimal, left, run, run_to, solver, start_with

GUESS_COLUMNS = 600
GUESS_PER_LOT = 4
GUESS_SHARE = 0.25  # of the time that is left


@dataclass(frozen=True, kw_only=True)
class Found:
    """An award as indices of choices, its exact cents, and how far it is proven; without one only the bound is known."""

    chosen: tuple[int, ...] | None
    cents: int
    bound: int
    proven: bool
    unique: bool = False
    tied: bool = False
    open_columns: tuple[int, ...] = ()  # choices that an award of the same cents may contain
    prices: Mapping[int, int] = field(default_factory=dict)  # what each lot is worth by the bound


def search(model: Model, *, deadline: float, stop: Stop | None = None) -> Found | None:
    """Return the cheapest award, whether it is proven and the only one; None where the rules contradict each other."""
    if not model.choices:
        return Found(chosen=(), cents=0, bound=0, proven=True, unique=True)
    everything = range(len(model.choices))
    whole = program(model, everything)
    relaxed = solver(whole.rows, whole.costs, seconds=left(deadline), whole=False)
    relaxed.run()
    if is_infeasible(relaxed):
        return None
    solution = relaxed.getSolution()
    bound = proven_bound(whole.rows, whole.costs, solution.row_dual or [0.0] * len(whole.rows))
    prices = {lot: round(solution.row_dual[row]) for lot, row in whole.lot_rows.items()} if solution.row_dual else {}
    guess = _guess(model, bound, prices, deadline=deadline, stop=stop)
    return _prove(model, bound, prices, guess, deadline=deadline, stop=stop)


def _guess(model: Model, bound: Bound, prices: Mapping[int, int], *, deadline: float, stop: Stop | None) -> tuple[int, ...] | None:
    """Look for a good award among the few offers that the bound likes best."""
    columns = _liked(model, bound)
    if len(columns) > 0.8 * len(model.choices):
        return None
    part = program(model, columns)
    highs = solver(part.rows, shifted(model, part, prices), seconds=left(deadline) * GUESS_SHARE)
    run(highs, stop)
    return chosen_of(highs, part) if has_solution(highs) else None


def _liked(model: Model, bound: Bound) -> list[int]:
    ranked = sorted(range(len(model.choices)), key=lambda column: bound.reduced[column])
    taken = set(ranked[: max(GUESS_COLUMNS, 3 * len(model.lots))])
    of_lot: defaultdict[int, int] = defaultdict(int)
    for column in ranked:
        choice = model.choices[column]
        if len(choice.lots) == 1 and of_lot[choice.lots[0]] < GUESS_PER_LOT:
            of_lot[choice.lots[0]] += 1
            taken.add(column)
    return sorted(taken)


def _prove(model: Model, bound: Bound, prices: Mapping[int, int], guess: tuple[int, ...] | None, *, deadline: float, stop: Stop | None) -> Found | None:
    """Search every offer that the bound leaves open, until no award is cheaper than the guess and it is known whether one is equal."""
    proven = False
    least = bound.cents
    while True:
        at_most = None if guess is None else _cents(model, guess)
        columns = [column for column in range(len(model.choices)) if at_most is None or bound.may_be_chosen(column, at_most=at_most)]
        attempt = _Attempt(model, columns, prices, guess)
        run_to(attempt.highs, deadline, stop)
        if is_infeasible(attempt.highs):
            return None
        better = attempt.answer()
        if better is None or not is_optimal(attempt.highs):
            return _unproven(model, better or guess, max(least, attempt.bound), proven=proven)
        tied = better != guess and at_most is not None and _cents(model, better) == at_most
        if better == guess or tied:
            return Found(
                chosen=better,
                cents=_cents(model, better),
                bound=_cents(model, better),
                proven=True,
                unique=not tied,
                open_columns=tuple(columns),
                prices=prices,
            )
        guess, proven, least = better, True, _cents(model, better)


def _unproven(model: Model, chosen: tuple[int, ...] | None, bound: int, *, proven: bool) -> Found:
    """Return what is known when the time ends; an optimum whose ties are still open is not called proven, for the tie rule is part of the answer."""
    if chosen is None:
        return Found(chosen=None, cents=0, bound=bound, proven=False)
    cents = _cents(model, chosen)
    return Found(chosen=chosen, cents=cents, bound=cents if proven else min(bound, cents), proven=False)


class _Attempt:
    """One run on the open columns. Costs count twice, and the known award costs one more: if it still wins, it is the only optimum."""

    def __init__(self, model: Model, columns: Sequence[int], prices: Mapping[int, int], guess: tuple[int, ...] | None) -> None:
        self.part = program(model, columns)
        self.offset = 2 * sum(prices.values())
        costs, rows = [2 * cost for cost in shifted(model, self.part, prices)], list(self.part.rows)
        on: list[int] = []
        if guess is not None:
            position = {column: index for index, column in enumerate(columns)}
            known = [position[column] for column in guess]
            rows.append(Row(lower=None, upper=len(known) - 1, entries={**dict.fromkeys(known, 1), len(costs): -1}))
            on = [*known, *self._switched_on(model, guess), len(costs)]
            costs.append(1)
        self.highs = solver(rows, costs, seconds=1.0)
        if on:
            start_with(self.highs, len(costs), on)

    def _switched_on(self, model: Model, guess: tuple[int, ...]) -> list[int]:
        choices = [model.choices[column] for column in guess]
        winners = {choice.bidder for choice in choices}
        return [self.part.switches[bidder] for bidder in winners if bidder in self.part.switches] + [
            self.part.deliveries[key] for key in model.charges(choices)
        ]

    @property
    def bound(self) -> int:
        """Return the least cents that the run has proven; rounded down, for the solver's bound is a floating number."""
        doubled = self.highs.getInfo().mip_dual_bound
        return -(1 << 62) if not math.isfinite(doubled) else (math.floor(doubled + 1e-3) - 1 + self.offset + 1) // 2

    def answer(self) -> tuple[int, ...] | None:
        """Return the award of the run."""
        return chosen_of(self.highs, self.part) if has_solution(self.highs) else None


def shifted(model: Model, part: Program, prices: Mapping[int, int]) -> list[int]:
    """Take the price of each lot off the offers that cover it: a constant in all, but the numbers left over are small."""
    shifted = [cost - sum(prices.get(lot, 0) for lot in model.choices[column].lots) for cost, column in zip(part.costs, part.columns, strict=False)]
    return shifted + part.costs[len(part.columns) :]


def _cents(model: Model, chosen: Sequence[int]) -> int:
    return model.cents_of([model.choices[column] for column in chosen])
