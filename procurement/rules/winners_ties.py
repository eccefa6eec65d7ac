"""Of equally cheap awards the one with fewer bidders, then lot by lot the bidder with the lowest drawn rank; pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from procurement.rules.winners_guess import shifted
from procurement.rules.winners_model import Choice, Model, Program, program
from procurement.rules.winners_search import Found
from procurement.rules.winners_solver import INFINITY, chosen_of, is_optimal, run_to, solver

MOST_QUESTIONS = 8  # where so many do not show every offer, the steps that follow do with more of them
MOST_WEIGHT = 1000  # of the first lot that is asked for together with others: a cent weighs still more, and must stay exact


def decide(model: Model, found: Found, *, order: Sequence[int], deadline: float) -> Found:
    """Choose among the awards that cost the same. Without time to finish, the award is no longer called proven: the tie rule is part of the answer."""
    if found.knows_all_ties:
        return replace(found, chosen=min(found.ties, key=lambda award: _key(model, award, order)), tied=len(found.ties) > 1)
    every = _EqualAwards(model, found, found.open_columns, deadline)
    finished = every.keep_only_what_occurs(found.ties)
    ladder = _EqualAwards(model, found, sorted(every.open), deadline, count_bidders=True)
    finished = finished and ladder.take_fewest_bidders() and all(ladder.take_lowest(lots, order) for lots in ladder.blocks())
    return replace(found, chosen=ladder.current, proven=found.proven and finished, tied=True)


def _key(model: Model, award: Sequence[int], order: Sequence[int]) -> tuple[int, list[tuple[int, int, tuple[int, ...], int]]]:
    """Return what ranks an award among equal ones: the number of bidders, then the preference lot by lot."""
    of_lot = {lot: model.choices[column] for column in award for lot in model.choices[column].lots}
    return len({choice.bidder for choice in of_lot.values()}), [preference(of_lot[lot], order) for lot in sorted(of_lot)]


def preference(choice: Choice, order: Sequence[int]) -> tuple[int, int, tuple[int, ...], int]:
    """Return what comes first for a lot: the lower drawn rank, then the larger package, then the lots in their order."""
    return order[choice.bidder], -len(choice.lots), choice.lots, choice.cents


class _EqualAwards:
    """All awards of the same cents, narrowed step by step."""

    def __init__(self, model: Model, found: Found, columns: Sequence[int], deadline: float, *, count_bidders: bool = False) -> None:
        assert found.chosen is not None  # noqa: S101
        self.model, self.deadline, self.current = model, deadline, found.chosen
        self.part: Program = program(model, columns, count_bidders=count_bidders, exclusions=found.exclusions)
        self.position = {column: index for index, column in enumerate(columns)}
        self.costs = shifted(model, self.part, found.prices)
        self.highs: Any = solver(self.part.rows, self.costs, seconds=1.0)
        self.open = set(columns)

    def keep_only_what_occurs(self, known: Sequence[Sequence[int]]) -> bool:
        """Close every offer that no award of the same cents contains: ask again and again for as many offers as possible that none has shown yet."""
        shown = {column for award in known for column in award}
        for _question in range(MOST_QUESTIONS):
            if not self._minimise({self.position[column]: -1 for column in self.open - shown}, most=len(self.model.lots)):
                return False
            if shown.issuperset(self.current):
                self.open = shown
                break
            shown.update(self.current)
        return True

    def take_fewest_bidders(self) -> bool:
        """Keep only awards with the least number of bidders."""
        switches = sorted(self.part.switches.values())
        if not self._minimise(dict.fromkeys(switches, 1), most=len(switches)):
            return False
        fewest = len({self.model.choices[column].bidder for column in self.current})
        self.highs.addRow(-INFINITY, float(fewest), len(switches), switches, [1.0] * len(switches))
        return True

    def blocks(self) -> Iterator[list[int]]:
        """Go through the lots that are not decided yet, in their order, as many at once as whole weights can keep apart."""
        block, weight = list[int](), 1
        for lot in sorted(self.model.required):
            block, weight = [*block, lot], weight * len(self._candidates(lot))
            if weight > MOST_WEIGHT:
                yield block
                block, weight = [], 1
        yield block

    def take_lowest(self, lots: Sequence[int], order: Sequence[int]) -> bool:
        """Keep only awards that give the first lot to the lowest rank that any of them gives it to, and of those the same for each later lot."""
        costs: defaultdict[int, int] = defaultdict(int)
        weight = 1
        for lot in reversed(lots):
            candidates = sorted(self._candidates(lot), key=lambda column: preference(self.model.choices[column], order))
            for rank, column in enumerate(candidates):
                costs[self.position[column]] += weight * rank
            weight *= len(candidates)
        if weight > 1 and not self._minimise(costs, most=weight):
            return False
        for lot in lots:
            self._fix(self._winner_of(lot))
        return True

    def _candidates(self, lot: int) -> list[int]:
        return [column for column in self.open if lot in self.model.choices[column].lots]

    def _winner_of(self, lot: int) -> int:
        return next(column for column in self.current if lot in self.model.choices[column].lots)

    def _fix(self, winner: int) -> None:
        """Set one offer as won, and with it all that share a lot with it as lost."""
        taken = set(self.model.choices[winner].lots)
        lost = [column for column in self.open if column != winner and taken & set(self.model.choices[column].lots)]
        for column in lost:
            self.highs.changeColBounds(self.position[column], 0.0, 0.0)
        self.highs.changeColBounds(self.position[winner], 1.0, 1.0)
        self.open -= {*lost}

    def _minimise(self, costs: dict[int, int], *, most: int) -> bool:
        """Find the award that is least in `costs` among the cheapest: a cent weighs more than the `most` that they can reach."""
        import numpy as np

        objective = np.array(self.costs, dtype=float) * (most + 1)
        for column, cost in costs.items():
            objective[column] += cost
        self.highs.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), objective)
        self.highs.clearSolver()  # an old solution as start could come back with another one's objective
        run_to(self.highs, self.deadline)
        if not is_optimal(self.highs):
            return False
        answer = chosen_of(self.highs, self.part)
        if self._cents(answer) != self._cents(self.current):
            return False
        self.current = answer
        return True

    def _cents(self, award: Sequence[int]) -> int:
        return self.model.cents_of([self.model.choices[column] for column in award])
