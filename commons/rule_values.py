"""Dated values of law and habit, each with its source and who confirmed it."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons.database import Base, cents, db, pk
from commons.errors import RuleBroken
from commons.people import Person
from commons.words import say


class RuleValue(Base):
    """A value that law or habit may change: from when, until when, by which source, confirmed by whom."""

    __tablename__ = "rule_value"
    __table_args__ = (Index("ix_rule_value_key", "regime", "key", "valid_from"),)

    id: Mapped[pk]
    regime: Mapped[str]
    key: Mapped[str]
    value: Mapped[str | None]
    amount: Mapped[cents | None]
    unit: Mapped[str | None]
    comparison: Mapped[str | None]
    applies_to: Mapped[str | None]
    valid_from: Mapped[date | None]  # without it the value is not in force and never chosen
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str | None]
    source: Mapped[str | None]
    confirmed: Mapped[bool] = mapped_column(default=False)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_on: Mapped[date | None]
    note: Mapped[str | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_on: Mapped[date | None]

    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])

    @property
    def number(self) -> Decimal:
        """Return the value as an exact number."""
        return self.amount if self.amount is not None else Decimal(self.value or "")


class NoRuleValue(RuleBroken):
    """Where no value is in force on the day, the software refuses to choose."""

    def __init__(self, regime: str, key: str, day: date, applies_to: str | None) -> None:
        super().__init__(
            say(
                "Für den %(day)s ist kein Wert „%(key)s“ (Regelwerk %(regime)s, %(applies_to)s) hinterlegt. Bitte lassen Sie ihn unter „Regelwerte“ ergänzen.",
                day=day,
                key=key,
                regime=regime,
                applies_to=applies_to or "–",
            )
        )
        self.regime, self.key, self.day, self.applies_to = regime, key, day, applies_to


def find_value(regime: str, key: str, day: date, applies_to: str | None = None) -> RuleValue | None:
    """Return the value in force on a day, the one that began last."""
    query = select(RuleValue).where(
        RuleValue.regime == regime,
        RuleValue.key == key,
        RuleValue.valid_from <= day,
        or_(RuleValue.valid_to.is_(None), RuleValue.valid_to >= day),
        RuleValue.applies_to == applies_to if applies_to else RuleValue.applies_to.is_(None),
    )
    return db.session.scalar(query.order_by(RuleValue.valid_from.desc(), RuleValue.id.desc()).limit(1))


def value_on(regime: str, key: str, day: date, applies_to: str | None = None) -> RuleValue:
    """Return the value in force on a day; refuse to choose where there is none."""
    found = find_value(regime, key, day, applies_to)
    if found is None:
        raise NoRuleValue(regime, key, day, applies_to)
    return found
