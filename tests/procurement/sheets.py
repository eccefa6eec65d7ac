"""Fill a price sheet in as a bidder does in Excel."""

import io
from collections.abc import Mapping
from typing import Any

import openpyxl


def filled_in(sheet: bytes, *, price: float | None = None, lot: str = "", foot: Mapping[str, Any] | None = None, mark: str = "") -> bytes:
    """Return the sheet with one price for every position (whose number begins with `lot`), and what belongs into the rows below by how their label begins."""
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    page, left = book.active, {label: list(value) if isinstance(value, tuple) else [value] for label, value in (foot or {}).items()}
    for row in page.iter_rows(min_row=7):
        number, label = row[0].value, str(row[1].value or "")
        if str(number or "").startswith(lot) and number is not None and row[2].value is not None and price is not None:
            row[4].value = price
        for begin, values in left.items():
            if number is None and label.startswith(begin) and values:
                row[4].value = values.pop(0)
                break
    if mark:
        page.cell(row=page.max_row + 2, column=2, value=mark)
    assert not any(left.values()), f"not in the sheet: {left}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
