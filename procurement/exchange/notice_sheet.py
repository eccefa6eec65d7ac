"""What a notice says, field by field with the eForms numbers, to copy into the platform that publishes it."""

import io

from procurement.exchange.safe_cell import safe

HEADS = ("eForms", "Feld", "Inhalt")


def write(title: str, fields: list[tuple[str, str, str]]) -> bytes:
    """Return the sheet as an xlsx file; nothing is submitted anywhere."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": title})
        sheet, bold, wrapped = book.add_worksheet("Bekanntmachung"), book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for number, row in enumerate([HEADS, *fields]):
            for column, text in enumerate(row):
                sheet.write_string(number, column, safe(text), bold if number == 0 else wrapped)
        for column, width in enumerate((12, 40, 80)):
            sheet.set_column(column, column, width)
    return out.getvalue()
