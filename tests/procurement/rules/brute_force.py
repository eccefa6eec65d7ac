"""Every award there is, one after the other: slow, simple, and written apart from the product."""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256

from procurement.rules.winners_tender import LotTender

Taken = tuple[str, frozenset[str], Decimal]


def offers(tender: LotTender) -> list[Taken]:
    found = [(bid.bidder, frozenset({lot}), price) for bid in tender.bids for lot, price in bid.lots.items()]
    if tender.rules.packages_admitted:
        found += combined(tender)
    return list(set(found))


def combined(tender: LotTender) -> list[Taken]:
    packages = [(bid.bidder, package.lots, package.price) for bid in tender.bids for package in bid.packages]
    for bid in tender.bids:
        for discount in bid.discounts:
            full = sum(int(bid.lots[lot] * 100) for lot in discount.lots)
            off = (full * int(discount.percent * 100) * 2 + 10_000) // 20_000  # half up
            packages.append((bid.bidder, discount.lots, Decimal(full - off) / 100))
    return packages


def covers(lots: list[str], open_offers: list[Taken]) -> Iterator[list[Taken]]:
    if not lots:
        yield []
        return
    for offer in open_offers:
        if lots[0] in offer[1] and offer[1] <= set(lots):
            for rest in covers([lot for lot in lots if lot not in offer[1]], open_offers):
                yield [offer, *rest]


def admissible(tender: LotTender, taken: list[Taken]) -> bool:
    winners = {offer[0] for offer in taken}
    limit = tender.rules.max_lots_per_bidder
    if tender.rules.max_bidders is not None and len(winners) > tender.rules.max_bidders:
        return False
    for bid in tender.bids:
        mine = [offer for offer in taken if offer[0] == bid.bidder]
        if limit is not None and sum(len(offer[1]) for offer in mine) > limit:
            return False
        if mine and bid.minimum_value is not None and sum(offer[2] for offer in mine) < bid.minimum_value:
            return False
    return True


def cost(tender: LotTender, taken: list[Taken]) -> Decimal:
    charges = {bid.bidder: bid.delivery for bid in tender.bids}
    reached = {(bidder, place) for bidder, lots, _price in taken for lot in lots for place in tender.places.get(lot, ())}
    return sum((offer[2] for offer in taken), Decimal(0)) + sum((charges[bidder].get(place, Decimal(0)) for bidder, place in reached), Decimal(0))


def number(lot: str) -> int:
    return int(lot[1:])


def every_award(tender: LotTender) -> list[list[Taken]]:
    """Return every admissible award."""
    every = offers(tender)
    lots = sorted({lot for offer in every for lot in offer[1]}, key=number)
    return [taken for taken in covers(lots, every) if admissible(tender, taken)]


def can_meet(tender: LotTender, conditions: set[tuple[str, str]]) -> bool:
    """Tell whether any choice of offers meets the given conditions, whatever becomes of all others."""
    singles = [(bid.bidder, frozenset({lot}), price) for bid in tender.bids for lot, price in bid.lots.items()]
    open_offers = singles + ([] if ("packages", "") in conditions else combined(tender))
    most = len(tender.lots) if ("bidders", "") not in conditions else tender.rules.max_bidders or 0

    def fits(taken: list[Taken]) -> bool:
        won = {bidder: [offer for offer in taken if offer[0] == bidder] for bidder, _lots, _price in taken}
        least = {bid.bidder: bid.minimum_value or 0 for bid in tender.bids}
        return (
            {lot for kind, lot in conditions if kind == "lot"} <= {lot for offer in taken for lot in offer[1]}
            and all(
                sum(len(offer[1]) for offer in mine) <= (tender.rules.max_lots_per_bidder or 0)
                for bidder, mine in won.items()
                if ("limit", bidder) in conditions
            )
            and all(sum(offer[2] for offer in mine) >= least[bidder] for bidder, mine in won.items() if ("minimum", bidder) in conditions)
            and len(won) <= most
        )

    return any(fits(taken) for taken in disjoint(open_offers))


def disjoint(open_offers: list[Taken]) -> Iterator[list[Taken]]:
    if not open_offers:
        yield []
        return
    first, rest = open_offers[0], open_offers[1:]
    yield from disjoint(rest)
    for others in disjoint([offer for offer in rest if not offer[1] & first[1]]):
        yield [first, *others]


def best(tender: LotTender) -> tuple[Decimal, int, list[Taken]] | None:
    """Return total, number of bidders, and the award by the published rule; lots are named L1, L2, …"""
    every = offers(tender)
    lots = sorted({lot for offer in every for lot in offer[1]}, key=number)
    seed = tender.rules.seed
    drawn = sorted((bid.bidder for bid in tender.bids), key=lambda name: sha256(f"{len(seed)}:{seed}\n{name}".encode()).hexdigest())

    def key(taken: list[Taken]) -> tuple[object, ...]:
        of_lot = {lot: offer for offer in taken for lot in offer[1]}
        walk = [(drawn.index(of_lot[lot][0]), -len(of_lot[lot][1]), sorted(map(number, of_lot[lot][1])), of_lot[lot][2]) for lot in lots]
        return cost(tender, taken), len({offer[0] for offer in taken}), walk

    found = every_award(tender)
    if not found:
        return None
    chosen = min(found, key=key)
    return cost(tender, chosen), len({offer[0] for offer in chosen}), chosen
