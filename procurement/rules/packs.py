"""Choose packs for the pooled quantity of all municipalities: the least cost that covers it, never each line rounded for itself."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.errors import RuleBroken
from commons.money import cents
from commons.words import say
from procurement.rules.distribution import deal
from procurement.rules.pack_cover import Cover, grain_of, knapsack

UNPRICED = Decimal(1)
MOST_LOOKED_AT = 60_000  # choices: about a second


class NoPackOffered(RuleBroken):
    """Without a pack nothing can be bought."""

    def __init__(self) -> None:
        super().__init__(say("Für diesen Artikel ist keine Packung hinterlegt. Bitte ergänzen Sie eine Packung mit ihrem Inhalt."), field="pack")


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A price per pack that holds from a number of packs on."""

    from_packs: int
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack on offer: what it holds in the base unit, its prices by number of packs, the first of them from its minimum."""

    name: str
    content: Decimal
    scales: tuple[Scale, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a municipality wants in the base unit, and how much more it would gladly take."""

    quantity: Decimal
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Share:
    """What a municipality gets: wanted, gladly taken on top, and surplus beyond, with its cost."""

    wanted: Decimal
    gets: Decimal
    within_tolerance: Decimal
    beyond: Decimal
    beyond_cost: Decimal | None


@dataclass(frozen=True, kw_only=True)
class PackPlan:
    """The packs to buy, what they hold and cost, the surplus with its cost and who takes it, and what rounding alone would have bought.

    `is_proven` says that no other choice of packs is better; with very fine contents or large quantities not all are looked at.
    """

    packs: tuple[tuple[Pack, int], ...]
    total: Decimal
    cost: Decimal | None
    surplus: Decimal
    surplus_cost: Decimal | None
    beyond_tolerance: Decimal
    beyond_cost: Decimal | None
    shares: Mapping[str, Share]
    alone: Decimal
    is_proven: bool


