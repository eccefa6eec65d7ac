"""A device that is not back in time: who has it is reminded, and whoever comes next is warned with what is free instead."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from booking.models import Booking, BookingItem, OverdueNotice, Resource
from booking.placing.terms import lock_for_change, title_of
from booking.queries.house import house_numbers
from booking.queries.offers import alternatives
from booking.stages import MOVABLE, Stage
from commons import clock, jobs, journal, letters
from commons.calendar_days import today_of
from commons.database import db, write
from commons.people import find_actor
from commons.words import Message, say


@jobs.periodic("booking.warn_overdue", every=timedelta(minutes=10))
def warn_all() -> None:
    """Look at everything that should be back, each booking in a transaction of its own."""
    late = select(Booking.id).where(Booking.stage == Stage.OUT, Booking.ends_at < clock.now()).order_by(Booking.id)
    ids = list(db.session.scalars(late))
    db.session.rollback()
    for booking_id in ids:
        write(warn, booking_id)


def warn(late_id: int) -> None:
    """Remind, once, who has the device; warn, once each, who booked it next."""
    lock_for_change(late_id)
    late = db.session.get_one(Booking, late_id, populate_existing=True)
    if late.stage is not Stage.OUT or late.ends_at >= clock.now():
        return  # back meanwhile
    if _is_news(late, late):
        subject = say("Überfällig: Bitte bringen Sie zurück, %(device)s", device=title_of(late))
        letters.post_at_once(late.created_by_id, subject, [_until(late)], link=f"/buchung/{late.id}", about=("booking", late.id))
        _record("overdue", late)
    for item in late.items:
        for following in _following(item):
            if _is_news(late, following):
                _warn(following, item, late)


def tell_back(booking: Booking) -> None:
    """Tell whom it had warned that the device is back."""
    told = select(OverdueNotice.next_id).where(OverdueNotice.late_id == booking.id, OverdueNotice.next_id != booking.id)
    query = select(Booking).where(Booking.id.in_(told), Booking.stage.in_(MOVABLE)).order_by(Booking.id)
    for following in db.session.scalars(query):
        subject = say("Wieder da: %(device)s, Ihre Buchung bleibt bestehen", device=title_of(booking))
        body = [say("Von %(start)s bis %(end)s.", start=following.starts_at, end=following.ends_at)]
        letters.post_at_once(following.created_by_id, subject, body, link=f"/buchung/{following.id}", about=("booking", following.id))


def _following(item: BookingItem) -> Sequence[Booking]:
    """Return who takes the device within the warned time; of a pool only who would get too few."""
    minutes = house_numbers("incident_warning_minutes", day=today_of(clock.now()))["incident_warning_minutes"]
    enough = Resource.quantity - item.quantity
    query = (
        select(Booking)
        .join(BookingItem, BookingItem.booking_id == Booking.id)
        .join(Resource, Resource.id == BookingItem.resource_id)
        .where(BookingItem.resource_id == item.resource_id, BookingItem.quantity > enough, Booking.stage.in_(MOVABLE))
        .where(Booking.starts_at >= item.booking.ends_at, Booking.starts_at < clock.now() + timedelta(minutes=minutes))
    )
    return db.session.scalars(query.options(selectinload(Booking.items)).order_by(Booking.starts_at, Booking.id)).all()


def _is_news(late: Booking, following: Booking) -> bool:
    if db.session.get(OverdueNotice, (late.id, following.id)) is not None:
        return False
    db.session.add(OverdueNotice(late_id=late.id, next_id=following.id))
    db.session.flush()
    return True


def _warn(following: Booking, item: BookingItem, late: Booking) -> None:
    body = [
        _until(late),
        say("Ihre Buchung von %(start)s bis %(end)s ist gefährdet.", start=following.starts_at, end=following.ends_at),
        *_instead(following, item),
    ]
    subject = say("Noch nicht zurück: %(device)s, Ihre Buchung ist gefährdet", device=item.resource.name)
    letters.post_at_once(following.created_by_id, subject, body, link=f"/buchung/{following.id}", about=("booking", following.id))
    _record("overdue_warned", following)


def _instead(following: Booking, item: BookingItem) -> list[Message]:
    actor = find_actor(following.created_by_id, following.for_organisation_id)
    found = alternatives(item.resource_id, following.period, quantity=item.quantity, actor=actor) if actor else []
    lines = [
        say("%(device)s: %(start)s bis %(end)s (%(reason)s)", device=one.name, start=one.period.start, end=one.period.end, reason=one.reason) for one in found
    ]
    return [say("Frei wäre stattdessen; auf der Seite der Buchung können Sie tauschen oder verlegen:"), *lines] if lines else []


def _until(late: Booking) -> Message:
    return say("%(device)s sollte am %(end)s zurück sein.", device=title_of(late), end=late.ends_at)


def _record(act: str, booking: Booking) -> None:
    owners = {item.resource.owner.municipality_id for item in booking.items}
    after = {"end": booking.ends_at.isoformat()}
    journal.record(f"booking.{act}", subject=("booking", booking.id), by=None, after=after, municipalities={booking.for_municipality_id, *owners})
