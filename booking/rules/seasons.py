"""Times that come back each year: the days of a year in which a device is not lent."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.periods import Period
from commons.calendar_days import berlin, from_wall
from commons.errors import RuleBroken
from commons.words import say


class NoSuchDay(RuleBroken):
    """A yearly closure begins and ends on days that exist; 29 February stands for the last of the month."""

    def __init__(self, day: int, month: int, *, field: str) -> None:
        super().__init__(say("Den %(day)s.%(month)s. gibt es nicht.", day=day, month=month), field=field)


@dataclass(frozen=True, kw_only=True, slots=True)
class Yearly:
    """Hold the first and the last day, both closed; the last may lie in the next year."""

    from_month: int
    from_day: int
    until_month: int
    until_day: int

    def __post_init__(self) -> None:
        for month, day, field in ((self.from_month, self.from_day, "from_day"), (self.until_month, self.until_day, "until_day")):
            if not (1 <= month <= 12 and 1 <= day <= monthrange(2028, month)[1]):
                raise NoSuchDay(day, month, field=field)

    def periods(self, since: datetime, until: datetime) -> Iterator[Period]:
        """List the closed times of each year that reach into the window; one that runs already begins with the window."""
        for year in range(berlin(since).year - 1, berlin(until).year + 1):
            period = self._in(year)
            if period.end > since and period.start < until:
                yield Period(max(period.start, since), period.end)

    def _in(self, year: int) -> Period:
        over = (self.until_month, self.until_day) < (self.from_month, self.from_day)
        last = _day(year + 1 if over else year, self.until_month, self.until_day)
        return Period(from_wall(_day(year, self.from_month, self.from_day), time()), from_wall(last + timedelta(days=1), time()))


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
