"""The house's own rule values for booking, read in one statement."""

import functools
from datetime import date

from sqlalchemy import bindparam, literal, or_, select

from commons.prepared import Prepared
from commons.rule_values import NoRuleValue, RuleValue

REGIME = "house"
LENDING_TERMS = ("booking_start_grace_minutes", "booking_notice_minutes", "booking_advance_days", "loan_max_days")


@functools.cache
def _in_force(*keys: str) -> Prepared:
    return Prepared(
        select(RuleValue.key, RuleValue.value)
        .where(RuleValue.regime == literal(REGIME), RuleValue.key.in_([literal(key) for key in keys]))
        .where(RuleValue.valid_from <= bindparam("day"), or_(RuleValue.valid_to.is_(None), RuleValue.valid_to >= bindparam("day")))
        .order_by(RuleValue.valid_from, RuleValue.id)
    )


def house_numbers(*keys: str, day: date) -> dict[str, int]:
    """Return whole numbers of the house in force on a day; refuse where one is missing."""
    found = {key: int(value) for key, value in _in_force(*keys).all({"day": day}) if value is not None}
    for key in keys:
        if key not in found:
            raise NoRuleValue(REGIME, key, day, None)
    return found
