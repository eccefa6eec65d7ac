"""Dated values of law as plain rows: the one in force on a day, or a refusal that names what is missing; pure."""

import hashlib
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from commons import rule_names
from commons.errors import RuleBroken
from commons.words import Message, german_number, say

COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {"<=": operator.le, "<": operator.lt, ">": operator.gt, ">=": operator.ge}


@dataclass(frozen=True, kw_only=True)
class RuleRow:
    """One value of law or habit; without `valid_from` it is not in force, without `number` the law names none."""

    regime: str
    key: str
    number: Decimal | None
    comparison: str | None = None
    applies_to: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    legal_basis: str = ""
    source: str = ""
    confirmed: bool = False

    def is_in_force(self, day: date) -> bool:
        """Tell whether the row counts on a day."""
        return self.valid_from is not None and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def holds(self, amount: Decimal) -> bool:
        """Tell whether an amount stands to the value as the law says: allowed up to, or duty above."""
        if self.number is None or self.comparison is None:
            return False
        return COMPARISONS[self.comparison](amount, self.number)

    def shown(self) -> Message:
        """Say the value and where it stands."""
        words = {"<=": say("bis einschließlich"), "<": say("unter"), ">": say("über"), ">=": say("ab")}
        number = german_number(self.number, 2) if self.number is not None else "–"
        return say(
            "%(comparison)s %(number)s € netto (%(basis)s)", comparison=words.get(self.comparison or "", say("Wert")), number=number, basis=self.legal_basis
        )


class NoRow(RuleBroken):
    """Where no value is in force on the day, the software refuses to choose and names what is missing."""

    def __init__(self, regime: str, key: str, day: date, applies_to: str | None) -> None:
        super().__init__(
            say(
                "Für den %(day)s fehlt der Wert „%(name)s“ (%(key)s, Regelwerk %(regime)s). Ohne ihn wird kein Verfahren vorgeschlagen. "
                "Bitte lassen Sie ihn unter „Regelwerte“ ergänzen.",
                day=day,
                name=rule_names.of_value(key, applies_to),
                key=key,
                regime=rule_names.named(rule_names.REGIMES, regime),
            )
        )
        self.regime, self.key, self.day, self.applies_to = regime, key, day, applies_to


def find_row(rows: Iterable[RuleRow], regime: str, key: str, day: date, applies_to: str | None = None) -> RuleRow | None:
    """Return the row in force on a day, the one that began last; None where there is none."""
    fitting = [row for row in rows if (row.regime, row.key, row.applies_to) == (regime, key, applies_to) and row.is_in_force(day)]
    return max(fitting, key=lambda row: row.valid_from or date.min, default=None)


def get_row(rows: Iterable[RuleRow], regime: str, key: str, day: date, applies_to: str | None = None) -> RuleRow:
    """Return the row in force on a day, or refuse."""
    found = find_row(rows, regime, key, day, applies_to)
    if found is None:
        raise NoRow(regime, key, day, applies_to)
    return found


@dataclass(frozen=True, kw_only=True)
class RuleVersion:
    """The values a decision rests on, as they stood on its day; it stays with the procedure."""

    day: date
    rows: Sequence[RuleRow] = field(default=())

    @property
    def fingerprint(self) -> str:
        """Return a short hash of the values, so that a later change of a row is seen."""
        lines = sorted(
            f"{row.regime}|{row.key}|{row.applies_to}|{row.comparison}|{'' if row.number is None else f'{row.number:f}'}|{row.valid_from}|{row.legal_basis}"
            for row in self.rows
        )
        return hashlib.sha256("\n".join([self.day.isoformat(), *lines]).encode()).hexdigest()[:12]

    def shown(self) -> Message:
        """Say the version in the record."""
        unsure = sum(not row.confirmed for row in self.rows)
        return say(
            "Regelstand vom %(day)s, %(count)s Werte, davon %(unsure)s unbestätigt, Prüfsumme %(hash)s",
            day=self.day,
            count=len(self.rows),
            unsure=unsure,
            hash=self.fingerprint,
        )
