"""The rule values that the product ships, as the rules read them."""

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from procurement.rules.procedure_values import RuleRow

FILE = Path(__file__).parents[3] / "verbund/data/rule_values.csv"


def shipped_rows() -> list[RuleRow]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_row(row) for row in csv.DictReader(file)]


def _row(row: dict[str, str]) -> RuleRow:
    return RuleRow(
        regime=row["regime"],
        key=row["key"],
        number=_number(row["value"]),
        comparison=row["comparison"] or None,
        applies_to=row["applies_to"] or None,
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        legal_basis=row["legal_basis"],
        source=row["source"],
        confirmed=row["confirmed"] == "yes",
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


ROWS = shipped_rows()
