"""What a calendar link shows: stored events, as its owner may see them now."""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from booking.models import Booking, BookingItem, CalendarEntry, CalendarFeed, FeedDetail, FeedScope, Resource
from booking.queries.house import house_numbers
from booking.queries.numbers import check_number
from booking.stages import GONE
from commons import clock
from commons.calendar_days import day_bounds, today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor, actors_of
from commons.permissions import Permission
from commons.scopes import reads_without_scope
from commons.tokens import hash_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Say what a feed shows today: which window, for whose eyes."""

    feed: CalendarFeed
    sees: frozenset[int]  # municipalities whose names and purposes the owner may read
    day: date
    since: datetime
    until: datetime
    cancelled_since: datetime


@dataclass(frozen=True, kw_only=True)
class Revision:
    """Hold what changes whenever the feed does."""

    tag: str
    changed_at: datetime


def find_feed(secret: str) -> CalendarFeed | None:
    """Return the calendar link that this secret opens, revoked ones too."""
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.token_hash == hash_of(secret)))


def is_gone(feed: CalendarFeed) -> bool:
    """Say whether the link was revoked or its owner left."""
    return feed.revoked_at is not None or not feed.person.active


def shown_by(feed: CalendarFeed) -> Shown:
    """Return what the feed shows now."""
    at = clock.now()
    day = today_of(at)
    house = house_numbers("feed_past_days", "feed_future_days", "feed_cancelled_days", day=day)
    return Shown(
        feed=feed,
        sees=frozenset(actor.municipality_id for actor in actors_of(feed.person_id) if reads_without_scope(actor, Permission.BOOKING_READ)),
        day=day,
        since=at - timedelta(days=house["feed_past_days"]),
        until=at + timedelta(days=house["feed_future_days"]),
        cancelled_since=at - timedelta(days=house["feed_cancelled_days"]),
    )


def revision(shown: Shown) -> Revision:
    """Tell the state of a feed without reading its events: any change of a booking raises its version, or adds one."""
    query = select(func.count(), func.max(Booking.changed_at), func.sum(Booking.version)).where(*_scope(shown))
    count, changed_at, versions = db.session.execute(query).one()
    # The last column says which rights it was made for.
    parts = (shown.feed.id, shown.feed.name, shown.day, count, changed_at, versions, sorted(shown.sees))
    changed_at = max(shown.feed.created_at, day_bounds(shown.day)[0], *([changed_at] if count else []))  # the window slides at midnight
    return Revision(tag=hashlib.sha256(repr(parts).encode()).hexdigest()[:32], changed_at=changed_at)


def events(shown: Shown) -> list[bytes]:
    """Return the stored events: in full what the owner may see, „nur belegt“ everything else."""
    full = CalendarEntry.resource_id.is_(None)
    if shown.feed.detail is FeedDetail.BUSY:
        wanted: ColumnElement[bool] = ~full
    elif shown.feed.scope is FeedScope.MINE:
        wanted = full
    else:
        wanted = case((_sees(shown), full), else_=~full)
    query = select(CalendarEntry.id, CalendarEntry.content).join(Booking, Booking.id == CalendarEntry.booking_id).where(*_scope(shown), wanted)
    devices = _devices(shown)
    if devices is not None:
        query = query.where(or_(full, devices))
    return list(_whole(db.session.execute(query.order_by(Booking.starts_at, CalendarEntry.id))))


def event_of(booking: Booking) -> bytes:
    """Return the stored event of a booking, which the caller has loaded for its reader."""
    query = select(CalendarEntry.id, CalendarEntry.content).where(CalendarEntry.booking_id == booking.id, CalendarEntry.resource_id.is_(None))
    found = next(_whole(db.session.execute(query)), None)
    if found is None:
        raise NotFound
    return found


def _whole(rows: Iterable[Any]) -> Iterator[bytes]:
    """Leave out and log what is no whole event: one corrupt row never breaks a calendar."""
    for id_, content in rows:
        if content.startswith(b"BEGIN:VEVENT\r\n") and content.endswith(b"\r\nEND:VEVENT\r\n"):
            yield content
        else:
            log.error("calendar entry %s is corrupt and was left out", id_)


def my_feeds(actor: Actor) -> list[CalendarFeed]:
    """Return the person's calendar links that are in force."""
    query = select(CalendarFeed).where(CalendarFeed.person_id == actor.person_id, CalendarFeed.revoked_at.is_(None))
    return list(db.session.scalars(query.order_by(CalendarFeed.id)))


def get_feed(feed_id: int, actor: Actor) -> CalendarFeed:
    """Return a calendar link of one's own."""
    check_number(feed_id)
    found = db.session.scalar(select(CalendarFeed).where(CalendarFeed.id == feed_id, CalendarFeed.person_id == actor.person_id))
    if found is None:
        raise NotFound
    return found


def _scope(shown: Shown) -> tuple[ColumnElement[bool], ...]:
    """Limit to the window, to what is not long cancelled, and to whose bookings they are."""
    window = and_(Booking.ends_at > shown.since, Booking.starts_at < shown.until)
    alive = or_(Booking.stage.not_in(GONE), Booking.changed_at > shown.cancelled_since)
    return window, alive, _whose(shown)


def _whose(shown: Shown) -> ColumnElement[bool]:
    scope, scope_id = shown.feed.scope, shown.feed.scope_id
    if scope is FeedScope.MINE:
        return Booking.created_by_id == shown.feed.person_id
    items = select(BookingItem.booking_id).join(Resource, Resource.id == BookingItem.resource_id)
    if scope is FeedScope.RESOURCE:
        return Booking.id.in_(items.where(Resource.id == scope_id))
    if scope is FeedScope.CATEGORY:
        return Booking.id.in_(items.where(Resource.category_id == scope_id))
    if scope is FeedScope.ORGANISATION:
        return or_(Booking.for_organisation_id == scope_id, Booking.id.in_(items.where(Resource.owner_id == scope_id)))
    owned = items.join(Organisation, Organisation.id == Resource.owner_id).where(Organisation.municipality_id == scope_id)
    return or_(Booking.for_municipality_id == scope_id, Booking.id.in_(owned))


def _sees(shown: Shown) -> ColumnElement[bool]:
    """Say whether the feed's owner may read names and purposes of a booking."""
    owned = exists().where(
        BookingItem.booking_id == Booking.id,
        BookingItem.resource_id == Resource.id,
        Resource.owner_id == Organisation.id,
        Organisation.municipality_id.in_(shown.sees),
    )
    return or_(Booking.for_municipality_id.in_(shown.sees), Booking.created_by_id == shown.feed.person_id, owned)


def _devices(shown: Shown) -> ColumnElement[bool] | None:
    """Keep foreign devices of a mixed booking out of a device's or category's „nur belegt“."""
    if shown.feed.scope is FeedScope.RESOURCE:
        return CalendarEntry.resource_id == shown.feed.scope_id
    if shown.feed.scope is FeedScope.CATEGORY:
        return CalendarEntry.resource_id.in_(select(Resource.id).where(Resource.category_id == shown.feed.scope_id))
    return None
