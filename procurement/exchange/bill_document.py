"""Set the joint bill of quantities as an accessible PDF (PDF/UA-1)."""

from pathlib import Path

from commons.words import german_number
from procurement.exchange import accessible_pdf
from procurement.exchange.bill import Bill, BillLot, BillPosition

SOURCE = Path(__file__).with_suffix(".typ")


def write(bill: Bill) -> bytes:
    """Return the bill as a tagged PDF with title, language and the head of the journal."""
    return accessible_pdf.write(SOURCE, "bill", _as_data(bill))


def _as_data(bill: Bill) -> dict[str, object]:
    return {
        "title": bill.title,
        "measure": bill.measure,
        "lead": bill.lead,
        "buyers": list(bill.buyers),
        "term": f"{bill.term_from:%d.%m.%Y} bis {bill.term_until:%d.%m.%Y}",
        "state": "festgeschrieben" if bill.is_final else "Entwurf, noch nicht festgeschrieben",
        "printed": f"{bill.printed_on:%d.%m.%Y}",
        "journal": f"{bill.journal_length}, {bill.journal_head}",
        "lots": [_lot(lot) for lot in bill.lots],
    }


def _lot(lot: BillLot) -> dict[str, object]:
    return {
        "title": f"Los {lot.number}: {lot.title}" if lot.number else lot.title,
        "reason": lot.reason,
        "positions": [_cells(position) for position in lot.positions],
    }


def _cells(position: BillPosition) -> list[str]:
    amounts = [german_number(amount) for amount in (*position.quantities, position.total)]
    return [position.number, position.title, position.unit, *amounts]
