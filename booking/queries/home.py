"""What booking tells the start page and the search about one person."""

from sqlalchemy import or_, select

from booking.models import Booking, Resource, Standing
from booking.periods import in_words
from booking.queries.alerts import urgent
from booking.queries.bookings import my_bookings, visible_to
from booking.queries.deciding import Asked, asked_of_me
from booking.queries.handover import today
from booking.queries.waiting import my_wishes
from booking.stages import LABELS
from commons.database import db
from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Hit, Task
from commons.words import Message, say

MOST = 20


def of_the_day(actor: Actor) -> list[tuple[Message, str, int]]:
    """Count for who hands devices over what goes out and comes back today, and the requests that wait; with the place on the page of the day."""
    if not actor.may(Permission.HANDOVER_RECORD):
        return []
    day = today(actor)
    asked = [(say("Anfragen"), "anfragen", len(asked_of_me(actor)))] if actor.may(Permission.BOOKING_APPROVE) else []
    return [(say("Heute raus"), "raus", len(day.out)), (say("Heute zurück"), "zurueck", len(day.due_back)), *asked]


def tasks_for(actor: Actor) -> list[Task]:
    """Return what was taken from this person, which devices an incident asks for, and the requests that wait for a decision."""
    return [*urgent(actor), *_offered(actor), *_to_decide(actor)]


def _offered(actor: Actor) -> list[Task]:
    return [
        Task(
            title=say("Angebot der Warteliste annehmen: %(device)s", device=wish.resource.name),
            endpoint="reserving.list_waiting",
            values={},
            detail=in_words(wish.starts_at, wish.ends_at),
            due=wish.offered_until,
        )
        for wish in my_wishes(actor)
        if wish.standing is Standing.OFFERED
    ]


def _to_decide(actor: Actor) -> list[Task]:
    if not actor.may(Permission.BOOKING_APPROVE):
        return []
    return [_asked(asked) for asked in asked_of_me(actor)]


def _asked(asked: Asked) -> Task:
    first, when = asked.first, in_words(asked.first.starts_at, asked.first.ends_at)
    if asked.series_id is None:
        title, endpoint, values = say("Anfrage entscheiden: %(devices)s", devices=_devices(first)), "reserving.show_booking", {"booking_id": first.id}
        detail = say("%(organisation)s, %(time)s", organisation=first.for_organisation.name, time=when)
    else:
        title, endpoint, values = say("Serie entscheiden: %(devices)s", devices=_devices(first)), "reserving.show_series", {"series_id": asked.series_id}
        detail = say("%(organisation)s, %(count)s Termine, der erste %(time)s", organisation=first.for_organisation.name, count=asked.count, time=when)
    return Task(title=title, endpoint=endpoint, values=values, detail=detail, since=first.created_at, due=first.starts_at)


def mine(actor: Actor) -> list[Task]:
    """Return the person's coming bookings."""
    return [
        Task(
            title=say("%(devices)s: %(stage)s", devices=_devices(booking), stage=LABELS[booking.stage]),
            endpoint="reserving.show_booking",
            values={"booking_id": booking.id},
            detail=in_words(booking.starts_at, booking.ends_at),
        )
        for booking in my_bookings(actor)[:MOST]
    ]


def search(actor: Actor, text: str) -> list[Hit]:
    """Find devices by name, features or place, and bookings that the actor may see by purpose."""
    return _devices_like(text, actor) + _bookings_like(text, actor)


def _devices_like(text: str, actor: Actor) -> list[Hit]:
    if not actor.may(Permission.RESOURCE_READ):
        return []
    query = select(Resource).where(
        Resource.retired_at.is_(None), or_(Resource.name.icontains(text, autoescape=True), Resource.notes.icontains(text, autoescape=True))
    )
    return [
        Hit(kind=say("Gerät"), title=device.name, endpoint="fleet.show_resource", values={"resource_id": device.id}, detail=device.site.name)
        for device in db.session.scalars(query.order_by(Resource.name).limit(MOST))
    ]


def _bookings_like(text: str, actor: Actor) -> list[Hit]:
    query = select(Booking).where(visible_to(actor), Booking.purpose.icontains(text, autoescape=True)).order_by(Booking.starts_at.desc()).limit(MOST)
    return [
        Hit(
            kind=say("Buchung"),
            title=booking.purpose,
            endpoint="reserving.show_booking",
            values={"booking_id": booking.id},
            detail=say("%(devices)s, %(start)s", devices=_devices(booking), start=booking.starts_at),
        )
        for booking in db.session.scalars(query)
    ]


def _devices(booking: Booking) -> str:
    return ", ".join(f"{item.quantity} × {item.resource.name}" if item.quantity > 1 else item.resource.name for item in booking.items)
