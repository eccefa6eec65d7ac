"""One article in two units: which ratio is asked for, what is known of it, and quantities brought from one unit to the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.errors import RuleBroken
from commons.numbers import rounded
from commons.units import NotComparable
from commons.words import say
from procurement import catalogue
from procurement.models import PurchaseRequestLine
from procurement.queries.wording import unit_name

PLACES = 6
# People say how much of the first is in one of the others: a cubic metre weighs so many kilograms, a roll has so many metres.
ORDER = ("KGM", "LTR", "MTR", "LEF", "C62", "PR", "MTK", "MTQ")


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """One of `per_unit` is `amount` of `unit`; None where nobody has said it yet."""

    unit: str
    per_unit: str
    amount: Decimal | None

    @property
    def unit_name(self) -> str:
        """Return the unit in German."""
        return unit_name(self.unit)

    @property
    def per_name(self) -> str:
        """Return the unit of which one is taken, in German."""
        return unit_name(self.per_unit)


class RatioMissing(NotComparable):
    """Two units are joined only by the article's own ratio."""

    def __init__(self, ratio: Ratio) -> None:
        super().__init__(ratio.per_name, ratio.unit_name)
        self.message = say(
            "%(per)s und %(unit)s lassen sich nicht zusammenzählen. Geben Sie an, wie viel %(unit)s 1 %(per)s dieses Artikels ist, oder trennen Sie sie.",
            per=ratio.per_name,
            unit=ratio.unit_name,
        )
        self.field = "amount"


class RatioNotPositive(RuleBroken):
    """A ratio is more than nothing and has at most six decimal places."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie eine Zahl über 0 mit höchstens sechs Nachkommastellen an."), field="amount")


def ratio_between(lines: Iterable[PurchaseRequestLine], first: str, second: str) -> Ratio:
    """Return which ratio two units need, with what the association knows of it for these texts."""
    unit, per_unit = sorted((first, second), key=_place)
    known = catalogue.find_ratio({catalogue.key_of(line) for line in lines}, unit=unit, per_unit=per_unit)
    return Ratio(unit=unit, per_unit=per_unit, amount=known.amount if known else None)


def _place(code: str) -> tuple[int, str]:
    return (ORDER.index(code) if code in ORDER else len(ORDER), code)


def check_amount(amount: Decimal) -> None:
    """Refuse a ratio that cannot be kept exactly."""
    if amount <= 0 or rounded(amount, PLACES) != amount or amount >= Decimal(10) ** 9:
        raise RatioNotPositive


def converted(lines: Iterable[PurchaseRequestLine], unit: str, ratio: Ratio | None) -> dict[int, Decimal | None]:
    """Return what each line asks for in a unit, None where the line is in that unit itself."""
    return {line.id: None if line.base_unit == unit else _converted(line, unit, ratio) for line in lines}


def _converted(line: PurchaseRequestLine, unit: str, ratio: Ratio | None) -> Decimal:
    if ratio is None or (ratio.unit, ratio.per_unit) != (unit, line.base_unit):
        ratio = ratio_between([line], line.base_unit, unit)
    if ratio.amount is None or ratio.unit != unit:
        raise NotComparable(unit_name(line.base_unit), unit_name(unit))
    return rounded(Fraction(line.quantity_in_base_unit) * Fraction(ratio.amount), PLACES)
