"""Offers of which at most one can win: said in one condition, they bring the relaxed award closer to a real one; pure."""

from collections.abc import Mapping, Sequence

from procurement.rules.winners_model import Model

WORTH_SAYING = 1.001  # an exclusion that the relaxed award breaks by less does not pay its row
STEPS = 3000  # for one search: what is not found by then is left to the solver
MOST_NEW = 40

Exclusion = tuple[int, ...]  # columns


class Exclusions:
    """Which packages shut each other out: they share a lot, or one bidder would exceed the lot limit with both."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.packages = [column for column, choice in enumerate(model.choices) if len(choice.lots) > 1]
        covering: dict[int, set[int]] = {}
        of_bidder: dict[int, set[int]] = {}
        for column in self.packages:
            of_bidder.setdefault(model.choices[column].bidder, set()).add(column)
            for lot in model.choices[column].lots:
                covering.setdefault(lot, set()).add(column)
        self.against = {column: self._shut_out_by(column, covering, of_bidder) for column in self.packages}

    def _shut_out_by(self, column: int, covering: Mapping[int, set[int]], of_bidder: Mapping[int, set[int]]) -> set[int]:
        choice = self.model.choices[column]
        limit = self.model.lot_limits.get(choice.bidder, len(self.model.lots))
        too_many = {other for other in of_bidder[choice.bidder] if len(self.model.choices[other].lots) + len(choice.lots) > limit}
        return set.union(too_many, *(covering[lot] for lot in choice.lots)) - {column}

    def broken_by(self, shares: Sequence[float], reduced: Sequence[float]) -> list[Exclusion]:
        """Return the exclusions that a relaxed award breaks most, each with every other package that it also shuts out."""
        partly = sorted((column for column in self.packages if 1e-6 < shares[column] < 1 - 1e-6), key=lambda column: (-shares[column], column))
        found = (self._heaviest(partly[number:], shares) for number in range(len(partly)))
        ranked = sorted(((weight, group) for weight, group in found if group), key=lambda pair: (-pair[0], pair[1]))
        extended = dict.fromkeys(self._extended(group, reduced) for _weight, group in ranked[:MOST_NEW])
        return list(extended)

    def _heaviest(self, candidates: Sequence[int], shares: Sequence[float]) -> tuple[float, Exclusion]:
        """Return the heaviest exclusion that contains the first candidate and others after it."""
        first = candidates[0]
        best: tuple[float, Exclusion] = (WORTH_SAYING, ())
        growing: list[tuple[float, Exclusion, list[int]]] = [(shares[first], (first,), [column for column in candidates[1:] if column in self.against[first]])]
        for _step in range(STEPS):
            if not growing:
                break
            weight, group, allowed = growing.pop()
            best = max(best, (weight, group), key=lambda pair: pair[0])
            if weight + sum(shares[column] for column in allowed) > best[0]:
                growing += [
                    (weight + shares[column], (*group, column), [other for other in allowed[number + 1 :] if other in self.against[column]])
                    for number, column in reversed(list(enumerate(allowed)))
                ]
        return best

    def _extended(self, group: Exclusion, reduced: Sequence[float]) -> Exclusion:
        whole = list(group)
        shut_out_by_all = set.intersection(*(self.against[column] for column in group))
        for column in sorted(shut_out_by_all, key=lambda column: (reduced[column], column)):
            if all(column in self.against[other] for other in whole[len(group) :]):
                whole.append(column)
        return tuple(sorted(whole))
