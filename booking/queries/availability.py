"""What is free when: one statement for many devices, exact stretches for one."""

from sqlalchemy import or_, select

from booking.models import Kind, Occupancy, Resource
from booking.periods import Period
from booking.rules.occupancy import Taken, stretches
from commons import clock
from commons.database import db


def taken_in(resource_ids: list[int], period: Period) -> dict[int, list[Taken]]:
    """Return what holds each resource inside a period; expired holds count no more."""
    query = (
        select(Occupancy.resource_id, Occupancy.starts_at, Occupancy.ends_at, Occupancy.quantity, Occupancy.booking_id)
        .where(Occupancy.resource_id.in_(resource_ids), Occupancy.starts_at < period.end, Occupancy.ends_at > period.start)
        .where(or_(Occupancy.expires_at.is_(None), Occupancy.expires_at > clock.now()))
        .order_by(Occupancy.starts_at)
    )
    found: dict[int, list[Taken]] = {id_: [] for id_ in resource_ids}
    for id_, start, end, quantity, booking_id in db.session.execute(query):
        found[id_].append(Taken(period=Period(start, end), quantity=quantity, booking_id=booking_id))
    return found


def free_stretches(resource_id: int, period: Period) -> list[tuple[Period, int]]:
    """List how many of one resource are free from when to when."""
    resource = db.session.get_one(Resource, resource_id)
    taken = taken_in([resource_id], period)[resource_id]
    if resource.kind is not Kind.POOL:
        taken = [Taken(period=row.period) for row in taken]
    return stretches(resource.quantity, taken, within=period)
