"""Say yes or no as the owner."""

from booking import telling
from booking.models import Booking
from booking.placing import steps
from booking.placing.terms import is_done, open_for_change, tell_changed, title_of
from booking.stages import Stage
from commons.people import Actor
from commons.words import say


def approve(booking_id: int, *, by: Actor, version: int | None = None) -> Booking:
    """Say yes for the devices one decides on; confirmed once every owner has."""
    booking, locked = open_for_change(booking_id, by=by)
    if is_done(booking, "approved", by=by, version=version):
        return booking
    before = telling.snapshot(booking)
    steps.say_yes(booking, locked, by=by)
    device = title_of(booking)
    subject, owners = say("Ihre Buchung wurde bestätigt: %(device)s", device=device), say("Anfrage bestätigt: %(device)s", device=device)
    if booking.stage is not Stage.CONFIRMED:
        subject = owners = say("Eine Zusage liegt vor, eine fehlt noch: %(device)s", device=device)
    tell_changed(booking, "approved", subject, by=by, before=before, owners=owners)
    return booking


def decline(booking_id: int, *, reason: str, by: Actor, version: int | None = None) -> Booking:
    """Say no with a reason; the time is free again."""
    booking, _ = open_for_change(booking_id, by=by)
    if is_done(booking, "declined", by=by, version=version):
        return booking
    before = telling.snapshot(booking)
    steps.say_no(booking, reason=reason, by=by)
    device = title_of(booking)
    subject, owners = say("Ihre Anfrage wurde abgelehnt: %(device)s", device=device), say("Anfrage abgelehnt: %(device)s", device=device)
    tell_changed(booking, "declined", subject, by=by, before=before, owners=owners)
    return booking
