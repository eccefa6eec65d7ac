"""Cover an amount with packs of several sizes at the least cost: whole grains and coins, so that all is exact."""

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MOST_STEPS, MOST_REMAINDERS = 200_000, 200_000


@dataclass(frozen=True, slots=True)
class Size:
    """A pack in whole grains and coins."""

    index: int
    holds: int
    price: int


@dataclass(frozen=True, slots=True)
class Cover:
    """How many of each pack cover an amount, and whether nothing cheaper does."""

    counts: dict[int, int]
    is_proven: bool


def knapsack(usable: Sequence[tuple[int, Fraction, Fraction]], rest: Fraction) -> Cover:
    """Cover the rest at the least cost with any number of packs; ties take the least surplus, then the fewest packs."""
    grain, coin = grain_of([content for _, content, _ in usable]), grain_of([price for _, _, price in usable if price] or [Fraction(1)])
    sizes = [Size(index, int(content / grain), int(price / coin)) for index, content, price in usable]
    need = math.ceil(rest / grain)
    best = min(sizes, key=lambda size: (Fraction(size.price, size.holds), -size.holds))
    # So many of another pack hold as much as some of the best, which cost no more: beyond that only the best is bought.
    window = best.holds + sum((best.holds // math.gcd(best.holds, size.holds) - 1) * size.holds for size in sizes if size is not best)
    many = max(0, (need - window) // best.holds)
    if need - many * best.holds > MOST_STEPS:
        if best.holds <= MOST_REMAINDERS:
            return Cover(_by_remainders(sizes, best, need), is_proven=True)
        return Cover(_filled_up(sizes, best, need), is_proven=len(sizes) == 1)
    counts = _covered(sizes, need - many * best.holds)
    counts[best.index] = counts.get(best.index, 0) + many
    return Cover(counts, is_proven=True)


def grain_of(values: Sequence[Fraction]) -> Fraction:
    """Return the largest amount that every value is a whole number of."""
    denominator = math.lcm(*(value.denominator for value in values))
    return Fraction(math.gcd(*(int(value * denominator) for value in values)), denominator)


def _covered(sizes: Sequence[Size], need: int) -> dict[int, int]:
    """Walk from nothing to the need, keeping the cheapest way and its surplus to cover each amount."""
    ways: list[tuple[int, int, int]] = [(0, 0, 0)]
    taken: list[Size | None] = [None]
    for amount in range(1, need + 1):
        best: tuple[int, int, int] | None = None
        by: Size | None = None
        for size in sizes:
            paid, over, count = ways[max(0, amount - size.holds)]
            way = (paid + size.price, over + max(0, size.holds - amount), count + 1)
            if best is None or way < best:
                best, by = way, size
        ways.append(best or (0, 0, 0))
        taken.append(by)
    counts: dict[int, int] = {}
    at = need
    while at > 0 and (last := taken[at]) is not None:
        counts[last.index] = counts.get(last.index, 0) + 1
        at = max(0, at - last.holds)
    return counts


def _by_remainders(sizes: Sequence[Size], best: Size, need: int) -> dict[int, int]:
    """Find for every remainder by the best pack the other packs that leave it at the least extra cost; the best pack fills up the rest.

    Awkward contents such as 12.345 l beside 7.891 l have no small common step, and walking through all amounts would take minutes.
    """
    cheapest: dict[int, tuple[int, int]] = {0: (0, 0)}
    by: dict[int, tuple[int, Size]] = {}
    queue = [(0, 0, 0)]
    others = [(size, size.price * best.holds - best.price * size.holds) for size in sizes if size is not best]
    while queue:
        extra, held, remainder = heapq.heappop(queue)
        if (extra, held) > cheapest[remainder]:
            continue
        for size, more in others:
            after, way = (remainder + size.holds) % best.holds, (extra + more, held + size.holds)
            if after not in cheapest or way < cheapest[after]:
                cheapest[after], by[after] = way, (remainder, size)
                heapq.heappush(queue, (*way, after))
    ends = [(extra + best.price * (total := _reached(need, held, remainder, best.holds)), total, remainder) for remainder, (extra, held) in cheapest.items()]
    _, total, remainder = min(ends)
    counts = {best.index: (total - cheapest[remainder][1]) // best.holds}
    while remainder in by and cheapest[remainder] != (0, 0):
        remainder, size = by[remainder]
        counts[size.index] = counts.get(size.index, 0) + 1
    return counts


def _reached(need: int, held: int, remainder: int, step: int) -> int:
    """Return the least total of this remainder that covers the need and what the other packs hold already."""
    least = max(need, held)
    return least + (remainder - least) % step


def _filled_up(sizes: Sequence[Size], best: Size, need: int) -> dict[int, int]:
    """Take the best pack as often as it fits, and the one pack that covers the rest at the least cost: contents too fine to prove more."""
    many, rest = divmod(need, best.holds)
    last = min(sizes, key=lambda size: (-(-rest // size.holds) * size.price, -(-rest // size.holds) * size.holds))
    counts = {best.index: many}
    if rest:
        counts[last.index] = counts.get(last.index, 0) - (-rest // last.holds)
    return counts
