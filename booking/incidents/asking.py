"""Another municipality's device: its chief is asked, by letter or on the telephone, or no longer; own need comes first (§ 14 SächsBRKG)."""

from sqlalchemy import select

from booking import displacing
from booking.incidents.ending import end_when_over
from booking.incidents.putting import put_in
from booking.models import Cause, Incident, IncidentItem, Release, Resource
from booking.occupying import Locked, Wish
from booking.queries.keeping import releasers
from booking.queries.numbers import check_number
from commons import clock, journal, letters
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, say


class AlreadyAnswered(RuleBroken):
    """A request for release is answered once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Diese Anfrage ist schon beantwortet, oder der Einsatz ist beendet."))


class NobodyNamed(RuleBroken):
    """A release on the telephone was given by somebody."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie, wer das Gerät am Telefon freigegeben hat."), field="phoned_with")


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
    _tell_releasers(device, subject, body, incident)


def note_phoned(item: IncidentItem, device: Resource, name: str, incident: Incident, *, by: Actor) -> None:
    """Write down who released a device on the telephone, and tell the owner's side that this was recorded."""
    item.release, item.released_by_name, item.released_at = Release.PHONED, name[:120], clock.now()
    subject = say("Telefonische Freigabe vermerkt: %(device)s", device=device.name)
    body = [say("%(person)s (%(organisation)s) hat vermerkt, dass %(name)s das Gerät für einen Einsatz freigegeben hat.",
                person=by.person_name, organisation=by.organisation_name, name=name)]  # fmt: skip
    _tell_releasers(device, subject, body, incident)


def take_phoned(item_id: int, name: str, *, by: Actor) -> IncidentItem:
    """Take a device that was asked for, since its chief has released it on the telephone meanwhile."""
    locked = lock_for(item_id)
    item = _asked_by(item_id, by)
    if not name.strip():
        raise NobodyNamed
    note_phoned(item, item.resource, name.strip(), item.incident, by=by)
    item.block_id = put_in(item.incident, wish_of(item), locked, by=by).id
    _record(item, "phoned", by=by, after={"released_by": item.released_by_name})
    return item


def withdraw(item_id: int, *, by: Actor) -> Incident:
    """Ask no longer for a device that is not needed; the incident ends when nothing else stands."""
    item = _asked_by(item_id, by)
    incident, device = item.incident, item.resource
    subject = say("Einsatz: nicht mehr nötig, %(device)s", device=device.name)
    _tell_releasers(device, subject, [say("%(organisation)s braucht das Gerät nicht mehr.", organisation=by.organisation_name)], incident)
    db.session.delete(item)
    db.session.flush()
    end_when_over(incident)
    _record(item, "withdrawn", by=by)
    return incident


def lock_for(item_id: int) -> Locked:
    """Lock the device that an incident asks for, and what stands in its way, before anything else."""
    check_number(item_id)
    item = db.session.get(IncidentItem, item_id)
    if item is None:
        raise NotFound
    return displacing.lock([wish_of(item)], cause=Cause.INCIDENT)


def wish_of(item: IncidentItem) -> Wish:
    """Return what an incident asks for as a wish."""
    return Wish(resource_id=item.resource_id, quantity=item.quantity)


def load_asked(item_id: int) -> IncidentItem | None:
    """Load and lock a request for release, whosever it is."""
    check_number(item_id)
    query = select(IncidentItem).where(IncidentItem.id == item_id).with_for_update(key_share=True, of=IncidentItem.__table__)
    return db.session.scalar(query.execution_options(populate_existing=True))


def check_waits(item: IncidentItem) -> None:
    """Refuse what is answered already, or no longer needed."""
    if item.release is not Release.ASKED or item.incident.ended_at is not None:
        raise AlreadyAnswered


def _asked_by(item_id: int, by: Actor) -> IncidentItem:
    item = load_asked(item_id)
    if item is None or item.incident.municipality_id != by.municipality_id:
        raise NotFound
    if not by.may(Permission.INCIDENT_DECLARE):
        raise NotAllowed
    check_waits(item)
    return item


def _tell_releasers(device: Resource, subject: Message, body: list[Message], incident: Incident) -> None:
    for person_id in releasers(device):
        letters.post_at_once(person_id, subject, body, link=f"/einsatz/{incident.id}", about=("incident", incident.id))


def _record(item: IncidentItem, act: str, *, by: Actor, after: dict[str, str] | None = None) -> None:
    concerned = {item.incident.municipality_id, item.resource.owner.municipality_id}
    facts = {"resource": item.resource_id, "quantity": item.quantity, **(after or {})}
    journal.record(f"incident.{act}", subject=("incident", item.incident_id), by=by, after=facts, municipalities=concerned)
