"""Say yes or no as the owner."""

from booking import telling
from booking.models import Booking
from booking.placing import steps
from booking.placing.terms import open_for_change, tell_changed, title_of
from commons.people import Actor
from commons.words import say


def approve(booking_id: int, *, by: Actor, version: int | None = None) -> Booking:
    """Say yes for the devices one decides on; confirmed once every owner has."""
    booking, locked = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    steps.say_yes(booking, locked, by=by)
    tell_changed(booking, "approved", say("Ihre Buchung wurde bestätigt: %(device)s", device=title_of(booking)), by=by, before=before)
    return booking


def decline(booking_id: int, *, reason: str, by: Actor, version: int | None = None) -> Booking:
    """Say no with a reason; the time is free again."""
    booking, _ = open_for_change(booking_id, by=by, version=version)
    before = telling.snapshot(booking)
    steps.say_no(booking, reason=reason, by=by)
    tell_changed(booking, "declined", say("Ihre Anfrage wurde abgelehnt: %(device)s", device=title_of(booking)), by=by, before=before)
    return booking
