"""Read a list of suppliers as procurement offices keep it, and write the template for one."""

import io
from dataclasses import dataclass

from commons.errors import RuleBroken
from commons.words import say
from procurement.cells import shown
from procurement.exchange.demand_sheet import read as read_sheets
from procurement.exchange.safe_cell import safe

COLUMNS = {
    "name": "Firma",
    "contact": "Ansprechperson",
    "email": "E-Mail",
    "phone": "Telefon",
    "street": "Straße",
    "postcode": "PLZ",
    "city": "Ort",
    "vat_number": "USt-IdNr.",
    "pq_number": "PQ-VOL",
    "categories": "Kategorien",
    "remark": "Bemerkung",
}


class HeadMissing(RuleBroken):
    """A list of suppliers names its columns."""

    def __init__(self) -> None:
        super().__init__(say("Die Liste braucht eine Kopfzeile mit den Spalten „Firma“ und „E-Mail“."), field="file")


@dataclass(frozen=True, kw_only=True)
class SupplierRow:
    """One firm as the list names it; a column that the list lacks is empty."""

    row: int
    cells: dict[str, str]


def read(content: bytes) -> list[SupplierRow]:
    """Return the firms of the first sheet that has the head."""
    for sheet in read_sheets(content):
        texts = [[shown(cell).strip() for cell in row] for row in sheet.rows]
        head = next((number for number, row in enumerate(texts) if {"Firma", "E-Mail"} <= set(row)), None)
        if head is not None:
            places = {key: texts[head].index(title) for key, title in COLUMNS.items() if title in texts[head]}
            rows = [(number, row) for number, row in enumerate(texts[head + 1 :], start=head + 2) if any(row)]
            return [SupplierRow(row=number, cells={key: row[place] if place < len(row) else "" for key, place in places.items()}) for number, row in rows]
    raise HeadMissing


def template() -> bytes:
    """Return an empty list with the head."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Lieferanten")
        for column, title in enumerate(COLUMNS.values()):
            sheet.write_string(0, column, safe(title), book.add_format({"bold": True}))
            sheet.set_column(column, column, 22)
    return out.getvalue()
