"""Put a device into an incident."""

from sqlalchemy import select

from booking import displacing
from booking.models import Block, Cause, Incident
from booking.occupying import Locked, Wish
from commons.database import db
from commons.people import Actor


def put_in(incident: Incident, wish: Wish, locked: Locked, *, by: Actor) -> Block:
    """Block a device for an incident; what an earlier one still has goes straight into this."""
    _take_over(wish, locked, by=by)
    return displacing.block(locked, wish, cause=Cause(incident.kind.value), since=incident.started_at, by=by, incident_id=incident.id)


def _take_over(wish: Wish, locked: Locked, *, by: Actor) -> None:
    query = select(Block).where(Block.resource_id == wish.resource_id, Block.lifted_at.is_(None), Block.cause.in_((Cause.INCIDENT, Cause.RECALL)))
    standing = list(db.session.scalars(query.order_by(Block.since, Block.id)))
    while standing and sum(block.quantity for block in standing) + wish.quantity > locked.devices[wish.resource_id].quantity:
        displacing.lift(locked.narrowed([Wish(resource_id=wish.resource_id, quantity=standing[0].quantity)]), standing.pop(0), by=by)
