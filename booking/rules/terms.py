"""The owner's terms of lending: how early, how late, how long, at which hours."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from booking.periods import Period
from commons.calendar_days import berlin
from commons.errors import RuleBroken
from commons.words import Message, counted, say

Hours = dict[int, tuple[time, time]]
WEEKDAYS = (say("Montag"), say("Dienstag"), say("Mittwoch"), say("Donnerstag"), say("Freitag"), say("Samstag"), say("Sonntag"))


class StartPast(RuleBroken):
    """A booking starts now or later; a few minutes of grace are the house's rule."""

    def __init__(self, earliest: datetime) -> None:
        super().__init__(say("Der Beginn liegt in der Vergangenheit. Frühester Beginn ist jetzt: %(earliest)s.", earliest=earliest), field="start")
        self.earliest = earliest


class NoticeShort(RuleBroken):
    """An owner wants to know of a booking some time ahead."""

    def __init__(self, earliest: datetime) -> None:
        super().__init__(say("Der Eigentümer braucht Vorlauf. Frühester Beginn ist %(earliest)s.", earliest=earliest), field="start")
        self.earliest = earliest


class TooFarAhead(RuleBroken):
    """An owner opens the book only so far ahead."""

    def __init__(self, latest: datetime) -> None:
        super().__init__(say("So weit im Voraus ist das Gerät nicht buchbar. Spätester Beginn ist %(latest)s.", latest=latest), field="start")
        self.latest = latest


class TooLong(RuleBroken):
    """An owner lends for a longest time."""

    def __init__(self, longest: timedelta) -> None:
        super().__init__(_how_long(int(longest.total_seconds()) // 60), field="end")
        self.longest = longest


def _how_long(minutes: int) -> Message:
    """Say a limit in the largest unit that gives whole numbers."""
    if minutes % (24 * 60) == 0 and minutes > 24 * 60:
        return say("Das Gerät wird höchstens %(days)s Tage am Stück verliehen.", days=minutes // (24 * 60))
    if minutes % 60:
        one, many = say("Das Gerät wird höchstens eine Minute am Stück verliehen."), say("Das Gerät wird höchstens %(count)s Minuten am Stück verliehen.")
        return counted(minutes, one, many)
    one, many = say("Das Gerät wird höchstens eine Stunde am Stück verliehen."), say("Das Gerät wird höchstens %(count)s Stunden am Stück verliehen.")
    return counted(minutes // 60, one, many)


class Closed(RuleBroken):
    """Devices are fetched and brought back while the yard is open."""

    status = 409

    def __init__(self, moment: datetime, *, field: str) -> None:
        super().__init__(say("Zu dieser Zeit ist der Standort geschlossen: %(moment)s.", moment=moment), field=field)
        self.moment = moment


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Hold the owner's limits; none means no limit."""

    notice_minutes: int = 0
    advance_days: int | None = None
    longest_minutes: int | None = None
    opening: Hours | None = None


class Limited(Protocol):
    """Whatever carries the owner's own limits and the hours of the site: a row of the register, or what the guard has locked of it."""

    @property
    def notice_minutes(self) -> int:
        """Return how long before the start the owner wants to know; 0 leaves it to the house."""

    @property
    def advance_days(self) -> int | None:
        """Return how far ahead the book is open."""

    @property
    def longest_minutes(self) -> int | None:
        """Return how long the device is lent at most."""

    @property
    def opening(self) -> Mapping[str, Sequence[str]] | None:
        """Return by weekday from when until when it is fetched and brought back; none for at any time."""


def terms_of(limits: Limited, house: Mapping[str, int]) -> Terms:
    """Return the owner's limits and the hours of the site, and what the house sets where the owner sets nothing."""
    return Terms(
        notice_minutes=limits.notice_minutes or house["booking_notice_minutes"],
        advance_days=house["booking_advance_days"] if limits.advance_days is None else limits.advance_days,
        longest_minutes=house["loan_max_days"] * 24 * 60 if limits.longest_minutes is None else limits.longest_minutes,
        opening=None if limits.opening is None else _hours(limits.opening),
    )


def _hours(opening: Mapping[str, Sequence[str]]) -> Hours:
    return {int(weekday): (time.fromisoformat(opens), time.fromisoformat(closes)) for weekday, (opens, closes) in opening.items()}


def check_start(period: Period, *, at: datetime, grace_minutes: int) -> None:
    """Refuse a start longer past than the grace."""
    if period.start < at - timedelta(minutes=grace_minutes):
        raise StartPast(at)


def check_terms(period: Period, terms: Terms, *, at: datetime) -> None:
    """Refuse what the owner does not lend on; a limit met exactly is met."""
    earliest = at + timedelta(minutes=terms.notice_minutes)
    if terms.notice_minutes and period.start < earliest:
        raise NoticeShort(earliest)
    if terms.advance_days is not None and period.start > at + timedelta(days=terms.advance_days):
        raise TooFarAhead(at + timedelta(days=terms.advance_days))
    if terms.longest_minutes is not None and period.length > timedelta(minutes=terms.longest_minutes):
        raise TooLong(timedelta(minutes=terms.longest_minutes))
    if terms.opening is not None:
        _check_open(period, terms.opening)


def newly_refused(period: Period, *, old: Terms, new: Terms, at: datetime) -> bool:
    """Say whether new terms stand against a booking that the old ones allow; what has begun is only brought back, and within the longest time."""
    return _allows(period, old, at) and not _allows(period, new, at)


def _allows(period: Period, terms: Terms, at: datetime) -> bool:
    if period.start <= at:
        terms = replace(terms, notice_minutes=0, advance_days=None, opening=None if terms.opening is None or _is_open(period.end, terms.opening) else {})
    try:
        check_terms(period, terms, at=at)
    except RuleBroken:
        return False
    return True


def _is_open(moment: datetime, opening: Hours) -> bool:
    wall = berlin(moment)
    opens, closes = opening.get(wall.weekday(), (time.max, time.min))
    return opens <= wall.time() <= closes


def _check_open(period: Period, opening: Hours) -> None:
    """Look at pick-up and return only; closed in between does not matter."""
    for moment, field in ((period.start, "start"), (period.end, "end")):
        if not _is_open(moment, opening):
            raise Closed(moment, field=field)


@dataclass(frozen=True, kw_only=True)
class Due:
    """Say which inspection is valid through which day."""

    name: str
    valid_until: date


def expiring(period: Period, inspections: Iterable[Due]) -> list[Due]:
    """List the inspections that end before the booking does; valid on its last day is enough."""
    last_day = berlin(period.end - timedelta(microseconds=1)).date()
    return [due for due in inspections if due.valid_until < last_day]
