"""A person's own places on waiting lists and own holds; nobody else learns of them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from booking.models import Hold, Occupancy, Standing, WaitingWish
from booking.periods import Period
from booking.queries.numbers import check_number
from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor


def get_wish(wish_id: int, actor: Actor) -> WaitingWish:
    """Return an own entry."""
    check_number(wish_id)
    found = db.session.scalar(select(WaitingWish).where(WaitingWish.id == wish_id, WaitingWish.person_id == actor.person_id))
    if found is None:
        raise NotFound
    return found


def my_wishes(actor: Actor) -> list[WaitingWish]:
    """Return the own entries that stand, offers first."""
    query = select(WaitingWish).where(WaitingWish.person_id == actor.person_id, WaitingWish.standing.in_([Standing.WAITING, Standing.OFFERED]))
    found = db.session.scalars(query.options(joinedload(WaitingWish.resource)).order_by(WaitingWish.starts_at, WaitingWish.id)).unique()
    return sorted(found, key=lambda wish: wish.standing is not Standing.OFFERED)


def places_of(wishes: list[WaitingWish]) -> dict[int, int]:
    """Return the place of each wish on the list of its device."""
    found: dict[int, int] = {}
    for wish in wishes:
        before = (
            select(func.count())
            .select_from(WaitingWish)
            .where(
                WaitingWish.resource_id == wish.resource_id,
                WaitingWish.standing == Standing.WAITING,
                WaitingWish.starts_at < wish.ends_at,
                WaitingWish.ends_at > wish.starts_at,
                (WaitingWish.created_at < wish.created_at) | ((WaitingWish.created_at == wish.created_at) & (WaitingWish.id < wish.id)),
            )
        )
        found[wish.id] = (db.session.scalar(before) or 0) + 1
    return found


def held_until(resource_ids: Collection[int], period: Period, actor: Actor) -> dict[int, datetime]:
    """Return which of the devices the actor holds for this time, and until when."""
    query = select(Occupancy.resource_id, func.max(Hold.expires_at)).join(Hold, Hold.id == Occupancy.hold_id)
    mine = query.where(Hold.person_id == actor.person_id, Hold.expires_at > clock.now(), Occupancy.resource_id.in_(resource_ids))
    rows = db.session.execute(mine.where(Hold.starts_at <= period.start, Hold.ends_at >= period.end).group_by(Occupancy.resource_id))
    return {resource_id: until for resource_id, until in rows}  # noqa: C416 (rows are no pairs to the type checker)
