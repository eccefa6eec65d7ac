"""What each municipality pays and saves at the awarded prices: by its own quantities, exact to the cent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import select

from commons.database import db
from commons.money import cents, split
from procurement.comparing import Field, Offer
from procurement.models import ASKED, BundleLine, BundlePosition, PurchaseRequest, PurchaseRequestLine, TenderLot


@dataclass(frozen=True, kw_only=True)
class Won:
    """One lot with the offer that wins it and its net price."""

    lot: TenderLot
    offer: Offer
    net: Decimal


@dataclass(frozen=True, kw_only=True)
class Saving:
    """What a municipality paid before and pays now for what can be compared; nothing is claimed for lines without an old price."""

    municipality_id: int
    before: Decimal
    now: Decimal
    unpriced: int

    @property
    def amount(self) -> Decimal | None:
        """Return the saving, negative where it became dearer; None where nothing can be proved."""
        return self.before - self.now if self.before else None


def shares_of(field_: Field, won: Sequence[Won]) -> dict[int, Decimal]:
    """Return the net share of each buyer in the awarded lots; the shares of a lot sum to its price."""
    buyers = sorted(buyer.municipality_id for buyer in field_.tender.buyers if buyer.withdrawn_at is None)
    totals = dict.fromkeys(buyers, Decimal(0))
    for one in won:
        weights = [sum((value for (_position, buyer), value in _values(field_, one).items() if buyer == municipality), Fraction(0)) for municipality in buyers]
        if sum(weights):
            for municipality, share in zip(buyers, split(one.net, weights), strict=True):
                totals[municipality] += share
    return totals


def _values(field_: Field, one: Won) -> dict[tuple[int, int], Fraction]:
    """Return what each buyer's share of each position costs by the unit prices of the winner."""
    prices = {checked.line.number: checked.line.unit_price for checked in one.offer.checked.lines}
    found: dict[tuple[int, int], Fraction] = {}
    for position in field_.version.positions:
        if position.tender_lot_id == one.lot.id:
            for key, share in position.shares.items():
                found[position.id, int(key)] = Fraction(share) * Fraction(prices.get(position.number) or 0)
    return found


def savings_of(field_: Field, won: Sequence[Won]) -> list[Saving]:
    """Set the last own prices of each buyer against the awarded ones, position by position."""
    old = _old_prices(field_)
    sums: dict[int, list[Fraction]] = {}
    unpriced: dict[int, int] = {}
    for one in won:
        whole = sum(_values(field_, one).values(), Fraction(0))
        factor = Fraction(one.net) / whole if whole else Fraction(0)
        for (position_id, buyer), value in _values(field_, one).items():
            before = old.get((position_id, buyer))
            if before is None:
                unpriced[buyer] = unpriced.get(buyer, 0) + (value > 0)
            else:
                found = sums.setdefault(buyer, [Fraction(0), Fraction(0)])
                found[0] += before
                found[1] += value * factor
    return [_saving(municipality, sums, unpriced) for municipality in sorted({*sums, *unpriced})]


def _saving(municipality_id: int, sums: Mapping[int, Sequence[Fraction]], unpriced: Mapping[int, int]) -> Saving:
    before, now = sums.get(municipality_id, (Fraction(0), Fraction(0)))
    return Saving(municipality_id=municipality_id, before=cents(before), now=cents(now), unpriced=unpriced.get(municipality_id, 0))


def _old_prices(field_: Field) -> dict[tuple[int, int], Fraction]:
    """Return what each buyer's quantity of each position cost at its own last price; only where every line of it names one."""
    query = (
        select(BundlePosition.id, PurchaseRequest.municipality_id, ASKED, PurchaseRequestLine.quantity_sent, PurchaseRequestLine.price_net)
        .join(BundleLine, BundleLine.position_id == BundlePosition.id)
        .join(PurchaseRequestLine, PurchaseRequestLine.id == BundleLine.line_id)
        .join(PurchaseRequest, PurchaseRequest.id == PurchaseRequestLine.request_id)
        .where(BundlePosition.bundle_id == field_.tender.bundle_id)
    )
    rows: dict[tuple[int, int], list[tuple[Fraction, Fraction | None]]] = {}
    for bundle_position_id, municipality_id, amount, sent, price in db.session.execute(query):
        cost = None if price is None else Fraction(sent) * Fraction(price)
        rows.setdefault((bundle_position_id, municipality_id), []).append((Fraction(amount), cost))
    found: dict[tuple[int, int], Fraction] = {}
    for position in field_.version.positions:
        for key, share in position.shares.items():
            lines = rows.get((position.bundle_position_id or 0, int(key)), [])
            total = sum((amount for amount, _cost in lines), Fraction(0))
            if total and all(cost is not None for _amount, cost in lines):
                found[position.id, int(key)] = sum((cost or Fraction(0) for _amount, cost in lines), Fraction(0)) * Fraction(share) / total
    return found
