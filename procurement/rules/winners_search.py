"""The search for the cheapest award: bound, good guess, then proof on what the bound leaves open; pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procurement.rules.winners_exclusions import Exclusion
from procurement.rules.winners_guess import Relaxed, good_award, relax, shifted
from procurement.rules.winners_model import Model, Row, program
from procurement.rules.winners_solver import Stop, chosen_of, has_solution, is_consistent, is_infeasible, is_optimal, only_prove, run_to, solver, start_with

FEW_TIES, MANY_TIES = 3, 8  # so many equal awards are found one by one; beyond, they are narrowed step by step
HARD = 1000  # steps of the simplex: where one more equal award is dear, narrowing is dearer still


@dataclass(frozen=True, kw_only=True)
class Found:
    """An award as indices of choices, its exact cents, and how far it is proven; without one only the bound is known."""

    chosen: tuple[int, ...] | None
    cents: int
    bound: int
    proven: bool
    tied: bool = False
    ties: tuple[tuple[int, ...], ...] = ()  # awards of the same cents, as many as were looked for
    knows_all_ties: bool = False
    open_columns: tuple[int, ...] = ()  # choices that an award of the same cents may contain
    prices: Mapping[int, int] = field(default_factory=dict)  # what each lot is worth by the bound
    exclusions: tuple[Exclusion, ...] = ()


def search(model: Model, *, deadline: float, stop: Stop | None = None) -> Found | None:
    """Return the cheapest award, whether it is proven and the only one; None where the rules contradict each other."""
    if not model.choices:
        return Found(chosen=(), cents=0, bound=0, proven=True, ties=((),), knows_all_ties=True)
    relaxed = relax(model, deadline=deadline)
    if relaxed is None:
        return None
    return _prove(model, relaxed, good_award(model, relaxed, deadline=deadline, stop=stop), deadline=deadline, stop=stop)


def _prove(model: Model, relaxed: Relaxed, guess: tuple[int, ...] | None, *, deadline: float, stop: Stop | None) -> Found | None:
    """Search every offer that the bound leaves open, until no award is cheaper than those known, and none equal is unknown."""
    known = [guess] if guess is not None else []
    proven, least = False, relaxed.bound.cents
    columns: Sequence[int] = range(len(model.choices))
    while True:
        at_most = _cents(model, known[0]) if known else None
        if at_most is not None and len(known) == 1:
            columns = [column for column in columns if relaxed.bound.may_be_chosen(column, at_most=at_most)]
        attempt = _attempted(_Attempt(model, columns, relaxed, known), deadline=deadline, stop=stop)
        if is_infeasible(attempt.highs):
            return None
        answer = attempt.answer()
        if answer is None or not is_optimal(attempt.highs):
            return _unproven(model, [*known, *([answer] if answer else [])], max(least, attempt.bound), proven=proven)
        proven, least = True, _cents(model, answer)
        if answer in known or (least == at_most and len(known) >= attempt.most_ties):
            return Found(
                chosen=known[0],
                cents=least,
                bound=least,
                proven=True,
                ties=tuple(known),
                knows_all_ties=answer in known,
                open_columns=tuple(columns),
                prices=relaxed.prices,
                exclusions=relaxed.exclusions,
            )
        known = [*known, answer] if least == at_most else [answer]


def _attempted(attempt: "_Attempt", *, deadline: float, stop: Stop | None) -> "_Attempt":
    """Run an attempt from the known award; where the solver then hands that back with the objective of another one, run it without."""
    attempt.begin_with_known()
    run_to(attempt.highs, deadline, stop)
    if not is_consistent(attempt.highs, attempt.costs):
        attempt.highs.clearSolver()
        run_to(attempt.highs, deadline, stop)
    if not is_consistent(attempt.highs, attempt.costs):
        raise RuntimeError("HiGHS reports an objective that its own solution does not have")
    return attempt


def _unproven(model: Model, found: Sequence[tuple[int, ...]], bound: int, *, proven: bool) -> Found:
    """Return what is known when the time ends; an optimum whose ties are still open is not called proven, for the tie rule is part of the answer."""
    if not found:
        return Found(chosen=None, cents=0, bound=bound, proven=False)
    chosen = min(found, key=lambda award: _cents(model, award))
    cents = _cents(model, chosen)
    return Found(chosen=chosen, cents=cents, bound=cents if proven else min(bound, cents), proven=False)


class _Attempt:
    """One run on the open columns. Costs count twice, and each known award costs one more: if one of them still wins, there is no other as cheap."""

    def __init__(self, model: Model, columns: Sequence[int], relaxed: Relaxed, known: Sequence[tuple[int, ...]]) -> None:
        self.part = program(model, columns, exclusions=relaxed.exclusions)
        self.offset = 2 * sum(relaxed.prices.values())
        self.costs = [2 * cost for cost in shifted(model, self.part, relaxed.prices)]
        rows = list(self.part.rows)
        position = {column: index for index, column in enumerate(columns)}
        awards = [[position[column] for column in award] for award in known]
        again = len(self.costs)
        rows += [Row(lower=None, upper=len(award) - 1, entries={**dict.fromkeys(award, 1), again: -1}) for award in awards]
        self.costs += [1] * bool(known)
        self.known_on = [*awards[0], *self._switched_on(model, known[0]), again] if known else []
        self.highs = solver(rows, self.costs, seconds=1.0)

    def begin_with_known(self) -> None:
        """Tell the solver of the first known award."""
        if self.known_on:
            only_prove(self.highs)
            start_with(self.highs, len(self.costs), self.known_on)

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

    @property
    def most_ties(self) -> int:
        """Return how many equal awards are worth being found one by one."""
        return MANY_TIES if self.highs.getInfo().simplex_iteration_count > HARD else FEW_TIES

    def answer(self) -> tuple[int, ...] | None:
        """Return the award of the run."""
        return chosen_of(self.highs, self.part) if has_solution(self.highs) else None


def _cents(model: Model, chosen: Sequence[int]) -> int:
    return model.cents_of([model.choices[column] for column in chosen])
