"""Which pairs are worth comparing: those that share something rare, so that the work grows little faster than the lists."""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence

from procurement.rules.features import Item

MOST_SHARERS = 400
BEST_PER_LIST = 6
FEWEST_WORDS = 3


def pairs(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield pairs of item numbers, each once; of every other list only the most promising are kept for an item."""
    holders = _holders(items)
    seen: set[tuple[int, int]] = set()
    for item in items:
        for other in _promising(item, items, holders):
            pair = (item.number, other) if item.number < other else (other, item.number)
            if pair not in seen:
                seen.add(pair)
                yield pair


def _holders(items: Sequence[Item]) -> dict[str, list[int]]:
    holders: dict[str, list[int]] = defaultdict(list)
    for item in items:
        for word in item.words:
            holders[word].append(item.number)
    return holders


def _promising(item: Item, items: Sequence[Item], holders: dict[str, list[int]]) -> Iterator[int]:
    """Sum up the rarity of shared words; very common words only count where the rare ones are few."""
    words = sorted(item.words, key=lambda word: len(holders[word]))
    shared: dict[int, float] = defaultdict(float)
    for place, word in enumerate(words):
        if place >= FEWEST_WORDS and len(holders[word]) > MOST_SHARERS:
            break
        weight = item.words[word]
        for other in holders[word][: 4 * MOST_SHARERS]:
            shared[other] += weight
    shared.pop(item.number, None)
    by_list: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for other, weight in shared.items():
        by_list[items[other].list_number].append((weight / (6.0 + items[other].weight), other))
    for found in by_list.values():
        yield from (other for _, other in heapq.nlargest(BEST_PER_LIST, found))
