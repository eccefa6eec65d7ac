"""Close a device at the same time of each year; the closures of the years to come are written ahead of whoever books."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select

from booking import occupying
from booking.fleet.closing import ClosureReasonMissing, check_number, enter, lift, opened
from booking.models import Closure, Season
from booking.occupying import Device
from booking.queries.house import house_numbers
from booking.queries.numbers import check_number as check_row
from booking.rules.seasons import Yearly
from commons import clock, jobs, journal
from commons.calendar_days import today_of
from commons.database import db, write
from commons.errors import NotFound, RuleBroken
from commons.people import Actor

A_YEAR = timedelta(days=366)


def close_yearly(resource_id: int, yearly: Yearly, *, reason: str, by: Actor, quantity: int | None = None) -> Season:
    """Close a device, or a number of a pool, each year; refused with a list while bookings are in the way."""
    if not reason.strip():
        raise ClosureReasonMissing
    device, number = opened(resource_id, quantity, by)
    at = _this_minute()
    periods = list(yearly.periods(at, _horizon(device, at)))
    check_number(device, periods, number)
    season = Season(resource_id=device.id, quantity=number, reason=reason.strip(), created_by_id=by.person_id, **_days(yearly))
    db.session.add(season)
    db.session.flush()
    for period in periods:
        enter(device, period, quantity=number, reason=season.reason, by_id=by.person_id, season_id=season.id)
    _record("closed_yearly", season, device, by=by)
    return season


def lift_season(season_id: int, *, by: Actor) -> Season:
    """End a yearly closure, this year's too."""
    check_row(season_id)
    season = db.session.get(Season, season_id)
    if season is None:
        raise NotFound
    device, _ = opened(season.resource_id, None, by)
    db.session.refresh(season)
    if season.lifted_at is None:
        season.lifted_at = clock.now()
        ahead = select(Closure.id).where(Closure.season_id == season.id, Closure.lifted_at.is_(None), Closure.ends_at > clock.now())
        for closure_id in list(db.session.scalars(ahead.order_by(Closure.id))):
            lift(closure_id, by=by)
        _record("reopened_yearly", season, device, by=by)
    return season


@jobs.periodic("booking.extend_seasons", every=timedelta(days=1))
def extend_all() -> None:
    """Write the closures of the next year before anybody can book so far ahead."""
    db.session.rollback()
    ids = list(db.session.scalars(select(Season.id).where(Season.lifted_at.is_(None)).order_by(Season.id)))
    db.session.rollback()
    for season_id in ids:
        with suppress(RuleBroken):  # what stands in the way of one pool keeps no other device open
            write(extend, season_id)


def extend(season_id: int) -> None:
    """Write what is missing of a yearly closure up to its horizon; a year that was opened again stays open."""
    season = db.session.get_one(Season, season_id)
    device = occupying.lock([occupying.Wish(resource_id=season.resource_id)]).devices[season.resource_id]
    db.session.refresh(season)
    if season.lifted_at is not None or device.retired_at is not None:
        return
    known = set(db.session.scalars(select(Closure.ends_at).where(Closure.season_id == season.id)))
    at = _this_minute()
    for period in yearly_of(season).periods(at, _horizon(device, at)):
        if period.end not in known and not occupying.in_the_way(device, period, left=device.quantity - season.quantity):
            enter(device, period, quantity=season.quantity, reason=season.reason, by_id=season.created_by_id, season_id=season.id)


def yearly_of(season: Season) -> Yearly:
    """Return the days of a stored yearly closure."""
    return Yearly(from_month=season.from_month, from_day=season.from_day, until_month=season.until_month, until_day=season.until_day)


def _horizon(device: Device, at: datetime) -> datetime:
    """Look a year further than anybody may book."""
    days = device.advance_days
    if days is None:
        days = house_numbers("booking_advance_days", day=today_of(at))["booking_advance_days"]
    return at + timedelta(days=days) + A_YEAR


def _this_minute() -> datetime:
    return clock.now().replace(second=0, microsecond=0)


def _days(yearly: Yearly) -> dict[str, int]:
    return {name: getattr(yearly, name) for name in ("from_month", "from_day", "until_month", "until_day")}


def _record(act: str, season: Season, device: Device, *, by: Actor) -> None:
    after = {**_days(yearly_of(season)), "quantity": season.quantity, "reason": season.reason}
    journal.record(f"resource.{act}", subject=("resource", device.id), by=by, after=after, municipalities=[device.owner_municipality_id])
