"""How a sheet shows a quantity: a whole one without the decimal sign that Excel leaves behind „#,##0.######“ („96,“)."""

from decimal import Decimal
from typing import Any


class AmountStyle:
    """Hold the two formats of a workbook and choose between them."""

    def __init__(self, book: Any) -> None:
        self._whole = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._parted = book.add_format({"num_format": "#,##0.######", "valign": "top"})

    def of(self, amount: Decimal) -> Any:
        """Return the format for an amount."""
        return self._whole if amount == amount.to_integral_value() else self._parted
