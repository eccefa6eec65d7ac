"""Berlin time, Saxon holidays and working days; pure."""

import functools
from datetime import UTC, date, datetime, time, timedelta

import holidays

from commons.errors import RuleBroken
from commons.words import BERLIN, say

__all__ = [
    "BERLIN",
    "MissingHour",
    "add_working_days",
    "berlin",
    "day_bounds",
    "from_wall",
    "holiday_name",
    "is_double_hour",
    "is_working_day",
    "today_of",
    "week_days",
]


class MissingHour(RuleBroken):
    """A wall time that the change to summer time leaps over does not exist."""

    def __init__(self, day: date, wall: time, *, field: str | None = None) -> None:
        super().__init__(
            say(
                "Am %(day)s gibt es %(wall)s Uhr nicht: Die Uhren werden von 2 auf 3 Uhr vorgestellt. Bitte wählen Sie eine Zeit vor 2 Uhr oder ab 3 Uhr.",
                day=day,
                wall=f"{wall:%H:%M}",
            ),
            field=field,
        )
        self.day = day
        self.wall = wall


def berlin(moment: datetime) -> datetime:
    """Return the moment as Berlin wall time."""
    return moment.astimezone(BERLIN)


def today_of(moment: datetime) -> date:
    """Return the Berlin date of a moment."""
    return berlin(moment).date()


def from_wall(day: date, wall: time, *, second: bool = False) -> datetime:
    """Return the UTC moment of a Berlin wall time; of a double hour the first, or the second on demand."""
    local = datetime.combine(day, wall, tzinfo=BERLIN).replace(fold=int(second))
    moment = local.astimezone(UTC)
    if moment.astimezone(BERLIN).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise MissingHour(day, wall)
    return moment


def is_double_hour(day: date, wall: time) -> bool:
    """Tell whether a wall time happens twice on the day the clocks go back."""
    first, second = (datetime.combine(day, wall, tzinfo=BERLIN).replace(fold=fold).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the UTC moments between which a Berlin day lasts; 23, 24 or 25 hours."""
    return from_wall(day, time.min), from_wall(day + timedelta(days=1), time.min)


def week_days(day: date) -> list[date]:
    """Return the seven dates from Monday to Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


@functools.lru_cache(maxsize=256)
def _saxon_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("DE", subdiv="SN", years=year, language="de").items())


def holiday_name(day: date) -> str | None:
    """Return the name of a Saxon public holiday, None on other days."""
    return _saxon_holidays(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Tell whether a day is Monday to Friday and no Saxon holiday."""
    return day.weekday() < 5 and holiday_name(day) is None


def add_working_days(day: date, count: int) -> date:
    """Return the day that lies `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
