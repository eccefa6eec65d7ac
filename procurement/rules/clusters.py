"""Join what belongs together, the surest first; no cluster ever holds two lines that exclude each other."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from procurement.rules.features import Item

Score = Callable[[int, int], float]
May = Callable[[int, int], bool]
LEAST_MEAN = 0.45
MOST_COMPARED = 24
TELLING_LIST = 25  # in a list of few lines it says little that no other is as alike


@dataclass(frozen=True, slots=True)
class Edge:
    """Two items that may be one, with the score that decides the order."""

    first: int
    second: int
    score: float
    is_certain: bool = False  # both name the article by the same number


class Joining:
    """Grow clusters edge by edge."""

    def __init__(self, items: Sequence[Item], may: May, score: Score) -> None:
        self._items, self._may, self._score = items, may, score
        self.cluster_of = {item.number: item.number for item in items}
        self.members: dict[int, list[int]] = {item.number: [item.number] for item in items}

    def join(self, edges: Sequence[Edge], least: float) -> None:
        """Join along the edges that are sure enough, where every pair of members may be one."""
        for edge in sorted(edges, key=lambda edge: (-edge.score, edge.first, edge.second)):
            if edge.score < least:
                return
            first, second = self.cluster_of[edge.first], self.cluster_of[edge.second]
            if first != second and self.agree(first, second, self._may, 0.0 if edge.is_certain else LEAST_MEAN):
                self._merge(first, second)

    def agree(self, first: int, second: int, may: May, least_mean: float) -> bool:
        """Tell whether no pair of two clusters excludes each other, and they are alike on the whole."""
        total, count = 0.0, 0
        for mine in self.members[first]:
            for other in self.members[second]:
                if not may(mine, other):
                    return False
                if count < MOST_COMPARED * MOST_COMPARED:
                    total += self._score(mine, other)
                    count += 1
        return total / count >= least_mean

    def _merge(self, first: int, second: int) -> None:
        kept, gone = sorted((first, second), key=lambda cluster: (-len(self.members[cluster]), cluster))
        for member in self.members[gone]:
            self.cluster_of[member] = kept
        self.members[kept].extend(self.members.pop(gone))


def with_rivals(items: Sequence[Item], scores: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Return for each pair how far it is ahead of the best rival of either side in the list of the other."""
    best: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for (first, second), score in scores.items():
        best[first, items[second].list_number].append((score, second))
        best[second, items[first].list_number].append((score, first))
    for found in best.values():
        found.sort(reverse=True)
    sizes = Counter(item.list_number for item in items)
    ahead = {}
    for (first, second), score in scores.items():
        mine, theirs = items[first].list_number, items[second].list_number
        lead = min(_ahead(best[first, theirs], second, score), _ahead(best[second, mine], first, score))
        ahead[first, second] = lead * min(1.0, min(sizes[mine], sizes[theirs]) / TELLING_LIST) if lead > 0 else lead
    return ahead


def _ahead(found: Sequence[tuple[float, int]], number: int, score: float) -> float:
    rival = next((other for other, item in found if item != number), 0.0)
    return score - rival
