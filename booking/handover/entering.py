"""Enter later what was used, the own use too; the other side may object."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from booking.handover.reporting import report_hours
from booking.models import Resource, Use
from booking.queries.handover import get_use
from booking.queries.keeping import is_keeper, municipality_of
from booking.rules.fitness import check_meter, check_moments, check_operator
from booking.rules.occupancy import check_quantity
from commons import clock, journal, letters
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import say


class ObjectionEmpty(RuleBroken):
    """Whoever objects says what is wrong."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie, was nicht stimmt."), field="objection")


class AlreadyObjected(RuleBroken):
    """An objection stands as it was written; nobody of the same side overwrites it."""

    status = 409

    def __init__(self, person: str) -> None:
        super().__init__(say("%(person)s hat schon widersprochen. Der Widerspruch steht bei der Nutzung.", person=person), field="objection")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Hold what an owner enters later."""

    resource_id: int
    organisation_id: int
    out_at: datetime
    back_at: datetime
    operator: str
    quantity: int = 1
    purpose: str = ""
    meter_out: Decimal | None = None
    meter_back: Decimal | None = None


def enter(entry: Entry, *, by: Actor) -> Use:
    """Enter a use with its true times, marked „nachgetragen“; it may overlap plans and other uses, and the user's side is told."""
    device = db.session.get(Resource, entry.resource_id)
    if device is None:
        raise NotFound
    if not is_keeper(by, owner_id=device.owner_id):
        raise NotAllowed
    check_quantity(entry.quantity, total=device.quantity, resource=device.name)
    check_moments(entry.out_at, entry.back_at, now=clock.now())
    check_operator(entry.operator)
    check_meter(entry.meter_back, known=entry.meter_out, field="meter_back")
    use = _use(entry, device, by=by)
    db.session.add(use)
    db.session.flush()
    report_hours(use)
    _tell(use, device, by=by)
    return use


def object_to(use_id: int, text: str, *, by: Actor) -> Use:
    """Object to what the other side wrote down; both texts stay side by side."""
    use = get_use(use_id, by)
    db.session.refresh(use, with_for_update=True)
    if by.municipality_id != use.municipality_id or use.resource.owner.municipality_id == use.municipality_id:
        raise NotAllowed
    if not text.strip():
        raise ObjectionEmpty
    if use.objected_by is not None:
        raise AlreadyObjected(use.objected_by.name)
    use.objection, use.objected_by_id, use.objected_at = text.strip()[:2000], by.person_id, clock.now()
    letters.post(
        use.entered_by_id,
        say("Widerspruch zur Nutzung: %(device)s", device=use.resource.name),
        [say("%(person)s, %(organisation)s, schreibt:", person=by.person_name, organisation=by.organisation_name), say("%(text)s", text=use.objection)],
        link=f"/buchung/heute/nutzung/{use.id}",
        about=("use", use.id),
    )
    _record("objected", use, by=by)
    return use


def _use(entry: Entry, device: Resource, *, by: Actor) -> Use:
    return Use(
        resource_id=device.id,
        quantity=entry.quantity,
        organisation_id=entry.organisation_id,
        municipality_id=municipality_of(entry.organisation_id),
        purpose=entry.purpose.strip(),
        out_at=entry.out_at,
        back_at=entry.back_at,
        operator=entry.operator.strip(),
        meter_out=entry.meter_out,
        meter_back=entry.meter_back,
        tariff_text=device.tariff_text,
        entered_later=True,
        entered_by_id=by.person_id,
    )


def _tell(use: Use, device: Resource, *, by: Actor) -> None:
    if use.organisation_id != by.organisation_id:
        subject = say("Nachgetragen: Nutzung von %(device)s", device=device.name)
        body = [
            say("Von %(start)s bis %(end)s, bedient von %(operator)s.", start=use.out_at, end=use.back_at, operator=use.operator),
            say("Eingetragen von %(person)s, %(organisation)s.", person=by.person_name, organisation=by.organisation_name),
            say("Stimmt etwas nicht, können Sie auf der Seite der Nutzung widersprechen."),
        ]
        for person in people_with(Permission.BOOKING_REQUEST, [use.organisation_id]):
            letters.post(person.id, subject, body, link=f"/buchung/heute/nutzung/{use.id}", about=("use", use.id))
    _record("entered", use, by=by)


def _record(act: str, use: Use, *, by: Actor) -> None:
    after = {"resource": use.resource_id, "out": use.out_at.isoformat(), "back": use.back_at and use.back_at.isoformat(), "for": use.organisation_id}
    if use.objection:
        after["objection"] = use.objection
    concerned = {use.municipality_id, by.municipality_id}
    journal.record(f"use.{act}", subject=("use", use.id), by=by, after=after, municipalities=concerned)
