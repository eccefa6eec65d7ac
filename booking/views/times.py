"""The period that an address asks for, else the next working morning."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from booking.periods import Period
from commons import clock
from commons.calendar_days import add_working_days, from_wall, today_of
from commons.errors import RuleBroken


def asked_period(arguments: Mapping[str, str], *, otherwise: Period | None = None) -> Period:
    """Return the period named in an address (ISO 8601 with offset), else the one given or a working day as a proposal."""
    try:
        return Period(datetime.fromisoformat(arguments["start"]), datetime.fromisoformat(arguments["end"]))
    except (KeyError, ValueError, RuleBroken):
        return otherwise or next_working_day()


def next_working_day() -> Period:
    """Return the next working day from seven to sixteen."""
    day = add_working_days(today_of(clock.now()), 1)
    start = from_wall(day, time(7))
    return Period(start, start + timedelta(hours=9))
