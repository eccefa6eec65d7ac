"""What waits for a person's decision, series as one, and what the person decided."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from booking.models import Booking, SeriesDate
from booking.queries.bookings import loaded, undecided, visible_to
from commons.database import db
from commons.people import Actor

MOST = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One request that waits: a booking, or a series by its first open date and how many are open."""

    first: Booking
    series_id: int | None = None
    count: int = 1


def asked_of_me(actor: Actor) -> list[Asked]:
    """Return the requests that wait for this actor, the nearest first; all dates of a series are one."""
    waiting = undecided(actor)
    series = _series_among([booking.id for booking in waiting])
    groups: dict[tuple[str, int], list[Booking]] = {}
    for booking in waiting:
        name = ("series", series[booking.id]) if booking.id in series else ("booking", booking.id)
        groups.setdefault(name, []).append(booking)
    return [Asked(first=some[0], series_id=id_ if kind == "series" else None, count=len(some)) for (kind, id_), some in groups.items()]


def decided_by(actor: Actor) -> list[Booking]:
    """Return what this person decided last, as far as the actor may see it."""
    query = loaded(select(Booking)).where(Booking.decided_by_id == actor.person_id, Booking.created_by_id != actor.person_id, visible_to(actor))
    return list(db.session.scalars(query.order_by(Booking.decided_at.desc(), Booking.id.desc()).limit(MOST)).unique())


def _series_among(booking_ids: Iterable[int]) -> dict[int, int]:
    query = select(SeriesDate.booking_id, SeriesDate.series_id).where(SeriesDate.booking_id.in_(list(booking_ids)))
    return {booking_id: series_id for booking_id, series_id in db.session.execute(query) if booking_id is not None}
