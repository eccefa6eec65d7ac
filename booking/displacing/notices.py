"""Tell who loses a device, who may lose it next, and its owner; with what is free instead."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking import telling
from booking.displacing.ousting import Lost, Ousted, reaches
from booking.exchange import ical
from booking.models import Block, Booking, BookingItem, Cause, Displacement, Effect, Resource
from booking.occupying import Parts, parts_of
from booking.periods import Period
from booking.queries.approval import deciders
from booking.queries.displaced import SCOPE
from booking.queries.offers import Alternative, alternatives
from booking.stages import OPEN
from commons import clock, letters, tokens
from commons.database import db
from commons.deputies import standing_in_for
from commons.letters import CalendarPart
from commons.people import Actor, Person, actors_of, find_actor
from commons.words import Message, say

# One word and no free text: who is displaced learns that it is an incident, not which.
CAUSES: dict[Cause, Message] = {
    Cause.INCIDENT: say("Einsatz"),
    Cause.RECALL: say("Rückruf durch den Eigentümer"),
    Cause.DEFECT: say("Defekt"),
    Cause.TEST: say("Prüfung"),
    Cause.LIMITED: say("eingeschränkt"),
}
SUBJECTS: dict[Effect, Message] = {
    Effect.DISPLACED: say("%(cause)s: Ihre Buchung entfällt, %(device)s"),
    Effect.RECALLED: say("%(cause)s: Bitte bringen Sie sofort zurück, %(device)s"),
    Effect.WARNED: say("%(cause)s: Ihre Buchung ist gefährdet, %(device)s"),
}
SENTENCES: dict[Effect, Message] = {
    Effect.DISPLACED: say("Das Gerät steht Ihnen in dieser Zeit nicht zur Verfügung. Bitte rechnen Sie nicht mehr damit."),
    Effect.RECALLED: say("Das Gerät wird sofort gebraucht. Bitte beenden Sie die Arbeit und bringen Sie es zurück."),
    Effect.WARNED: say("Das Gerät ist noch nicht wieder bereit. Dauert es an, entfällt Ihre Buchung; Sie erfahren das sofort."),
}


def tell_displaced(block: Block, ousted: Ousted, *, by: Actor | None) -> None:
    """Write down what a booking lost, renew its calendar and write to who booked."""
    booking = ousted.booking
    news = telling.news_of(booking)
    event = telling.renew_calendar(news, at=booking.changed_at)
    noted = [_note(block, booking, lost, ousted.effect) for lost in ousted.lost]
    db.session.flush()
    cancelled = event if event.status is ical.Status.CANCELLED else None
    for displacement, lost in zip(noted, ousted.lost, strict=True):
        _write(displacement, lost.name, cause=block.cause, cancelled=cancelled, remaining=booking.stage in OPEN and ousted.effect is Effect.DISPLACED)
    telling.write_down(ousted.effect.value, news, by=by, before=ousted.before)


def tell_warned(block: Block, booking_ids: Iterable[int], resource_ids: set[int], parts: Parts) -> None:
    """Warn, once, whom the block displaces next if it goes on."""
    told = set(db.session.scalars(select(Displacement.booking_id).where(Displacement.block_id == block.id)))
    query = select(Booking).where(Booking.id.in_(set(booking_ids) - told)).order_by(Booking.id)
    warned = db.session.scalars(query.options(selectinload(Booking.items).joinedload(BookingItem.resource))).all()
    for booking in warned:
        known = parts | _parts(booking)
        for item in booking.items:
            if reaches(item.resource_id, resource_ids, known) or item.substitute_id in resource_ids:
                lost = Lost(resource_id=item.resource_id, name=item.resource.name, quantity=item.quantity)
                displacement = _note(block, booking, lost, Effect.WARNED)
                db.session.flush()
                _write(displacement, lost.name, cause=block.cause)
        telling.write_down(Effect.WARNED.value, telling.news_of(booking), by=None)


def tell_owner(block: Block, *, by: Actor) -> None:
    """Tell the people who keep a device that it is not available."""
    device = db.session.get_one(Resource, block.resource_id)
    subject = say("%(cause)s: %(device)s ist nicht verfügbar", cause=CAUSES[block.cause], device=device.name)
    body = [
        say("%(number)s × %(device)s, Standort %(site)s.", number=block.quantity, device=device.name, site=device.site.name),
        say("Gemeldet von %(person)s, %(organisation)s, seit %(since)s.", person=by.person_name, organisation=by.organisation_name, since=block.since),
    ]
    for person_id in deciders(device.owner_id, device.approval_by):
        if person_id != by.person_id:
            letters.post_at_once(person_id, subject, body, link=f"/buchung/geraete/{device.id}", about=("block", block.id))


def tell_back(block: Block) -> None:
    """Tell whom it had warned that the device is back in time."""
    device = db.session.get_one(Resource, block.resource_id)
    query = select(Displacement).join(Booking, Booking.id == Displacement.booking_id).where(Displacement.block_id == block.id)
    for warned in db.session.scalars(
        query.where(Displacement.effect == Effect.WARNED, Displacement.accepted_id.is_(None), Booking.stage.in_(OPEN)).order_by(Displacement.id)
    ).all():
        subject = say("Wieder bereit: %(device)s, Ihre Buchung bleibt bestehen", device=device.name)
        body = [say("Von %(start)s bis %(end)s.", start=warned.starts_at, end=warned.ends_at)]
        letters.post_at_once(warned.person_id, subject, body, link=f"/buchung/{warned.booking_id}", about=("booking", warned.booking_id))


def offered(displacement: Displacement) -> list[Alternative]:
    """Return what is free now instead of what somebody lost."""
    start = max(displacement.starts_at, clock.now())
    booking = displacement.booking
    actor = find_actor(displacement.person_id, booking.for_organisation_id) or next(iter(actors_of(displacement.person_id)), None)
    if actor is None or start >= displacement.ends_at:
        return []
    found = alternatives(displacement.resource_id, Period(start, displacement.ends_at), quantity=displacement.quantity, actor=actor)
    # An endangered booking still stands: its other devices stay at their time.
    stays = displacement.effect is Effect.WARNED and len(booking.items) > 1
    return [one for one in found if one.period == displacement.period] if stays else found


def _note(block: Block, booking: Booking, lost: Lost, effect: Effect) -> Displacement:
    noted = Displacement(block_id=block.id, booking=booking, resource_id=lost.resource_id, quantity=lost.quantity, effect=effect)
    noted.starts_at, noted.ends_at, noted.person_id = booking.starts_at, booking.ends_at, booking.created_by_id
    db.session.add(noted)
    return noted


def _write(displacement: Displacement, device: str, *, cause: Cause, cancelled: ical.Event | None = None, remaining: bool = False) -> None:
    """Write the letter, at once even to who wants one letter a day."""
    subject = say(SUBJECTS[displacement.effect].text, cause=CAUSES[cause], device=device)
    body = [
        say("%(number)s × %(device)s", number=displacement.quantity, device=device),
        say("Von %(start)s bis %(end)s.", start=displacement.starts_at, end=displacement.ends_at),
        say("Grund: %(cause)s.", cause=CAUSES[cause]),
        SENTENCES[displacement.effect],
        *([say("Die übrigen Geräte Ihrer Buchung behalten Sie.")] if remaining else []),
        *_choices(offered(displacement)),
    ]
    calendar = _calendar(displacement.person_id, cancelled) if cancelled else None
    secret = tokens.invite(SCOPE, displacement.id, until=max(displacement.ends_at, clock.now() + timedelta(hours=1)), by=None)
    link = f"/buchung/ersatz/offen/{secret}"
    letters.post_at_once(displacement.person_id, subject, body, link=link, calendar=calendar, about=("booking", displacement.booking_id))
    for person_id in standing_in_for(displacement.person_id, displacement.booking.for_organisation_id):
        letters.post_at_once(person_id, subject, body, link=f"/buchung/ersatz/{displacement.id}", about=("booking", displacement.booking_id))


def _choices(found: Sequence[Alternative]) -> list[Message]:
    if not found:
        return [say("In den nächsten vier Wochen ist nichts Gleichwertiges frei.")]
    lines = [
        say("%(device)s: %(start)s bis %(end)s (%(reason)s)", device=one.name, start=one.period.start, end=one.period.end, reason=one.reason) for one in found
    ]
    return [say("Frei wäre stattdessen; auf der verlinkten Seite nehmen Sie es mit einem Tipp an:"), *lines]


def _calendar(person_id: int, event: ical.Event) -> CalendarPart | None:
    email = db.session.scalar(select(Person.email).where(Person.id == person_id))
    if not email:
        return None
    addressed = ical.addressed(event, organizer=str(current_app.config.get("MAIL_SENDER", "")), attendee=email)
    return CalendarPart(method="CANCEL", content=ical.message(addressed, method="CANCEL"))


def _parts(booking: Booking) -> Parts:
    return parts_of({item.resource_id for item in booking.items})
