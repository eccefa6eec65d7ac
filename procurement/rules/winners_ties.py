"""Of equally cheap awards the one with fewer bidders, then lot by lot the bidder with the lowest drawn rank; pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from procurement.rules.winners_guess import shifted
from procurement.rules.winners_model import Choice, Model, Program, program
from procurement.rules.winners_search import Found
from procurement.rules.winners_solver import chosen_of, is_optimal, run_to, solver


def decide(model: Model, found: Found, *, order: Sequence[int], deadline: float) -> Found:
    """Choose among the awards that cost the same. Without time to finish, the award is no longer called proven: the tie rule is part of the answer."""
    if found.knows_all_ties:
        return replace(found, chosen=min(found.ties, key=lambda award: _key(model, award, order)), tied=len(found.ties) > 1)
    ladder = _Ladder(model, found, deadline)
    finished = ladder.take_fewest_bidders() and all(ladder.take_lowest(lot, order) for lot in sorted(model.required))
    return replace(found, chosen=ladder.current, proven=found.proven and finished, tied=True)


def _key(model: Model, award: Sequence[int], order: Sequence[int]) -> tuple[int, list[tuple[int, int, tuple[int, ...], int]]]:
    """Return what ranks an award among equal ones: the number of bidders, then the preference lot by lot."""
    of_lot = {lot: model.choices[column] for column in award for lot in model.choices[column].lots}
    return len({choice.bidder for choice in of_lot.values()}), [preference(of_lot[lot], order) for lot in sorted(of_lot)]


def preference(choice: Choice, order: Sequence[int]) -> tuple[int, int, tuple[int, ...], int]:
    """Return what comes first for a lot: the lower drawn rank, then the larger package, then the lots in their order."""
    return order[choice.bidder], -len(choice.lots), choice.lots, choice.cents


class _Ladder:
    """All awards of the same cents, narrowed step by step."""

    def __init__(self, model: Model, found: Found, deadline: float) -> None:
        assert found.chosen is not None  # noqa: S101
        self.model, self.deadline, self.current = model, deadline, found.chosen
        self.part: Program = program(model, found.open_columns, count_bidders=True)
        self.position = {column: index for index, column in enumerate(found.open_columns)}
        self.costs = shifted(model, self.part, found.prices)
        self.highs: Any = solver(self.part.rows, self.costs, seconds=1.0)
        self.open = set(found.open_columns)

    def take_fewest_bidders(self) -> bool:
        """Keep only awards with the least number of bidders."""
        switches = sorted(self.part.switches.values())
        if not self._minimise(dict.fromkeys(switches, 1), most=len(switches)):
            return False
        fewest = len({self.model.choices[column].bidder for column in self.current})
        self.highs.addRow(-float("inf"), float(fewest), len(switches), switches, [1.0] * len(switches))
        return True

    def take_lowest(self, lot: int, order: Sequence[int]) -> bool:
        """Keep only awards that give the lot to the lowest rank that any of them gives it to."""
        choices = self.model.choices
        candidates = sorted((column for column in self.open if lot in choices[column].lots), key=lambda column: preference(choices[column], order))
        if self._winner_of(lot) != candidates[0] and not self._minimise(
            {self.position[column]: rank for rank, column in enumerate(candidates)}, most=len(candidates)
        ):
            return False
        self._fix(self._winner_of(lot))
        return True

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
