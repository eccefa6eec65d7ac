"""What an award is computed from and what it says: lots, bids, announced rules, outcome; pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commons.errors import RuleBroken
from commons.money import CENT, cents
from commons.words import Message, say
from procurement.rules.ties import natural

LARGEST = Decimal(10) ** 10  # above it cents and bounds no longer fit exactly into the solver's numbers


class Status(StrEnum):
    """How far an award is proven."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


class TenderFaulty(RuleBroken):
    """An award is only computed on bids that fit the tender."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """Several lots at one price, all or nothing."""

    lots: frozenset[str]
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class Discount:
    """Percent off the single prices of these lots, when the bidder wins all of them."""

    lots: frozenset[str]
    percent: Decimal


@dataclass(frozen=True, kw_only=True)
class LotBid:
    """What one bidder asks: single lots, packages, discounts, the least sum he takes, and delivery per municipality."""

    bidder: str
    lots: Mapping[str, Decimal] = field(default_factory=dict)
    packages: tuple[Package, ...] = ()
    discounts: tuple[Discount, ...] = ()
    minimum_value: Decimal | None = None
    delivery: Mapping[str, Decimal] = field(default_factory=dict)
    firm: str = ""  # who hands in this bid beside others; "": the bidder itself
    others: tuple[tuple[str, Decimal], ...] = ()  # further prices of single lots, where bids of a firm are put together


@dataclass(frozen=True, kw_only=True)
class AwardRules:
    """What the notice announced; a limit that was not announced is None and does not count."""

    max_lots_per_bidder: int | None = None
    max_bidders: int | None = None
    packages_admitted: bool = True
    seed: str = ""


@dataclass(frozen=True, kw_only=True)
class LotTender:
    """The lots, the bids on them, the rules, and to which municipalities each lot is delivered."""

    lots: tuple[str, ...]
    bids: tuple[LotBid, ...]
    rules: AwardRules = field(default_factory=AwardRules)
    places: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Award:
    """One offer that wins: a single lot or a package."""

    bidder: str
    lots: tuple[str, ...]
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The award over all lots, and how far it is proven; `tied` tells that the tie rule decided."""

    status: Status
    total: Decimal | None
    bound: Decimal | None
    awards: tuple[Award, ...] = ()
    delivery: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    unawarded: tuple[str, ...] = ()
    clashes: tuple[Message, ...] = ()
    tied: bool = False


def offers_of(tender: LotTender) -> list[tuple[str, frozenset[str], Decimal]]:
    """List every admitted offer: single lots, and packages and discounts where they are admitted."""
    offers = [(bid.bidder, frozenset([lot]), price) for bid in tender.bids for lot, price in (*bid.lots.items(), *bid.others)]
    if tender.rules.packages_admitted:
        offers += [(bid.bidder, package.lots, package.price) for bid in tender.bids for package in bid.packages]
        offers += [(bid.bidder, discount.lots, discounted(bid, discount)) for bid in tender.bids for discount in bid.discounts]
    return offers


def discounted(bid: LotBid, discount: Discount) -> Decimal:
    """Return what the lots of a discount cost together, the discount rounded once, half up."""
    full = sum((bid.lots[lot] for lot in discount.lots), Decimal(0))
    return full - cents(full * discount.percent / 100)


def unawarded_lots(tender: LotTender) -> tuple[str, ...]:
    """Return the lots that no admitted offer covers."""
    covered = {lot for bid in tender.bids for lot in bid.lots}
    if tender.rules.packages_admitted:
        covered.update(*(package.lots for bid in tender.bids for package in bid.packages))
    return tuple(sorted(set(tender.lots) - covered, key=natural))


def check_tender(tender: LotTender) -> None:
    """Refuse lots, bids and limits that contradict each other before anything is computed."""
    _check_names(tender)
    known = frozenset(tender.lots)
    for bid in tender.bids:
        for amount in _amounts(bid):
            _check_amount(bid.bidder, amount)
        _check_lots(bid, known)
        if not all([*(package.lots for package in bid.packages), *(discount.lots for discount in bid.discounts)]):
            raise TenderFaulty(say("Bieter „%(bidder)s“ nennt ein Paket ohne Lose.", bidder=bid.bidder))
        if any(discount.percent > 100 for discount in bid.discounts):
            raise TenderFaulty(say("Bieter „%(bidder)s“ gewährt mehr als 100 Prozent Nachlass.", bidder=bid.bidder))
        if any(not discount.lots <= set(bid.lots) for discount in bid.discounts):
            raise TenderFaulty(say("Bieter „%(bidder)s“ gewährt einen Nachlass auf ein Los, für das er keinen Einzelpreis nennt.", bidder=bid.bidder))
    for limit in (tender.rules.max_lots_per_bidder, tender.rules.max_bidders):
        if limit is not None and limit < 0:
            raise TenderFaulty(say("Eine Begrenzung darf nicht negativ sein."))


def _check_names(tender: LotTender) -> None:
    if len(set(tender.lots)) != len(tender.lots):
        raise TenderFaulty(say("Ein Los ist zweimal genannt."))
    if len({bid.bidder for bid in tender.bids}) != len(tender.bids):
        raise TenderFaulty(say("Ein Bieter ist zweimal genannt. Bitte fassen Sie seine Angebote zusammen."))


def _amounts(bid: LotBid) -> list[Decimal]:
    return [
        *bid.lots.values(),
        *(package.price for package in bid.packages),
        *(discount.percent for discount in bid.discounts),
        *bid.delivery.values(),
        *([bid.minimum_value] if bid.minimum_value is not None else []),
    ]


def _check_amount(bidder: str, amount: Decimal) -> None:
    if not amount.is_finite() or amount < 0 or amount > LARGEST or amount != amount.quantize(CENT):
        raise TenderFaulty(
            say("Bieter „%(bidder)s“: %(amount)s ist kein Betrag in vollen Cent zwischen 0 und 10 Milliarden Euro.", bidder=bidder, amount=str(amount))
        )


def _check_lots(bid: LotBid, known: frozenset[str]) -> None:
    named = frozenset(bid.lots).union(*(package.lots for package in bid.packages), *(discount.lots for discount in bid.discounts))
    unknown = sorted(named - known, key=natural)
    if unknown:
        raise TenderFaulty(say("Bieter „%(bidder)s“ bietet auf „%(lot)s“. Dieses Los gibt es nicht.", bidder=bid.bidder, lot=unknown[0]))
