"""A good start for hard tenders: which packages go together best, by trial and patience; pure and the same every time."""

import math
import random
from collections import defaultdict
from collections.abc import Mapping

from procurement.rules.winners_model import Model

STEPS = 60_000
COOLED = 1e-3  # of the first heat is left at the end
FIRST_HEATS = (0.3, 1.0, 1.0, 3.0, 3.0, 10.0)  # one attempt each, as shares of the middle gain: how much worse a step may be at the beginning


def promising_sets(model: Model, *, charges: Mapping[int, int], steps: int = STEPS) -> list[frozenset[int]]:
    """Return the packages of several good awards, the best first: they do not overlap, keep the lot limits and save most against single lots.

    `charges` is what a lot of a bidder's limited number is worth by the bound: it keeps the sought-after bidders for where they save most.
    """
    gains = _gains(model, charges)
    if not gains:
        return []
    middle = sorted(gains.values())[len(gains) // 2]
    found = [_annealed(model, gains, heat=share * middle + 1, seed=number, steps=steps) for number, share in enumerate(FIRST_HEATS)]
    return sorted(found, key=lambda chosen: (-sum(gains[column] for column in chosen), sorted(chosen)))


def _annealed(model: Model, gains: Mapping[int, float], *, heat: float, seed: int, steps: int) -> frozenset[int]:
    search = _Annealing(model, gains)
    rng = random.Random(seed)  # noqa: S311
    columns = sorted(gains)
    cooling = COOLED ** (1 / steps)
    for _step in range(steps):
        search.try_column(columns[rng.randrange(len(columns))], heat, rng.random())
        heat *= cooling
    return search.best


def _gains(model: Model, charges: Mapping[int, int]) -> dict[int, float]:
    """Return for each package what it saves against the cheapest single bids on its lots; only what saves anything."""
    singles: defaultdict[int, int] = defaultdict(lambda: max((choice.cents for choice in model.choices), default=0))
    for choice in model.choices:
        if len(choice.lots) == 1:
            singles[choice.lots[0]] = min(singles[choice.lots[0]], choice.cents + charges.get(choice.bidder, 0))
    gains = {}
    for column, choice in enumerate(model.choices):
        saved = sum(singles[lot] for lot in choice.lots) - choice.cents - charges.get(choice.bidder, 0) * len(choice.lots)
        if len(choice.lots) > 1 and saved > 0 and len(choice.lots) <= model.lot_limits.get(choice.bidder, len(choice.lots)):
            gains[column] = float(saved)
    return gains


class _Annealing:
    """A set of packages that fit together; a step puts one in and takes out what it displaces."""

    def __init__(self, model: Model, gains: Mapping[int, float]) -> None:
        self.model, self.gains = model, gains
        self.taken: dict[int, int] = {}  # lot to package
        self.chosen: set[int] = set()
        self.won: defaultdict[int, int] = defaultdict(int)
        self.total = self.best_total = 0.0
        self.best: frozenset[int] = frozenset()

    def try_column(self, column: int, heat: float, luck: float) -> None:
        """Put a package in if that gains, or now and then though it loses."""
        if column in self.chosen:
            return
        displaced = self._displaced_by(column)
        change = self.gains[column] - sum(self.gains[other] for other in displaced)
        if change < 0 and luck >= math.exp(max(change / heat, -700.0)):
            return
        for other in displaced:
            self._take_out(other)
        self._put_in(column)
        self.total += change
        if self.total > self.best_total:
            self.best_total, self.best = self.total, frozenset(self.chosen)

    def _displaced_by(self, column: int) -> set[int]:
        choice = self.model.choices[column]
        displaced = {self.taken[lot] for lot in choice.lots if lot in self.taken}
        limit = self.model.lot_limits.get(choice.bidder)
        if limit is None:
            return displaced
        mine = [other for other in self.chosen if self.model.choices[other].bidder == choice.bidder and other not in displaced]
        too_many = self.won[choice.bidder] + len(choice.lots) - limit - sum(self._size(other) for other in displaced if self._bidder(other) == choice.bidder)
        for other in sorted(mine, key=lambda other: (self.gains[other] / self._size(other), other)):
            if too_many <= 0:
                break
            displaced.add(other)
            too_many -= self._size(other)
        return displaced

    def _put_in(self, column: int) -> None:
        self.chosen.add(column)
        self.won[self._bidder(column)] += self._size(column)
        self.taken.update(dict.fromkeys(self.model.choices[column].lots, column))

    def _take_out(self, column: int) -> None:
        self.chosen.discard(column)
        self.won[self._bidder(column)] -= self._size(column)
        for lot in self.model.choices[column].lots:
            del self.taken[lot]

    def _size(self, column: int) -> int:
        return len(self.model.choices[column].lots)

    def _bidder(self, column: int) -> int:
        return self.model.choices[column].bidder
