"""Take devices at once, whatever stands: the own without asking, others' when they are released."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from booking import displacing
from booking.incidents.asking import ask, note_phoned
from booking.incidents.putting import put_in
from booking.models import Cause, Incident, IncidentItem, IncidentKind, ReadinessClass, Release, Resource
from booking.occupying import Wish
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
    return _take(wishes, IncidentKind.INCIDENT, by=by, started_at=started_at, phoned_with=phoned_with.strip(), reference=reference, key=key)


def recall(wishes: Sequence[Wish], *, by: Actor, key: str | None = None) -> Incident:
    """Take the own devices back at once, as their owner."""
    for device in _devices(wishes):
        if not may_manage(by, owner_id=device.owner_id):
            raise NotAllowed
        if device.readiness_class is ReadinessClass.C:
            raise NotRecallable(device.name)
    return _take(wishes, IncidentKind.RECALL, by=by, started_at=None, phoned_with="", reference="", key=key)


def _take(wishes: Sequence[Wish], kind: IncidentKind, *, by: Actor, started_at: datetime | None, phoned_with: str, reference: str, key: str | None) -> Incident:
    devices = {device.id: device for device in _devices(wishes)}
    at = clock.now()
    if started_at is not None and started_at > at:
        raise StartAhead
    locked = displacing.lock(wishes, cause=Cause(kind.value))
    key = _of_this_tap(key, wishes, started_at, phoned_with)
    repeated = _repeated(key)
    if repeated is not None:
        return repeated
    incident = _begun(kind, started_at or at, at=at, by=by, reference=reference, key=key)
    for wish in wishes:
        device, item = devices[wish.resource_id], IncidentItem(incident_id=incident.id, resource_id=wish.resource_id, quantity=wish.quantity)
        item.release = Release.OWN
        foreign = kind is IncidentKind.INCIDENT and not may_take(by, owner_municipality_id=device.owner.municipality_id)
        if foreign and not phoned_with:
            ask(item, device, incident, by=by)
        else:
            if foreign:
                note_phoned(item, device, phoned_with, incident, by=by)
            item.block_id = put_in(incident, wish, locked, by=by).id
        db.session.add(item)
    _record(incident, wishes, devices.values(), phoned_with, by=by)
    return incident


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


def _of_this_tap(key: str | None, wishes: Sequence[Wish], started_at: datetime | None, phoned_with: str) -> str | None:
    """Tell a tap sent twice from another one on the same page: whoever goes back and takes more means it."""
    said = (key, sorted((wish.resource_id, wish.quantity) for wish in wishes), started_at, phoned_with)
    return hashlib.sha256(repr(said).encode()).hexdigest() if key else None


def _repeated(key: str | None) -> Incident | None:
    return db.session.scalar(select(Incident).where(Incident.idempotency_key == key)) if key else None


def _record(incident: Incident, wishes: Sequence[Wish], devices: Iterable[Resource], phoned_with: str, *, by: Actor) -> None:
    after = {
        "started": incident.started_at.isoformat(),
        "entered_later": incident.entered_later,
        "reference": incident.reference,
        "devices": [{"resource": wish.resource_id, "quantity": wish.quantity} for wish in wishes],
        **({"released_by_phone": phoned_with} if phoned_with else {}),
    }
    concerned = {by.municipality_id, *(device.owner.municipality_id for device in devices)}
    journal.record(f"incident.{incident.kind.value}", subject=("incident", incident.id), by=by, after=after, municipalities=concerned)
