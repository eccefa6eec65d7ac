"""Another municipality's device: its chief releases it, by tap or on the telephone; own need comes first (§ 14 SächsBRKG)."""

from sqlalchemy import select

from booking import displacing
from booking.incidents.putting import put_in
from booking.models import Cause, Incident, IncidentItem, Release, Resource
from booking.occupying import Wish
from booking.queries.keeping import may_release, releasers
from booking.queries.numbers import check_number
from commons import clock, journal, letters
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.words import Message, say


class AlreadyAnswered(RuleBroken):
    """A request for release is answered once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Diese Anfrage ist schon beantwortet, oder der Einsatz ist beendet."))


def ask(item: IncidentItem, device: Resource, incident: Incident, *, by: Actor) -> None:
    """Ask the owner's chief; until the answer nothing is taken."""
    item.release = Release.ASKED
    subject = say("Einsatz: Bitte geben Sie frei, %(device)s", device=device.name)
    body = [
        say(
            "%(organisation)s braucht für einen Einsatz: %(number)s × %(device)s.", organisation=by.organisation_name, number=item.quantity, device=device.name
        ),
        say("Gefragt hat %(person)s. Geht Ihr eigener Bedarf vor, lehnen Sie bitte ab (§ 14 SächsBRKG).", person=by.person_name),
    ]
    for person_id in releasers(device):
        letters.post(person_id, subject, body, link=f"/einsatz/{incident.id}", about=("incident", incident.id))


def note_phoned(item: IncidentItem, device: Resource, name: str, *, by: Actor) -> None:
    """Write down who released a device on the telephone, and tell the owner's side that this was recorded."""
    item.release, item.released_by_name, item.released_at = Release.PHONED, name[:120], clock.now()
    subject = say("Telefonische Freigabe vermerkt: %(device)s", device=device.name)
    body = [say("%(person)s (%(organisation)s) hat vermerkt, dass %(name)s das Gerät für einen Einsatz freigegeben hat.",
                person=by.person_name, organisation=by.organisation_name, name=name)]  # fmt: skip
    for person_id in releasers(device):
        letters.post(person_id, subject, body, link=f"/buchung/geraete/{device.id}", about=("resource", device.id))


def release(item_id: int, *, by: Actor) -> IncidentItem:
    """Let the asking municipality have the device now; what stands in the way is displaced."""
    wish = _wish(item_id)
    locked = displacing.lock([wish], cause=Cause.INCIDENT)
    item = _opened(item_id, by)
    item.release, item.released_by_id, item.released_by_name, item.released_at = Release.GIVEN, by.person_id, by.person_name, clock.now()
    item.block_id = put_in(item.incident, wish, locked, by=by).id
    _answered(item, "released", say("Freigegeben für Ihren Einsatz: %(device)s", device=item.resource.name), by=by)
    return item


def refuse(item_id: int, *, by: Actor) -> IncidentItem:
    """Keep the device: the own area needs it urgently."""
    item = _opened(item_id, by)
    item.release, item.released_by_id, item.released_by_name, item.released_at = Release.REFUSED, by.person_id, by.person_name, clock.now()
    _answered(item, "release_refused", say("Nicht freigegeben, eigener Bedarf geht vor: %(device)s", device=item.resource.name), by=by)
    return item


def _wish(item_id: int) -> Wish:
    check_number(item_id)
    item = db.session.get(IncidentItem, item_id)
    if item is None:
        raise NotFound
    return Wish(resource_id=item.resource_id, quantity=item.quantity)


def _opened(item_id: int, by: Actor) -> IncidentItem:
    check_number(item_id)
    query = select(IncidentItem).where(IncidentItem.id == item_id).with_for_update(key_share=True, of=IncidentItem.__table__)
    item = db.session.scalar(query.execution_options(populate_existing=True))
    if item is None or item.resource.owner.municipality_id != by.municipality_id:
        raise NotFound
    if not may_release(by, item.resource):
        raise NotAllowed
    if item.release is not Release.ASKED or item.incident.ended_at is not None:
        raise AlreadyAnswered
    return item


def _answered(item: IncidentItem, act: str, subject: Message, *, by: Actor) -> None:
    incident = item.incident
    body = [say("Geantwortet hat %(person)s, %(organisation)s.", person=by.person_name, organisation=by.organisation_name)]
    letters.post(incident.declared_by_id, subject, body, link=f"/einsatz/{incident.id}", about=("incident", incident.id))
    after = {"resource": item.resource_id, "quantity": item.quantity}
    concerned = {incident.municipality_id, by.municipality_id}
    journal.record(f"incident.{act}", subject=("incident", incident.id), by=by, after=after, municipalities=concerned)
