"""The first estimate of a procurement: the last prices that the members themselves paid, by lot and municipality."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import delete, select

from commons.database import db
from commons.money import cents
from commons.people import Actor
from procurement.models import ASKED, BundleLine, BundlePosition, EstimateSummand, PurchaseRequest, PurchaseRequestLine, Tender, TenderLot
from procurement.queries.estimates import months_between
from procurement.rules.procedure_estimate import Basis, Per, Source


@dataclass
class _Sum:
    net: Fraction = Fraction(0)
    lines: int = 0
    unpriced: int = 0


def term_months(tender: Tender) -> int:
    """Return how many months the term of a procurement lasts."""
    return months_between(tender.bundle.term_from, tender.bundle.term_until)


def take_own_prices(tender: Tender, *, by: Actor) -> None:
    """Reckon the summands from the members' own prices anew; what people entered by hand stays."""
    db.session.execute(delete(EstimateSummand).where(EstimateSummand.tender_id == tender.id, EstimateSummand.is_from_bundle))
    for (lot_id, municipality_id), found in sorted(_sums(tender).items()):
        db.session.add(_summand(tender, lot_id, municipality_id, found, by))
    db.session.flush()


def _summand(tender: Tender, lot_id: int, municipality_id: int, found: _Sum, by: Actor) -> EstimateSummand:
    lines = "1 Zeile" if found.lines == 1 else f"{found.lines} Zeilen"
    remark = f"{lines}, davon {found.unpriced} ohne Preis" if found.unpriced else lines
    return EstimateSummand(
        tender_id=tender.id,
        tender_lot_id=lot_id,
        municipality_id=municipality_id,
        amount=cents(found.net),
        source=Source.HISTORY,
        basis=Basis.NET,
        per=Per.YEAR if tender.is_framework else Per.TOTAL,
        months=term_months(tender),
        option_amount=Decimal(0),
        surcharge_percent=Decimal(0),
        remark=remark,
        is_from_bundle=True,
        entered_by_id=by.person_id,
    )


def _sums(tender: Tender) -> dict[tuple[int, int], _Sum]:
    withdrawn = {buyer.municipality_id for buyer in tender.buyers if buyer.withdrawn_at is not None}
    query = (
        select(TenderLot.id, PurchaseRequest.municipality_id, PurchaseRequestLine.quantity_sent, PurchaseRequestLine.price_net)
        .join(PurchaseRequestLine, PurchaseRequestLine.request_id == PurchaseRequest.id)
        .join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id)
        .join(BundlePosition, BundlePosition.id == BundleLine.position_id)
        .join(TenderLot, TenderLot.lot_id == BundlePosition.lot_id)
        .where(TenderLot.tender_id == tender.id)
    )
    sums: dict[tuple[int, int], _Sum] = {}
    for lot_id, municipality_id, amount, price in db.session.execute(query):
        if municipality_id not in withdrawn:
            found = sums.setdefault((lot_id, municipality_id), _Sum())
            found.lines, found.unpriced = found.lines + 1, found.unpriced + (price is None)
            found.net += Fraction(amount) * Fraction(price or 0)
    return sums


def unpriced_lines(tender: Tender) -> int:
    """Count the lines without a price: their value is missing from the estimate until somebody enters it."""
    return sum(found.unpriced for found in _sums(tender).values())


def own_price(bundle_position_id: int | None) -> Fraction:
    """Return the mean price that the members last paid for a base unit of a position; zero where nobody named one."""
    query = (
        select(ASKED, PurchaseRequestLine.quantity_in_base_unit, PurchaseRequestLine.price_net_per_base_unit)
        .join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id)
        .where(BundleLine.position_id == bundle_position_id, PurchaseRequestLine.price_net_per_base_unit.is_not(None))
    )
    priced = [(Fraction(asked), Fraction(amount) * Fraction(price or 0)) for asked, amount, price in db.session.execute(query)]
    total = sum((asked for asked, _cost in priced), Fraction(0))
    return sum((cost for _asked, cost in priced), Fraction(0)) / total if total else Fraction(0)


def add_to_estimate(tender: Tender, lot_id: int, amount: Decimal, remark: str, *, by: Actor) -> None:
    """Add what a change after publication makes dearer to the estimate; the lead carries it until shares are known."""
    summand = EstimateSummand(
        tender_id=tender.id,
        tender_lot_id=lot_id,
        municipality_id=tender.lead_municipality_id,
        amount=amount,
        source=Source.HISTORY,
        basis=Basis.NET,
        per=Per.TOTAL,
        months=term_months(tender),
        option_amount=Decimal(0),
        surcharge_percent=Decimal(0),
        remark=remark,
        entered_by_id=by.person_id,
    )
    db.session.add(summand)
    db.session.flush()
