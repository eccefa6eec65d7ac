"""Take devices at once, whatever stands: the own without asking, others' when they are released."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from booking import displacing
from booking.incidents.asking import ask, note_phoned
from booking.models import Block, Cause, Incident, IncidentItem, IncidentKind, ReadinessClass, Release, Resource
from booking.occupying import Locked, Wish
from booking.queries.approval import may_manage
from booking.queries.keeping import may_take
from booking.rules.occupancy import check_quantity
from commons import clock, journal
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say

LATER = timedelta(minutes=5)  # so much later is no longer "now"


class StartAhead(RuleBroken):
    """An incident has begun: what begins later is a booking."""

    def __init__(self) -> None:
        super().__init__(say("Der Beginn liegt in der Zukunft. Ein Einsatz beginnt jetzt oder hat schon begonnen."), field="started")


class NothingTaken(RuleBroken):
    """An incident takes at least one device."""

    def __init__(self) -> None:
        super().__init__(say("Bitte wählen Sie mindestens ein Gerät."), field="devices")


class NotRecallable(RuleBroken):
    """What is lent freely (class C) is given back when it was agreed; only an incident beats that."""

    def __init__(self, device: str) -> None:
        super().__init__(say("„%(device)s“ ist frei verliehen (Klasse C) und wird nicht zurückgerufen.", device=device))


def declare(
    wishes: Sequence[Wish], *, by: Actor, started_at: datetime | None = None, phoned_with: str = "", reference: str = "", key: str | None = None
) -> Incident:
    """Take devices for an incident, now or with its true start; another municipality's wait for release unless it was given on the telephone."""
    if not by.may(Permission.INCIDENT_DECLARE):
        raise NotAllowed
    return _repeated(key) or _take(wishes, IncidentKind.INCIDENT, by=by, started_at=started_at, phoned_with=phoned_with.strip(), reference=reference, key=key)


def recall(wishes: Sequence[Wish], *, by: Actor, key: str | None = None) -> Incident:
    """Take the own devices back at once, as their owner."""
    for device in _devices(wishes):
        if not may_manage(by, owner_id=device.owner_id):
            raise NotAllowed
        if device.readiness_class is ReadinessClass.C:
            raise NotRecallable(device.name)
    return _repeated(key) or _take(wishes, IncidentKind.RECALL, by=by, started_at=None, phoned_with="", reference="", key=key)


def _take(wishes: Sequence[Wish], kind: IncidentKind, *, by: Actor, started_at: datetime | None, phoned_with: str, reference: str, key: str | None) -> Incident:
    devices = {device.id: device for device in _devices(wishes)}
    at = clock.now()
    if started_at is not None and started_at > at:
        raise StartAhead
    ours = {id_ for id_, device in devices.items() if kind is IncidentKind.RECALL or may_take(by, owner_municipality_id=device.owner.municipality_id)}
    taken = [wish for wish in wishes if wish.resource_id in ours or phoned_with]
    cause = Cause(kind.value)
    locked = displacing.lock(taken, cause=cause) if taken else None
    incident = _begun(kind, started_at or at, at=at, by=by, reference=reference, key=key)
    for wish in wishes:
        item = IncidentItem(incident_id=incident.id, resource_id=wish.resource_id, quantity=wish.quantity, release=Release.OWN)
        if wish.resource_id not in ours and not phoned_with:
            ask(item, devices[wish.resource_id], incident, by=by)
        elif locked is not None:
            if wish.resource_id not in ours:
                note_phoned(item, devices[wish.resource_id], phoned_with, by=by)
            item.block_id = put_in(incident, wish, locked, by=by).id
        db.session.add(item)
    _record(incident, wishes, devices.values(), by=by)
    return incident


def put_in(incident: Incident, wish: Wish, locked: Locked, *, by: Actor) -> Block:
    """Block a device for an incident; what an earlier one still has goes straight into this."""
    _take_over(wish, locked, by=by)
    return displacing.block(locked, wish, cause=Cause(incident.kind.value), since=incident.started_at, by=by, incident_id=incident.id)


def _take_over(wish: Wish, locked: Locked, *, by: Actor) -> None:
    query = select(Block).where(Block.resource_id == wish.resource_id, Block.lifted_at.is_(None), Block.cause.in_((Cause.INCIDENT, Cause.RECALL)))
    standing = list(db.session.scalars(query.order_by(Block.since, Block.id)))
    while standing and sum(block.quantity for block in standing) + wish.quantity > locked.devices[wish.resource_id].quantity:
        displacing.lift(locked.narrowed([Wish(resource_id=wish.resource_id, quantity=standing[0].quantity)]), standing.pop(0), by=by)


def _begun(kind: IncidentKind, started_at: datetime, *, at: datetime, by: Actor, reference: str, key: str | None) -> Incident:
    incident = Incident(kind=kind, started_at=started_at, entered_at=at, entered_later=started_at < at - LATER, declared_by_id=by.person_id)
    incident.municipality_id, incident.organisation_id = by.municipality_id, by.organisation_id
    incident.reference, incident.idempotency_key = reference.strip()[:60], key
    db.session.add(incident)
    db.session.flush()
    return incident


def _devices(wishes: Sequence[Wish]) -> list[Resource]:
    if not wishes or len({wish.resource_id for wish in wishes}) != len(wishes):
        raise NothingTaken
    found = {device.id: device for device in db.session.scalars(select(Resource).where(Resource.id.in_([wish.resource_id for wish in wishes])))}
    if len(found) != len(wishes):
        raise NotFound
    for wish in wishes:
        check_quantity(wish.quantity, total=found[wish.resource_id].quantity, resource=found[wish.resource_id].name)
    return [found[wish.resource_id] for wish in wishes]


def _repeated(key: str | None) -> Incident | None:
    return db.session.scalar(select(Incident).where(Incident.idempotency_key == key)) if key else None


def _record(incident: Incident, wishes: Sequence[Wish], devices: Iterable[Resource], *, by: Actor) -> None:
    after = {
        "started": incident.started_at.isoformat(),
        "entered_later": incident.entered_later,
        "reference": incident.reference,
        "devices": [{"resource": wish.resource_id, "quantity": wish.quantity} for wish in wishes],
    }
    concerned = {by.municipality_id, *(device.owner.municipality_id for device in devices)}
    journal.record(f"incident.{incident.kind.value}", subject=("incident", incident.id), by=by, after=after, municipalities=concerned)
