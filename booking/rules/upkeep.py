"""When the next inspection is due."""

from datetime import date, timedelta

from commons.errors import RuleBroken
from commons.words import say


class InspectedAhead(RuleBroken):
    """An inspection is entered once it was made."""

    def __init__(self) -> None:
        super().__init__(say("Der Tag der Prüfung liegt in der Zukunft."), field="day")


def later_by_months(day: date, months: int) -> date:
    """Add whole months; the last day of a short month stands for one that it lacks."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
