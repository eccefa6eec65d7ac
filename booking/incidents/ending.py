"""Report ready again: only that ends the block."""

from sqlalchemy import select

from booking import displacing
from booking.models import Block, Cause, Incident, IncidentItem, Inspection, Release, Resource
from booking.queries.keeping import may_report_ready
from commons import clock, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, NotFound
from commons.people import Actor


def ready(block_id: int, *, by: Actor) -> Block:
    """Report a device ready for operations after cleaning, refilling and the visual check; the incident ends with the last one."""
    block, locked = displacing.open_for_lifting(block_id)
    device = db.session.get_one(Resource, block.resource_id)
    incident = db.session.get(Incident, block.incident_id) if block.incident_id else None
    if incident is None or by.municipality_id not in (device.owner.municipality_id, incident.municipality_id):
        raise NotFound
    if block.cause not in (Cause.INCIDENT, Cause.RECALL) or not may_report_ready(by, device, incident_municipality_id=incident.municipality_id):
        raise NotAllowed
    displacing.lift(locked, block, by=by)
    _note_visual_check(device.id)
    db.session.flush()
    end_when_over(incident)
    after = {"resource": device.id, "quantity": block.quantity, "ended": incident.ended_at is not None}
    concerned = {incident.municipality_id, device.owner.municipality_id}
    journal.record("incident.ready", subject=("incident", incident.id), by=by, after=after, municipalities=concerned)
    return block


def end_when_over(incident: Incident) -> None:
    """End an incident of which nothing stands and nothing is awaited; the lock lets those who report the last two devices at once see each other."""
    db.session.execute(select(Incident.id).where(Incident.id == incident.id).with_for_update(key_share=True))
    stands = select(Block.id).where(Block.incident_id == incident.id, Block.lifted_at.is_(None))
    awaited = select(IncidentItem.id).where(IncidentItem.incident_id == incident.id, IncidentItem.release == Release.ASKED)
    if db.session.scalar(stands.union_all(awaited).limit(1)) is None:
        incident.ended_at = incident.ended_at or max(clock.now(), incident.started_at)


def _note_visual_check(resource_id: int) -> None:
    """Date the checks that every use asks for (DGUV Vorschrift 49 § 11 (1)): who reports ready has made them."""
    for inspection in db.session.scalars(select(Inspection).where(Inspection.resource_id == resource_id, Inspection.after_use)):
        inspection.last_on = today_of(clock.now())
