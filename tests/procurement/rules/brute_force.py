"""Every award there is, one after the other: slow, simple, and written apart from the product."""

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256

from procurement.rules.winners_tender import LotTender

Taken = tuple[str, frozenset[str], Decimal]


def offers(tender: LotTender) -> list[Taken]:
    found = [(bid.bidder, frozenset({lot}), price) for bid in tender.bids for lot, price in bid.lots.items()]
    if tender.rules.packages_admitted:
        found += [(bid.bidder, package.lots, package.price) for bid in tender.bids for package in bid.packages]
    return list(set(found))


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

    found = [taken for taken in covers(lots, every) if admissible(tender, taken)]
    if not found:
        return None
    chosen = min(found, key=key)
    return cost(tender, chosen), len({offer[0] for offer in chosen}), chosen
