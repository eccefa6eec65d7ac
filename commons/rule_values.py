"""Dated values of law and habit, each with its source and who confirmed it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from commons import clock, journal, rule_names
from commons.calendar_days import today_of
from commons.database import Base, cents, db, pk
from commons.errors import NotFound, RuleBroken
from commons.municipalities import Municipality
from commons.numbers import read_number
from commons.people import Actor, Person
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
                "Für den %(day)s ist kein Wert „%(name)s“ (%(key)s, Regelwerk %(regime)s) hinterlegt. Bitte lassen Sie ihn unter „Regelwerte“ ergänzen.",
                day=day,
                name=rule_names.of_value(key, applies_to),
                key=key,
                regime=rule_names.named(rule_names.REGIMES, regime),
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


class ConfirmedByAdder(RuleBroken):
    """A value is confirmed by another person than the one who added it."""

    def __init__(self) -> None:
        super().__init__(say("Wer einen Wert eingetragen hat, kann ihn nicht selbst bestätigen. Bitte lassen Sie das eine zweite Person tun."))


class SameDayTaken(RuleBroken):
    """Two values of the same kind never begin on the same day: a value is never overwritten."""

    status: ClassVar[int] = 409

    def __init__(self, day: date) -> None:
        super().__init__(say("Ab dem %(day)s ist schon ein Wert hinterlegt. Werte werden nicht überschrieben.", day=day), field="valid_from")


@dataclass(frozen=True, kw_only=True)
class NewValue:
    """Hold what a new dated row says; its kind is that of the row it follows."""

    text: str
    valid_from: date
    valid_to: date | None
    legal_basis: str | None
    source: str
    note: str | None


def all_values() -> list[RuleValue]:
    """Return every value, the newest of each kind first."""
    order = (RuleValue.regime, RuleValue.key, RuleValue.applies_to, RuleValue.valid_from.desc().nulls_last(), RuleValue.id.desc())
    return list(db.session.scalars(select(RuleValue).order_by(*order).options(joinedload(RuleValue.confirmed_by))))


def get_value(value_id: int) -> RuleValue:
    """Return a value."""
    found = db.session.get(RuleValue, value_id)
    if found is None:
        raise NotFound
    return found


def confirm(value_id: int, *, by: Actor) -> None:
    """Confirm that a value is right; the journal keeps who did."""
    value = get_value(value_id)
    if value.added_by_id == by.person_id:
        raise ConfirmedByAdder
    if value.confirmed_by_id is None:
        value.confirmed, value.confirmed_by_id, value.confirmed_on = True, by.person_id, today_of(clock.now())
        journal.record("rule_value.confirmed", subject=("rule_value", value.id), by=by, after=_as_kept(value), municipalities=_everybody())


def add_value(follows_id: int, new: NewValue, *, by: Actor) -> RuleValue:
    """Add a dated row of the same kind beside the one it follows; it counts from its day and needs to be confirmed."""
    follows = get_value(follows_id)
    kind = select(RuleValue.id).where(RuleValue.regime == follows.regime, RuleValue.key == follows.key, RuleValue.valid_from == new.valid_from)
    if db.session.scalar(kind.where(RuleValue.applies_to.is_not_distinct_from(follows.applies_to))) is not None:
        raise SameDayTaken(new.valid_from)
    value = RuleValue(regime=follows.regime, key=follows.key, unit=follows.unit, comparison=follows.comparison, applies_to=follows.applies_to)
    value.amount, value.value = (_read_amount(new.text), None) if follows.amount is not None else (None, new.text)
    value.valid_from, value.valid_to = new.valid_from, new.valid_to
    value.legal_basis, value.source, value.note = new.legal_basis, new.source, new.note
    value.added_by_id, value.added_on = by.person_id, today_of(clock.now())
    db.session.add(value)
    db.session.flush()
    journal.record("rule_value.added", subject=("rule_value", value.id), by=by, after=_as_kept(value), municipalities=_everybody())
    return value


def _read_amount(text: str) -> Decimal:
    try:
        return read_number(text)
    except RuleBroken as broken:
        broken.field = "text"
        raise


def _as_kept(value: RuleValue) -> dict[str, object]:
    return {
        "regime": value.regime,
        "key": value.key,
        "value": str(value.amount if value.amount is not None else value.value),
        "valid_from": str(value.valid_from),
    }


def _everybody() -> list[int]:
    return list(db.session.scalars(select(Municipality.id)))
