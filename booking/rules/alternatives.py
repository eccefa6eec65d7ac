"""What to offer instead: the same device a little earlier or later."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta

from booking.periods import Period, merged
from commons.calendar_days import berlin, from_wall
from commons.errors import RuleBroken
from commons.words import Message, say

STEP = timedelta(minutes=15)
WORK = (time(6), time(20))
A_DAY_OF_STEPS = range(1, 97)
Lent = Callable[[Period], bool]


def at_any_time(_wish: Period) -> bool:
    """Lend always: for a device on which its owner sets no terms."""
    return True


def shifted(wish: Period, *, blocked: Iterable[Period], within: Period, lent: Lent = at_any_time, step: int) -> Period | None:
    """Find the nearest start, later or earlier by the sign of the step, at which the whole wish is free and lent; a closed hour is passed within a day."""
    taken = merged(blocked)
    first = later(wish, blocked=taken, until=within.end) if step > 0 else earlier(wish, blocked=taken, since=within.start)
    if first is not None and within.covers(first) and lent(first):
        return first
    if first is None and lent(wish):
        return None
    near = first or wish
    steps = (near.starting(near.start + STEP * step * number) for number in A_DAY_OF_STEPS)
    return next((moved for moved in steps if within.covers(moved) and lent(moved) and not _is_taken(moved, taken)), None)


def _is_taken(wish: Period, taken: Iterable[Period]) -> bool:
    return any(wish.overlaps(period) for period in taken)


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


def other_day(wish: Period, *, blocked: Iterable[Period], within: Period, lent: Lent = at_any_time, step: int) -> Period | None:
    """Find the nearest day, `step` days on or back at a time, on which the wish is free and lent at the same wall time."""
    taken = merged(blocked)
    start, end = berlin(wish.start), berlin(wish.end)
    for days in range(step, 29 if step > 0 else -29, step):
        try:
            moved = Period(*(from_wall(wall.date() + timedelta(days=days), wall.time()) for wall in (start, end)))
        except RuleBroken:  # the hour does not exist on that day
            continue
        if within.covers(moved) and lent(moved) and not _is_taken(moved, taken):
            return moved
    return None


def is_daytime(period: Period) -> bool:
    """Say whether people are at work at both ends, so that a start can be offered to them."""
    return all(WORK[0] <= berlin(moment).time() <= WORK[1] for moment in (period.start, period.end))


def how_other(wish: Period, offered: Period) -> Message:
    """Say in words how an offered time differs from the wished one."""
    days = (berlin(offered.start).date() - berlin(wish.start).date()).days
    if days:
        return _days(days)
    minutes = int((offered.start - wish.start).total_seconds()) // 60
    return _minutes(abs(minutes), early=minutes < 0)


def _days(days: int) -> Message:
    if abs(days) == 1:
        return say("am nächsten Tag") if days > 0 else say("am Tag davor")
    return say("%(days)s Tage später", days=days) if days > 0 else say("%(days)s Tage früher", days=-days)


def _minutes(minutes: int, *, early: bool) -> Message:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return say("%(minutes)s Minuten früher", minutes=rest) if early else say("%(minutes)s Minuten später", minutes=rest)
    if rest:
        how_long = f"{hours}:{rest:02}"
        return say("%(hours)s Stunden früher", hours=how_long) if early else say("%(hours)s Stunden später", hours=how_long)
    if hours == 1:
        return say("eine Stunde früher") if early else say("eine Stunde später")
    return say("%(hours)s Stunden früher", hours=hours) if early else say("%(hours)s Stunden später", hours=hours)


def _rounded_up(moment: datetime, anchor: datetime) -> datetime:
    """Keep whole steps from the wished start, so that odd buffers lead to no odd times."""
    steps = -(-(moment - anchor) // STEP)
    return (anchor + steps * STEP).astimezone(UTC)


def _rounded_down(moment: datetime, anchor: datetime) -> datetime:
    steps = (moment - anchor) // STEP
    return (anchor + steps * STEP).astimezone(UTC)


def nearest(wish: Period, *, blocked: Iterable[Period], within: Period, lent: Lent = at_any_time) -> Period | None:
    """Find the free time nearest to the wish: the same day, or another day at the same wall time where that would be at night."""
    taken = merged(blocked)
    near = [shifted(wish, blocked=taken, within=within, lent=lent, step=step) for step in (1, -1)]
    found = [period for period in near if period and (is_daytime(period) or not is_daytime(wish))]
    found += [period for step in (1, -1) if (period := other_day(wish, blocked=taken, within=within, lent=lent, step=step))]
    return min(found, key=lambda period: abs(period.start - wish.start), default=None)
