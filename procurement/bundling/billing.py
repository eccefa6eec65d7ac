"""Put the joint bill of quantities together from the positions and lots of a bundle."""

from decimal import Decimal

from commons import clock, journal
from commons.calendar_days import today_of
from commons.people import Actor
from procurement.exchange import bill_document, bill_sheet
from procurement.exchange.bill import Bill, BillLot, BillPosition
from procurement.models import Bundle, Lot
from procurement.queries.bundles import PositionRow, buyers, position_rows
from procurement.queries.wording import unit_name
from procurement.stages import BundleStage


def bill_of(bundle: Bundle, *, by: Actor) -> Bill:
    """Return the bill of quantities as it stands now."""
    rows, length_and_head = position_rows(bundle, by), journal.head()
    ids = [municipality.id for municipality in buyers(bundle)]
    lots = [(lot, [row for row in rows if row.lot_id == lot.id]) for lot in bundle.lots]
    loose = [row for row in rows if row.lot_id is None]
    return Bill(
        title=bundle.title,
        measure=f"{bundle.measure.number} {bundle.measure.title}",
        lead=bundle.lead_municipality.name,
        buyers=tuple(municipality.name for municipality in buyers(bundle)),
        term_from=bundle.term_from,
        term_until=bundle.term_until,
        is_final=bundle.stage is BundleStage.FROZEN,
        lots=tuple(_lot(lot, held, ids) for lot, held in [*lots, (None, loose)] if held),
        printed_on=today_of(clock.now()),
        journal_length=length_and_head[0],
        journal_head=length_and_head[1],
    )


def _lot(lot: Lot | None, rows: list[PositionRow], ids: list[int]) -> BillLot:
    return BillLot(
        number=str(lot.number) if lot else "",
        title=lot.title if lot else "Positionen ohne Los",
        reason=str(lot.reason_said) if lot and lot.reason_said else "",
        positions=tuple(_position(row, ids) for row in rows),
    )


def _position(row: PositionRow, ids: list[int]) -> BillPosition:
    return BillPosition(
        number=row.number,
        title=row.title,
        cpv=row.cpv or "",
        unit=unit_name(row.base_unit),
        quantities=tuple(row.totals.get(municipality_id, Decimal(0)) for municipality_id in ids),
        total=row.total,
    )


def bill_sheet_of(bundle: Bundle, *, by: Actor) -> bytes:
    """Return the bill of quantities as an Excel file."""
    return bill_sheet.write(bill_of(bundle, by=by))


def bill_document_of(bundle: Bundle, *, by: Actor) -> bytes:
    """Return the bill of quantities as an accessible PDF."""
    return bill_document.write(bill_of(bundle, by=by))
