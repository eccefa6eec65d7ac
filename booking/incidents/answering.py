"""The owner's chief answers another municipality: here it is, or the own need comes first (§ 14 SächsBRKG)."""

from booking.incidents.asking import check_waits, load_asked, lock_for, wish_of
from booking.incidents.ending import end_when_over
from booking.incidents.putting import put_in
from booking.models import IncidentItem, Release
from booking.queries.keeping import may_release
from commons import clock, journal, letters
from commons.database import db
from commons.errors import NotAllowed, NotFound
from commons.people import Actor
from commons.words import Message, say


def release(item_id: int, *, by: Actor) -> IncidentItem:
    """Let the asking municipality have the device now; what stands in the way is displaced."""
    locked = lock_for(item_id)
    item = _opened(item_id, by)
    item.release, item.released_by_id, item.released_by_name, item.released_at = Release.GIVEN, by.person_id, by.person_name, clock.now()
    item.block_id = put_in(item.incident, wish_of(item), locked, by=by).id
    _answered(item, "released", say("Freigegeben für Ihren Einsatz: %(device)s", device=item.resource.name), by=by)
    return item


def refuse(item_id: int, *, by: Actor) -> IncidentItem:
    """Keep the device: the own area needs it urgently."""
    item = _opened(item_id, by)
    item.release, item.released_by_id, item.released_by_name, item.released_at = Release.REFUSED, by.person_id, by.person_name, clock.now()
    db.session.flush()
    end_when_over(item.incident)
    _answered(item, "release_refused", say("Nicht freigegeben, eigener Bedarf geht vor: %(device)s", device=item.resource.name), by=by)
    return item


def _opened(item_id: int, by: Actor) -> IncidentItem:
    item = load_asked(item_id)
    if item is None or item.resource.owner.municipality_id != by.municipality_id:
        raise NotFound
    if not may_release(by, item.resource):
        raise NotAllowed
    check_waits(item)
    return item


def _answered(item: IncidentItem, act: str, subject: Message, *, by: Actor) -> None:
    incident = item.incident
    body = [say("Geantwortet hat %(person)s, %(organisation)s.", person=by.person_name, organisation=by.organisation_name)]
    letters.post_at_once(incident.declared_by_id, subject, body, link=f"/einsatz/{incident.id}", about=("incident", incident.id))
    after = {"resource": item.resource_id, "quantity": item.quantity}
    concerned = {incident.municipality_id, by.municipality_id}
    journal.record(f"incident.{act}", subject=("incident", incident.id), by=by, after=after, municipalities=concerned)
