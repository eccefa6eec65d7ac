"""The estimated value of a bundle by lot as Excel, each part with its source."""

import io
from collections.abc import Sequence
from decimal import Decimal

from procurement.exchange.safe_cell import safe

HEADS = ("Los", "Letzter eigener Preis (€)", "Preis anderer Listen (€)", "Schätzung (€)", "Wert netto, ganze Laufzeit (€)", "Zeilen ohne Wert")
Row = tuple[str, Decimal, Decimal, Decimal, Decimal, int]


def write(title: str, rows: Sequence[Row], notes: Sequence[str]) -> bytes:
    """Return the values as an xlsx file."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": title, "subject": "Geschätzter Wert"})
        sheet, bold, money = (
            book.add_worksheet("Geschätzter Wert"),
            book.add_format({"bold": True, "text_wrap": True}),
            book.add_format({"num_format": "#,##0.00"}),
        )
        sheet.write_string(0, 0, safe(title), bold)
        for column, head in enumerate(HEADS):
            sheet.write_string(2, column, head, bold)
            sheet.set_column(column, column, 40 if column == 0 else 20)
        for number, (name, *amounts, unpriced) in enumerate(rows, start=3):
            sheet.write_string(number, 0, safe(name))
            for column, amount in enumerate(amounts, start=1):
                sheet.write_number(number, column, amount, money)
            sheet.write_number(number, len(HEADS) - 1, unpriced)
        for number, note in enumerate(notes, start=len(rows) + 4):
            sheet.write_string(number, 0, safe(note))
    return out.getvalue()
