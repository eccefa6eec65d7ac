"""Book the dates of a series: all, the free ones or chosen ones."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from booking import occupying, telling
from booking.exchange.ical import Event
from booking.models import Fate, Series, SeriesDate
from booking.occupying import Wish
from booking.placing import Details, KeyUsedOtherwise, place
from booking.placing.repeating import asked_before
from booking.placing.terms import check_wishes
from booking.series.previewing import Plan, Planned, Preview, look_at
from booking.stages import Stage
from booking.telling import News
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say


class Choice(StrEnum):
    """Say which dates are booked."""

    ALL = "all"
    FREE = "free"
    CHOSEN = "chosen"


class SeriesTaken(RuleBroken):
    """All or nothing: one date that cannot be booked refuses them all, and each such date is named."""

    status = 409

    def __init__(self, conflicts: Sequence[Planned]) -> None:
        super().__init__(
            say(
                "Nicht mögliche Termine: %(count)s, der erste am %(day)s. Es wurde nichts gebucht. Bitte wählen Sie, welche Termine Sie buchen.",
                count=len(conflicts),
                day=conflicts[0].day,
            )
        )
        self.conflicts = tuple(conflicts)


class SeriesChanged(SeriesTaken):
    """What was free in the preview may be taken meanwhile; nobody loses a date without having seen it."""

    def __init__(self, conflicts: Sequence[Planned]) -> None:
        super().__init__(conflicts)
        self.message = say(
            "Seit der Vorschau ist der Termin am %(day)s vergeben worden. Es wurde nichts gebucht. Bitte prüfen Sie die neue Vorschau.", day=conflicts[0].day
        )


class NothingChosen(RuleBroken):
    """Whoever chooses dates names at least one that the series has."""

    def __init__(self) -> None:
        super().__init__(say("Bitte wählen Sie mindestens einen Termin der Serie."), field="days")


def book(
    wishes: Sequence[Wish],
    plan: Plan,
    *,
    choice: Choice,
    details: Details,
    by: Actor,
    chosen: Collection[date] = (),
    seen: Collection[date] | None = None,
    idempotency_key: str | None = None,
) -> Series:
    """Book a series in one transaction; `seen` are the conflicts that the booker knows of and goes without."""
    check_wishes(wishes, details)
    locked = occupying.lock(wishes, holder=by.person_id)
    repeated = _find_repeated(idempotency_key, by)
    if repeated is not None:
        _check_same(repeated, wishes, plan, details, by=by)
        repeated.repeated = True
        return repeated
    shown = look_at(locked, plan, by=by)
    booked = _to_book(shown, choice, chosen, seen)
    at = telling.now()
    news = [place(locked, planned.period, details=details, by=by, at=at) for planned in booked if planned.period]
    events = telling.enter_calendar(news, at=at)
    series = _written(plan, shown, [planned.day for planned in booked], news, details=details, by=by, at=at, key=idempotency_key)
    _tell(series, news, events, by=by)
    return series


def _to_book(shown: Preview, choice: Choice, chosen: Collection[date], seen: Collection[date] | None) -> list[Planned]:
    if choice is Choice.CHOSEN:
        wanted = [planned for planned in shown.dates if planned.day in chosen and planned.period]
        if not wanted or set(chosen) - {planned.day for planned in wanted}:
            raise NothingChosen
    else:
        wanted = [planned for planned in shown.dates if planned.period]
    hit = [planned for planned in wanted if not planned.is_free]
    new = [planned for planned in hit if seen is not None and planned.day not in seen]
    if new:
        raise SeriesChanged(new)
    if hit and (choice is not Choice.FREE or len(hit) == len(wanted)):
        raise SeriesTaken(hit)
    return [planned for planned in wanted if planned.is_free]


def _written(plan: Plan, shown: Preview, days: Collection[date], news: Sequence[News], *, details: Details, by: Actor, at: datetime, key: str | None) -> Series:
    rule = plan.rule
    series = Series(rhythm=rule.rhythm, every=rule.every, first=rule.first, until=rule.until, count=rule.count, purpose=details.purpose.strip(), created_at=at)
    series.for_organisation_id, series.created_by_id, series.idempotency_key = by.organisation_id, by.person_id, key
    bookings = dict(zip(days, (each.booking_id for each in news), strict=True))
    series.dates = [SeriesDate(day=planned.day, fate=_fate(planned, bookings), booking_id=bookings.get(planned.day)) for planned in shown.dates]
    db.session.add(series)
    db.session.flush()
    return series


def _fate(planned: Planned, bookings: Collection[date]) -> Fate:
    if planned.period is None:
        return Fate.NO_SUCH_TIME
    if planned.day in bookings:
        return Fate.BOOKED
    return Fate.LEFT_OUT if planned.is_free else Fate.TAKEN


def _tell(series: Series, news: Sequence[News], events: Sequence[Event], *, by: Actor) -> None:
    asked = news[0].stage is Stage.REQUESTED
    subject = say("Neue Anfrage für eine Serie: %(device)s", device=news[0].title) if asked else say("Ihre Serie ist gebucht: %(device)s", device=news[0].title)
    telling.tell_series(series.id, news, events, subject, owners=asked, booker=not asked, but=by.person_id)
    for each in news:
        telling.write_down("requested", each, by=by)
    telling.write_down_series("booked", series.id, _facts(series), news[0], by=by)


def _facts(series: Series) -> dict[str, object]:
    return {"rhythm": series.rhythm.value, "dates": [[one.day.isoformat(), one.fate.value, one.booking_id] for one in series.dates]}


def _check_same(series: Series, wishes: Sequence[Wish], plan: Plan, details: Details, *, by: Actor) -> None:
    """Refuse another series under the same key."""
    rule, first = plan.rule, next(one for one in series.dates if one.booking_id is not None)
    if (rule.rhythm, rule.every, rule.first, rule.until, rule.count) != (series.rhythm, series.every, series.first, series.until, series.count):
        raise KeyUsedOtherwise
    period = next(one.period for one in plan.dates(most=len(series.dates)) if one.day == first.day)
    if period is None or not asked_before(first.booking_id or 0, wishes, period, details, for_id=by.organisation_id):
        raise KeyUsedOtherwise


def _find_repeated(key: str | None, by: Actor) -> Series | None:
    if not key:
        return None
    return db.session.scalar(select(Series).where(Series.created_by_id == by.person_id, Series.idempotency_key == key))
