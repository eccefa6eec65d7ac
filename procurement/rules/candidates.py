"""Which pairs are worth comparing: those that share something rare, so that the work grows little faster than the lists."""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from procurement.rules.features import Item
from procurement.rules.identity import NUMBER, SHORTEST_NUMBER

RARE = 60
MOST_SHARERS = 240
MOST_VISITED = 300
BEST_PER_LIST = 4
COMBINED = 5
FEWEST_KEYS = 2
IDENTITY = 100.0

Key = tuple[str, ...]


def pairs(items: Sequence[Item]) -> Iterator[tuple[int, int]]:
    """Yield pairs of item numbers, each once; of every other list only the most promising are kept for an item."""
    keys = _keys(items)
    holders: dict[Key, list[int]] = defaultdict(list)
    for number, own in enumerate(keys):
        for key in own:
            holders[key].append(number)
    seen: set[int] = set()
    for item in items:
        for other in _promising(item, items, keys[item.number], holders):
            first, second = (item.number, other) if item.number < other else (other, item.number)
            pair = first * len(items) + second
            if pair not in seen:
                seen.add(pair)
                yield first, second


def _keys(items: Sequence[Item]) -> list[list[Key]]:
    """Name each item by its rare words, by two of its common words or measures together, and where that is not rare enough by three."""
    counts: Counter[str] = Counter(word for item in items for word in _tokens(item))
    rare: list[list[Key]] = []
    common: list[list[str]] = []
    for item in items:
        tokens = sorted(_tokens(item), key=lambda token: (counts[token], token))
        rare.append([*_names(item), *((token,) for token in tokens if counts[token] <= RARE and token in item.words)])
        common.append(sorted([token for token in tokens if counts[token] > RARE][:COMBINED]))
    together: Counter[Key] = Counter(pair for own in common for pair in itertools.combinations(own, 2))
    return [_chosen(own, others, together) for own, others in zip(rare, common, strict=True)]


def _names(item: Item) -> list[Key]:
    """Return the numbers that name an article, and the model codes that may stand in the number column of another list."""
    codes = {(NUMBER, code) for code in item.codes if len(code) >= SHORTEST_NUMBER and not code.isdecimal()}
    return sorted(item.identities | codes)


def _chosen(rare: list[Key], common: list[str], together: Counter[Key]) -> list[Key]:
    two = sorted(itertools.combinations(common, 2), key=lambda pair: (together[pair], pair))
    keys = rare + [pair for pair in two if together[pair] <= RARE]
    if len(keys) >= FEWEST_KEYS:
        return keys
    return [*keys, *itertools.combinations(common, 3), *two[:1], *([(word,) for word in common] if len(common) == 1 else [])]


def _tokens(item: Item) -> Iterable[str]:
    yield from item.words
    for kind in ("length", "mass", "volume", "pair", "leaves", "storage"):
        for value in item.statements.get(kind, ()):
            yield f"{kind}:{value}"


def _promising(item: Item, items: Sequence[Item], keys: Sequence[Key], holders: Mapping[Key, Sequence[int]]) -> Iterator[int]:
    """Rank those that share a key by the weight of the keys they share."""
    shared: dict[int, float] = defaultdict(float)
    visited = 0
    for key in sorted(keys, key=lambda key: len(holders[key])):
        weight = IDENTITY if key in item.identities else sum([item.words.get(word, 1.0) for word in key])
        found = holders[key]
        visited += min(len(found), MOST_SHARERS)
        if visited > MOST_VISITED and shared:
            break  # the rarest keys have named enough; the rest would only repeat them
        for number in found if len(found) <= MOST_SHARERS else _around(found, item.number):
            shared[number] += weight
    shared.pop(item.number, None)
    by_list: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for number, weight in shared.items():
        by_list[items[number].list_number].append((weight / (6.0 + items[number].weight), number))
    for ranked in by_list.values():
        yield from (number for _, number in (heapq.nlargest(BEST_PER_LIST, ranked) if len(ranked) > BEST_PER_LIST else ranked))


def _around(found: Sequence[int], number: int) -> list[int]:
    """Take a spread of a very common key, so that no list is left out."""
    step = len(found) // MOST_SHARERS + 1
    return list(found[number % step :: step])
