"""The house's own rule values for booking, read in one statement."""

from datetime import date

from sqlalchemy import bindparam, or_, select

from commons.database import db
from commons.rule_values import NoRuleValue, RuleValue

REGIME = "house"
_IN_FORCE = (
    select(RuleValue.key, RuleValue.value)
    .where(RuleValue.regime == bindparam("regime"), RuleValue.key.in_(bindparam("keys", expanding=True)))
    .where(RuleValue.valid_from <= bindparam("day"), or_(RuleValue.valid_to.is_(None), RuleValue.valid_to >= bindparam("day")))
    .order_by(RuleValue.valid_from, RuleValue.id)
)


def house_numbers(*keys: str, day: date) -> dict[str, int]:
    """Return whole numbers of the house in force on a day; refuse where one is missing."""
    rows = db.session.execute(_IN_FORCE, {"regime": REGIME, "keys": keys, "day": day})
    found = {key: int(value) for key, value in rows if value is not None}
    for key in keys:
        if key not in found:
            raise NoRuleValue(REGIME, key, day, None)
    return found