Chosen = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How many of each pack, and whether nothing better exists."""

    chosen: Chosen
    is_proven: bool


def plan_binding(packs: Sequence[Pack], wishes: Mapping[str, Wish], *, minimum_order: Decimal = Decimal(0), step: Decimal = Decimal(1)) -> PackPlan:
    """Buy at least what was wanted in sum, at the least cost; `minimum_order` counts once for all."""
    wanted = sum((wish.quantity for wish in wishes.values()), Decimal(0))
    choice = choose(packs, max(wanted, minimum_order if wanted > 0 else wanted))
    return _plan(choice, packs, wishes, wanted, step, minimum_order)


def plan_flexible(packs: Sequence[Pack], wishes: Mapping[str, Wish], *, minimum_order: Decimal = Decimal(0), step: Decimal = Decimal(1)) -> PackPlan:
    """Buy as near to what was wanted as the packs allow, where less is fine too and more only within the tolerances.

    Where not even one pack fits below, the binding plan holds.
    """
    wanted = sum((wish.quantity for wish in wishes.values()), Decimal(0))
    most = wanted + sum((wish.tolerance for wish in wishes.values() if wish.quantity > 0), Decimal(0))
    nearest = _nearest(packs, wanted, most, minimum_order)
    if nearest is None:
        return plan_binding(packs, wishes, minimum_order=minimum_order, step=step)
    return _plan(nearest, packs, wishes, wanted, step, minimum_order)


def cheapest(packs: Sequence[Pack], least: Decimal) -> Chosen:
    """Return how many of each pack cover a quantity at the least cost; then with the least surplus, then with the fewest packs."""
    return choose(packs, least).chosen


def choose(packs: Sequence[Pack], least: Decimal) -> Choice:
    """Return the same, and whether nothing cheaper exists."""
    if not packs:
        raise NoPackOffered
    if least <= 0:
        return Choice(chosen=(0,) * len(packs), is_proven=True)
    found = [choice for tiers in _tiers(packs) if (choice := _cover(packs, tiers, least))]
    best = min(found, key=lambda choice: _rank(packs, choice.chosen))
    return Choice(chosen=best.chosen, is_proven=all(choice.is_proven for choice in found))


def _rank(packs: Sequence[Pack], chosen: Chosen) -> tuple[Fraction, Fraction, int, tuple[int, ...]]:
    return _cost(packs, chosen), _held(packs, chosen), sum(chosen), tuple(-count for count in chosen)


def _held(packs: Sequence[Pack], chosen: Chosen) -> Fraction:
    return sum((count * Fraction(pack.content) for pack, count in zip(packs, chosen, strict=True)), Fraction(0))


def _cost(packs: Sequence[Pack], chosen: Chosen) -> Fraction:
    return sum((count * Fraction(price_for(pack, count)) for pack, count in zip(packs, chosen, strict=True)), Fraction(0))


def price_for(pack: Pack, count: int) -> Decimal:
    """Return the price per pack for so many packs; without prices a pack weighs what it holds, so that surplus decides."""
    if not pack.scales:
        return pack.content * UNPRICED
    return next((scale.price for scale in reversed(pack.scales) if scale.from_packs <= count), pack.scales[0].price)


def _tiers(packs: Sequence[Pack]) -> Iterator[tuple[Scale | None, ...]]:
    """Yield every choice of one price step (or none of it) for each pack."""
    options = [[None, *(pack.scales or (Scale(from_packs=1, price=pack.content * UNPRICED),))] for pack in packs]
    return itertools.product(*options)


def _cover(packs: Sequence[Pack], tiers: Sequence[Scale | None], least: Decimal) -> Choice | None:
    """Cover a quantity with packs at the prices of their steps: the least numbers first, then the cheapest for the rest."""
    if not any(tiers):
        return None
    start = [tier.from_packs if tier else 0 for tier in tiers]
    start = [max(count, 1 if tier else 0) for count, tier in zip(start, tiers, strict=True)]
    rest = Fraction(least) - _held(packs, tuple(start))
    usable = [(index, Fraction(packs[index].content), Fraction(tier.price)) for index, tier in enumerate(tiers) if tier]
    cover = knapsack(usable, rest) if rest > 0 else Cover({}, is_proven=True)
    return Choice(chosen=tuple(count + cover.counts.get(index, 0) for index, count in enumerate(start)), is_proven=cover.is_proven)


def _nearest(packs: Sequence[Pack], wanted: Decimal, most: Decimal, minimum_order: Decimal) -> Choice | None:
    """Return the choice whose content lies nearest to what was wanted and not above `most`; equal ones by cost."""
    if not packs or wanted <= 0:
        return None
    all_looked_at = _choices(packs, most) <= MOST_LOOKED_AT
    reachable = _reachable(packs, most) if all_looked_at else _reachable_near(packs, wanted, most)
    fitting = [chosen for chosen in reachable if Fraction(minimum_order) <= _held(packs, chosen) <= Fraction(most) and any(chosen)]
    nearest = min(fitting, key=lambda chosen: (abs(_held(packs, chosen) - Fraction(wanted)), _rank(packs, chosen)), default=None)
    return None if nearest is None else Choice(chosen=nearest, is_proven=all_looked_at)


def _choices(packs: Sequence[Pack], most: Decimal) -> int:
    """Return how many choices are looked at, pack by pack, from every content that the packs before can reach."""
    contents = int(Fraction(most) / grain_of([Fraction(pack.content) for pack in packs])) + 1
    looked_at, reached = 0, 1
    for pack in packs:
        counts = int(most / pack.content) + 1
        looked_at += reached * counts
        reached = min(contents, reached * counts)
    return looked_at


def _reachable_near(packs: Sequence[Pack], wanted: Decimal, most: Decimal) -> list[Chosen]:
    """Take most of a large quantity in the largest pack, and try every choice for the rest."""
    largest = max(range(len(packs)), key=lambda place: packs[place].content)
    content = packs[largest].content
    fixed = max(0, int(wanted / content) - 1)
    rest = min(most, wanted + content) - fixed * content
    return [tuple(count + fixed * (place == largest) for place, count in enumerate(chosen)) for chosen in _reachable(packs, rest)]


def _reachable(packs: Sequence[Pack], most: Decimal) -> list[Chosen]:
    """Return for every content that can be reached the cheapest choice, pack by pack."""
    best: dict[Fraction, Chosen] = {Fraction(0): ()}
    for place, pack in enumerate(packs):
        found: dict[Fraction, Chosen] = {}
        for held, chosen in best.items():
            for count in range(int((Fraction(most) - held) / Fraction(pack.content)) + 1):
                if 0 < count < (pack.scales[0].from_packs if pack.scales else 0):
                    continue
                now, more = held + count * Fraction(pack.content), (*chosen, count)
                if now not in found or _rank(packs[: place + 1], more) < _rank(packs[: place + 1], found[now]):
                    found[now] = more
        best = found
    return list(best.values())


def _plan(choice: Choice, packs: Sequence[Pack], wishes: Mapping[str, Wish], wanted: Decimal, step: Decimal, minimum_order: Decimal) -> PackPlan:
    chosen = choice.chosen
    total = sum((count * pack.content for pack, count in zip(packs, chosen, strict=True)), Decimal(0))
    priced = all(pack.scales for pack, count in zip(packs, chosen, strict=True) if count)
    cost = cents(_cost(packs, chosen)) if priced else None
    per_unit = _cost(packs, chosen) / Fraction(total) if priced and total else None
    gladly, beyond = _surplus(total, wishes, wanted, step)
    shares = _shares(total, wishes, wanted, gladly, beyond, per_unit, step)
    surplus, over = max(total - wanted, Decimal(0)), sum(beyond.values(), Decimal(0))
    alone = sum((_alone(packs, wish.quantity, minimum_order) for wish in wishes.values()), Decimal(0))
    return PackPlan(
        packs=tuple((pack, count) for pack, count in zip(packs, chosen, strict=True) if count),
        total=total,
        cost=cost,
        surplus=surplus,
        surplus_cost=_worth(surplus, per_unit),
        beyond_tolerance=over,
        beyond_cost=_worth(over, per_unit),
        shares=shares,
        alone=alone,
        is_proven=choice.is_proven,
    )


def _worth(quantity: Decimal, per_unit: Fraction | None) -> Decimal | None:
    return None if per_unit is None else cents(Fraction(quantity) * per_unit)


def _surplus(total: Decimal, wishes: Mapping[str, Wish], wanted: Decimal, step: Decimal) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Give the surplus first to those who would gladly take more, the rest to all who wanted something."""
    surplus = max(total - wanted, Decimal(0))
    room = {key: wish.tolerance for key, wish in wishes.items() if wish.quantity > 0}
    within = min(surplus, sum(room.values(), Decimal(0)))
    within -= within % step
    gladly = dict(deal(within, room, step=step).shares) if within else {}
    rest = surplus - within
    return gladly, dict(deal(rest, {key: wish.quantity for key, wish in wishes.items()}, step=step).shares) if rest else {}


def _shares(
    total: Decimal,
    wishes: Mapping[str, Wish],
    wanted: Decimal,
    gladly: Mapping[str, Decimal],
    beyond: Mapping[str, Decimal],
    per_unit: Fraction | None,
    step: Decimal,
) -> dict[str, Share]:
    short = dict(deal(total, {key: wish.quantity for key, wish in wishes.items()}, step=step).shares) if total < wanted else None
    shares = {}
    for key, wish in wishes.items():
        more, over = gladly.get(key, Decimal(0)), beyond.get(key, Decimal(0))
        gets = short[key] if short is not None else wish.quantity + more + over
        shares[key] = Share(wanted=wish.quantity, gets=gets, within_tolerance=more, beyond=over, beyond_cost=_worth(over, per_unit))
    return shares


def _alone(packs: Sequence[Pack], quantity: Decimal, minimum_order: Decimal) -> Decimal:
    chosen = cheapest(packs, max(quantity, minimum_order) if quantity > 0 else quantity)
    return sum((count * pack.content for pack, count in zip(packs, chosen, strict=True)), Decimal(0))
