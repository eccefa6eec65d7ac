"""The house's own rule values for booking, read in one statement."""

from datetime import date

from sqlalchemy import or_, select

from commons.database import db
from commons.rule_values import NoRuleValue, RuleValue

REGIME = "house"


def house_numbers(*keys: str, day: date) -> dict[str, int]:
    """Return whole numbers of the house in force on a day; refuse where one is missing."""
    in_force = (RuleValue.valid_from <= day, or_(RuleValue.valid_to.is_(None), RuleValue.valid_to >= day))
    query = (
        select(RuleValue.key, RuleValue.value)
        .where(RuleValue.regime == REGIME, RuleValue.key.in_(keys), *in_force)
        .order_by(RuleValue.valid_from, RuleValue.id)
    )
    found = {key: int(value) for key, value in db.session.execute(query) if value is not None}
    for key in keys:
        if key not in found:
            raise NoRuleValue(REGIME, key, day, None)
    return found
