"""Quantities in sheets as Excel shows them."""

import io
from decimal import Decimal

import pytest
import xlsxwriter
from openpyxl import load_workbook

from procurement.exchange.amount_style import AmountStyle


@pytest.mark.parametrize(("amount", "form"), [("96", "#,##0"), ("1200.000", "#,##0"), ("2.5", "#,##0.######"), ("0.125", "#,##0.######")])
def test_whole_quantity_carries_no_decimal_sign(amount, form):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_number(0, 0, Decimal(amount), AmountStyle(book).of(Decimal(amount)))

    assert load_workbook(out).active["A1"].number_format == form
