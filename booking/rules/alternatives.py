"""What to offer instead: the same device a little earlier or later."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from booking.periods import Period, merged

STEP = timedelta(minutes=15)


def later(wish: Period, *, blocked: Iterable[Period], until: datetime) -> Period | None:
    """Find the first start after the wished one at which the whole wish is free, on the quarter hour."""
    start = wish.start
    for period in merged(blocked):
        if period.overlaps(wish.starting(start)):
            start = _rounded_up(period.end, wish.start)
    candidate = wish.starting(start)
    return candidate if start > wish.start and candidate.end <= until else None


def earlier(wish: Period, *, blocked: Iterable[Period], since: datetime) -> Period | None:
    """Find the last start before the wished one at which the whole wish is free, on the quarter hour."""
    start = wish.start
    for period in reversed(merged(blocked)):
        if period.overlaps(wish.starting(start)):
            start = _rounded_down(period.start - wish.length, wish.start)
    return wish.starting(start) if since <= start < wish.start else None


def _rounded_up(moment: datetime, anchor: datetime) -> datetime:
    """Keep whole steps from the wished start, so that odd buffers lead to no odd times."""
    steps = -(-(moment - anchor) // STEP)
    return (anchor + steps * STEP).astimezone(UTC)


def _rounded_down(moment: datetime, anchor: datetime) -> datetime:
    steps = (moment - anchor) // STEP
    return (anchor + steps * STEP).astimezone(UTC)
