"""Remind bookers of what they fetch tomorrow."""

from datetime import timedelta

from sqlalchemy import exists, select

from booking import telling
from booking.models import Booking, BookingItem, Reminder
from booking.placing.terms import lock_for_change, title_of
from booking.stages import Stage
from commons import clock, jobs
from commons.calendar_days import berlin, day_bounds, today_of
from commons.database import db, write
from commons.words import Message, say

EARLIEST_HOUR = 5  # before the digest of the day goes out


@jobs.periodic("booking.remind", every=timedelta(minutes=30))
def remind_of_tomorrow() -> None:
    """Write in the morning to everybody whose confirmed booking starts on the next day and was made before today."""
    at = clock.now()
    if berlin(at).hour < EARLIEST_HOUR:
        return
    start, end = day_bounds(today_of(at) + timedelta(days=1))
    told = exists().where(Reminder.booking_id == Booking.id, Reminder.starts_at == Booking.starts_at)
    query = select(Booking.id).where(Booking.stage == Stage.CONFIRMED, Booking.starts_at >= start, Booking.starts_at < end, ~told)
    ids = list(db.session.scalars(query.where(Booking.created_at < day_bounds(today_of(at))[0]).order_by(Booking.id)))
    db.session.rollback()
    for booking_id in ids:
        write(_remind, booking_id)


def _remind(booking_id: int) -> None:
    lock_for_change(booking_id)
    booking = db.session.get_one(Booking, booking_id, populate_existing=True)
    told = db.session.scalar(select(Reminder.booking_id).where(Reminder.booking_id == booking.id, Reminder.starts_at == booking.starts_at))
    if booking.stage is not Stage.CONFIRMED or told is not None:
        return  # cancelled or told meanwhile
    body = [say("Von %(start)s bis %(end)s.", start=booking.starts_at, end=booking.ends_at), *(line for item in booking.items for line in _where(item))]
    subject = say("Morgen: %(device)s", device=title_of(booking))
    telling.remind_booker(telling.news_of(booking), subject, body)
    db.session.add(Reminder(booking_id=booking.id, starts_at=booking.starts_at))
    db.session.flush()


def _where(item: BookingItem) -> list[Message]:
    """Say where a device is fetched, whom to call and where the key is."""
    device = item.resource
    lines = [say("%(number)s × %(device)s, Standort %(site)s.", number=item.quantity, device=device.name, site=device.site.name)]
    if device.contact:
        lines.append(say("Kontakt: %(contact)s.", contact=device.contact))
    if device.key_place:
        lines.append(say("Schlüssel: %(place)s.", place=device.key_place))
    return lines
