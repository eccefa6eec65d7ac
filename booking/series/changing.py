"""Change a running series: one date, this and the following, or all that are to come; what is over stays as it was."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from booking import occupying, telling
from booking.models import Booking, Fate, Series
from booking.occupying import Locked, Wish
from booking.periods import Period
from booking.placing import steps
from booking.placing.terms import is_done
from booking.queries.series import get_series
from booking.rules.recurrence import same_wall_time
from booking.stages import MOVABLE, Stage
from commons import clock
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import Message, say


class Reach(StrEnum):
    """Say which dates a change is for."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


class NothingLeft(RuleBroken):
    """What is over or gone cannot be changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Von dieser Serie ist kein Termin mehr offen, der sich ändern ließe."))


def move(series_id: int, booking_id: int, period: Period, *, reach: Reach, reason: str = "", by: Actor, version: int | None = None) -> Series:
    """Put this date at another time, and the others that are meant by as many days and at the same wall times; the series does not stand in its own way.

    An owner who moves what others booked says why.
    """
    series, bookings, locked = _open(series_id, booking_id, reach, by=by)
    this = next((booking for booking in bookings if booking.id == booking_id), None)
    if this is None:
        raise NothingLeft
    if is_done(this, "moved", by=by, version=version, as_asked=this.period == period):
        return series
    old = this.period
    before = {booking.id: telling.snapshot(booking) for booking in bookings}
    targets = {booking.id: same_wall_time(old, period, booking.period) for booking in bookings}
    for booking in bookings:
        steps.lift_off(booking, targets[booking.id], reason=reason, by=by)
    for booking in bookings:
        steps.put_down(booking, locked.narrowed(steps.wishes_of(booking)), targets[booking.id], by=by, reason=reason)
    _tell(series, bookings, "moved", say("Serie geändert: %(device)s", device=_title(bookings)), before, by=by)
    return series


def cancel(series_id: int, booking_id: int | None, *, reach: Reach, reason: str = "", by: Actor) -> Series:
    """Give up what is meant; nothing brings these dates back."""
    series, bookings, _ = _open(series_id, booking_id, reach, by=by)
    before = {booking.id: telling.snapshot(booking) for booking in bookings}
    for booking in bookings:
        steps.give_up(booking, reason=reason, by=by)
    _tell(series, bookings, "cancelled", say("Serie storniert: %(device)s", device=_title(bookings)), before, by=by)
    return series


def approve(series_id: int, *, by: Actor) -> Series:
    """Say yes to all dates that wait for it."""
    series, bookings, locked = _open(series_id, None, Reach.ALL, by=by, stages=frozenset({Stage.REQUESTED}))
    before = {booking.id: telling.snapshot(booking) for booking in bookings}
    for booking in bookings:
        steps.say_yes(booking, locked.narrowed(steps.wishes_of(booking)), by=by)
    subject, owners = say("Ihre Serie wurde bestätigt: %(device)s", device=_title(bookings)), say("Serie bestätigt: %(device)s", device=_title(bookings))
    _tell(series, bookings, "approved", subject, before, by=by, owners=owners)
    return series


def decline(series_id: int, *, reason: str, by: Actor) -> Series:
    """Say no to all dates that wait for an answer."""
    series, bookings, _ = _open(series_id, None, Reach.ALL, by=by, stages=frozenset({Stage.REQUESTED}))
    before = {booking.id: telling.snapshot(booking) for booking in bookings}
    for booking in bookings:
        steps.say_no(booking, reason=reason, by=by)
    subject, owners = say("Ihre Serie wurde abgelehnt: %(device)s", device=_title(bookings)), say("Serie abgelehnt: %(device)s", device=_title(bookings))
    _tell(series, bookings, "declined", subject, before, by=by, owners=owners)
    return series


def _open(series_id: int, booking_id: int | None, reach: Reach, *, by: Actor, stages: frozenset[Stage] = MOVABLE) -> tuple[Series, list[Booking], Locked]:
    """Lock the devices of all dates, then load what is meant: open, and not begun."""
    wishes = {wish.resource_id: wish for booking in _meant(get_series(series_id, by), booking_id, reach, stages) for wish in steps.wishes_of(booking)}
    locked = occupying.lock([Wish(resource_id=id_) for id_ in sorted(wishes)])
    db.session.expire_all()
    series = get_series(series_id, by)
    bookings = _meant(series, booking_id, reach, stages)
    if not bookings:
        raise NothingLeft
    return series, bookings, locked


def _meant(series: Series, booking_id: int | None, reach: Reach, stages: frozenset[Stage]) -> list[Booking]:
    all_ = [one.booking for one in series.dates if one.fate is Fate.BOOKED and one.booking is not None]
    this = next((booking for booking in all_ if booking.id == booking_id), None)
    if this is None and reach is not Reach.ALL:
        raise NotFound
    since = clock.now() - timedelta(minutes=15)
    found = [booking for booking in all_ if booking.stage in stages and booking.starts_at >= since]
    if reach is Reach.ALL or this is None:
        return found
    return [booking for booking in found if booking is this or (reach is Reach.FOLLOWING and booking.starts_at >= this.starts_at)]


def _tell(
    series: Series, bookings: Sequence[Booking], act: str, subject: Message, before: dict[int, dict[str, object]], *, by: Actor, owners: Message | None = None
) -> None:
    """Renew the calendar of each date, write one letter to each person of both sides, and record each act."""
    news = [telling.news_of(booking) for booking in bookings]
    events = [telling.renew_calendar(each, at=booking.changed_at) for each, booking in zip(news, bookings, strict=True)]
    telling.tell_series(series.id, news, events, subject, owners=False, booker=True)
    telling.tell_series(series.id, news, events, owners or subject, owners=True, booker=False, but=news[0].booker_id)
    for each in news:
        telling.write_down(act, each, by=by, before=before[each.booking_id])


def _title(bookings: Sequence[Booking]) -> str:
    return telling.news_of(bookings[0]).title
