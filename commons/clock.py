"""The only place that asks the time."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from commons.calendar_days import today_of

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)


def now() -> datetime:
    """Return the current moment, aware and in UTC."""
    return _stopped.get() or datetime.now(UTC)


def today() -> date:
    """Return the current day in Berlin."""
    return today_of(now())


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at an aware moment."""
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


def machine() -> datetime:
    """Return what the machine's own clock says, also while the clock is held: only to compare it with other clocks."""
    return datetime.now(UTC)
