"""Give out calendar links and take them back."""

from dataclasses import dataclass

from sqlalchemy import select, update

from booking.models import CalendarFeed, Category, FeedDetail, FeedScope, Resource
from booking.queries.feeds import get_feed
from commons import clock, journal
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality, Organisation
from commons.people import Actor
from commons.tokens import hash_of, new_secret

_Named = type[Resource] | type[Category] | type[Organisation] | type[Municipality]
_TABLES: dict[FeedScope, _Named] = {
    FeedScope.RESOURCE: Resource,
    FeedScope.CATEGORY: Category,
    FeedScope.ORGANISATION: Organisation,
    FeedScope.MUNICIPALITY: Municipality,
}


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """Hold a new link and its secret, which is shown only now."""

    feed: CalendarFeed
    secret: str


def subscribe(scope: FeedScope, scope_id: int | None, *, detail: FeedDetail, by: Actor) -> Subscription:
    """Make a calendar link of one's own; only its hash is kept."""
    secret = new_secret()
    feed = CalendarFeed(person_id=by.person_id, scope=scope, scope_id=scope_id, detail=detail, name=_name(scope, scope_id, detail), token_hash=hash_of(secret))
    feed.created_at = clock.now()
    db.session.add(feed)
    db.session.flush()
    after = {"scope": scope, "scope_id": scope_id, "detail": detail}
    journal.record("calendar_feed.created", subject=("calendar_feed", feed.id), by=by, after=after)
    return Subscription(feed=feed, secret=secret)


def revoke(feed_id: int, *, by: Actor) -> None:
    """Switch a link off; clients are told 410 and stop for good."""
    feed = get_feed(feed_id, by)
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        db.session.flush()
        journal.record("calendar_feed.revoked", subject=("calendar_feed", feed.id), by=by)


def note_use(feed_id: int) -> None:
    """Remember when a link was last used."""
    db.session.execute(update(CalendarFeed).where(CalendarFeed.id == feed_id).values(last_used_at=clock.now()))


def _name(scope: FeedScope, scope_id: int | None, detail: FeedDetail) -> str:
    name = "Meine Buchungen" if scope is FeedScope.MINE else _found_name(scope, scope_id)
    return f"{name} (nur belegt)" if detail is FeedDetail.BUSY else name


def _found_name(scope: FeedScope, scope_id: int | None) -> str:
    table = _TABLES[scope]
    name = db.session.scalar(select(table.name).where(table.id == scope_id))
    if name is None:
        raise NotFound
    return name
