"""What an award is computed from, in the form of `verbund award FILE`, so that anybody can compute it again."""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from commons.money import cents
from procurement.comparing import Field, Offer, field_of
from procurement.models import BidPackage, OpenedBid, Tender
from procurement.queries.evaluation import evaluations_of, find_draw
from procurement.rules.scoring import Method


def input_of(tender: Tender) -> dict[str, Any]:
    """Return lots, bids and announced rules of a tender as plain data."""
    field_, drawn = field_of(tender), find_draw(tender)
    rules = {
        "max_lots_per_bidder": field_.version.max_lots_per_bidder,
        "max_bidders": field_.version.max_bidders,
        "packages_admitted": field_.version.packages_admitted,
        "seed": drawn.seed if drawn else "",
    }
    offers = _first_only(field_) if field_.version.method is not Method.LOWEST_PRICE else [offer for offer in field_.offers if not offer.is_excluded]
    bids = [_bid(field_, opened, {offer.lot_name: offer for offer in offers if offer.opened.id == opened.id}) for opened in field_.bids]
    return {"lots": [lot.name for lot in tender.lots], "bids": [bid for bid in bids if bid["lots"]], "rules": rules, "places": _places(field_)}


def hash_of(data: Mapping[str, Any]) -> str:
    """Return the print of an input, so that a later change of bids or findings is seen."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _first_only(field_: Field) -> list[Offer]:
    """Where more than the price decides, each lot goes to the first of its published ranking."""
    first = {ranking.tender_lot_id: ranking.ranking[0]["bidder"] for ranking in evaluations_of(field_.tender) if ranking.ranking}
    return [offer for offer in field_.offers if not offer.is_excluded and first.get(offer.lot.id) == offer.opened.bidder]


def _bid(field_: Field, opened: OpenedBid, offers: Mapping[str, Offer]) -> dict[str, Any]:
    names = {buyer.municipality_id: buyer.municipality.name for buyer in field_.tender.buyers if buyer.withdrawn_at is None}
    factor = _factor(offers)
    packages = [package for package in opened.packages if field_.version.method is Method.LOWEST_PRICE and _is_admitted(field_, package, offers)]
    speaker = field_.speaker_of(opened)
    least = speaker.minimum_value
    return {
        "bidder": opened.bidder,
        **({} if speaker.bidder == opened.bidder else {"firm": speaker.bidder}),
        "lots": {lot: _amount(offer.compared) for lot, offer in offers.items()},
        "packages": [{"lots": _names(one), "price": _amount(Fraction(one.price) * factor)} for one in packages if one.price is not None],
        "discounts": [{"lots": _names(one), "percent": f"{one.discount_percent:f}"} for one in packages if one.discount_percent is not None],
        "minimum_value": None if least is None else _amount(Fraction(least) * factor),
        "delivery": {names[int(key)]: _amount(Fraction(charge) * factor) for key, charge in speaker.delivery.items() if int(key) in names},
    }


def _factor(offers: Mapping[str, Offer]) -> Fraction:
    """Return by how much compared prices stand above net ones in this bid, to bring its packages and charges onto the same basis."""
    net = sum((Fraction(offer.checked.net) for offer in offers.values()), Fraction(0))
    return sum((Fraction(offer.compared) for offer in offers.values()), Fraction(0)) / net if net else Fraction(1)


def _amount(amount: Decimal | Fraction) -> str:
    return f"{cents(amount):.2f}"


def _names(package: BidPackage) -> list[str]:
    return [f"Los {number}" for number in sorted(package.lots)]


def _is_admitted(field_: Field, package: BidPackage, offers: Mapping[str, Offer]) -> bool:
    """Tell whether a combination was announced, and all its lots are bid for and counted."""
    groups = [sorted(group) for group in field_.version.combinations]
    return (not groups or sorted(package.lots) in groups) and set(_names(package)) <= set(offers)


def _places(field_: Field) -> dict[str, list[str]]:
    names = {buyer.municipality_id: buyer.municipality.name for buyer in field_.tender.buyers if buyer.withdrawn_at is None}
    places: dict[str, set[str]] = {lot.name: set() for lot in field_.tender.lots}
    for position in field_.version.positions:
        places[position.tender_lot.name] |= {names[int(key)] for key, share in position.shares.items() if int(key) in names and Decimal(share) > 0}
    return {lot: sorted(found) for lot, found in places.items()}
