"""Put a device into an incident."""

from sqlalchemy import select

from booking import displacing
from booking.incidents.ending import end_when_over
from booking.models import Block, Cause, Incident
from booking.occupying import Locked, Wish
from commons import journal, letters
from commons.database import db
from commons.people import Actor
from commons.words import say


def put_in(incident: Incident, wish: Wish, locked: Locked, *, by: Actor) -> Block:
    """Block a device for an incident; what an earlier one still has goes straight into this."""
    _take_over(incident, wish, locked, by=by)
    return displacing.block(locked, wish, cause=Cause(incident.kind.value), since=incident.started_at, by=by, incident_id=incident.id)


def _take_over(incident: Incident, wish: Wish, locked: Locked, *, by: Actor) -> None:
    """Take from earlier incidents only as many as are missing: what they keep stays blocked until it is reported ready."""
    query = select(Block).where(Block.resource_id == wish.resource_id, Block.lifted_at.is_(None), Block.cause.in_((Cause.INCIDENT, Cause.RECALL)))
    standing = list(db.session.scalars(query.order_by(Block.since, Block.id)))
    missing = sum(block.quantity for block in standing) + wish.quantity - locked.devices[wish.resource_id].quantity
    for block in standing:
        if missing > 0:
            number = min(missing, block.quantity)
            displacing.give_up(locked.narrowed([Wish(resource_id=wish.resource_id, quantity=block.quantity)]), block, number, by=by)
            missing -= number
            _hand_on(block, incident, number, by=by)


def _hand_on(block: Block, incident: Incident, number: int, *, by: Actor) -> None:
    """Write down in the earlier incident what the next one has now; it ends when it has nothing left."""
    earlier = db.session.get_one(Incident, block.incident_id)
    end_when_over(earlier)
    if earlier.declared_by_id != by.person_id:
        subject = say("Im nächsten Einsatz: %(device)s", device=block.resource.name)
        body = [say("%(number)s × %(device)s hat jetzt %(organisation)s.", number=number, device=block.resource.name, organisation=by.organisation_name)]
        letters.post_at_once(earlier.declared_by_id, subject, body, link=f"/einsatz/{earlier.id}", about=("incident", earlier.id))
    after = {"resource": block.resource_id, "quantity": number, "left": block.quantity if block.is_open else 0, "to": incident.id}
    concerned = {earlier.municipality_id, incident.municipality_id, block.resource.owner.municipality_id}
    journal.record("incident.handed_on", subject=("incident", earlier.id), by=by, after=after, municipalities=concerned)
