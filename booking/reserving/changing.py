"""Cancel, move and amend."""

from collections.abc import Mapping
from typing import Any

from booking import telling
from booking.models import Booking
from booking.periods import Period
from booking.placing import steps
from booking.placing.terms import Details, PurposeMissing, details_of, is_done, open_for_change, tell_changed, title_of, touch
from booking.queries.bookings import is_bookers_side
from booking.stages import check_open
from commons.errors import NotAllowed
from commons.people import Actor
from commons.words import say


def cancel(booking_id: int, *, reason: str = "", by: Actor, version: int | None = None) -> Booking:
    """Give a booking up; the owner who takes it away says why."""
    booking, _ = open_for_change(booking_id, by=by)
    if is_done(booking, "cancelled", by=by, version=version):
        return booking
    before = telling.snapshot(booking)
    steps.give_up(booking, reason=reason, by=by)
    tell_changed(booking, "cancelled", say("Buchung storniert: %(device)s", device=title_of(booking)), by=by, before=before)
    return booking


def move(booking_id: int, period: Period, *, reason: str = "", by: Actor, version: int | None = None) -> Booking:
    """Put a booking at another time: shorter keeps the owner's yes, otherwise the owner is asked again; the owner who moves it says why."""
    booking, locked = open_for_change(booking_id, by=by)
    if is_done(booking, "moved", by=by, version=version, as_asked=booking.period == period):
        return booking
    before = telling.snapshot(booking)
    steps.lift_off(booking, period, reason=reason, by=by)
    steps.put_down(booking, locked, period, by=by, reason=reason)
    tell_changed(booking, "moved", say("Buchung geändert: %(device)s", device=title_of(booking)), by=by, before=before)
    return booking


def amend(booking_id: int, *, details: Details, by: Actor, version: int | None = None) -> Booking:
    """Change purpose, note or contact; no rule on time or device is asked again."""
    if not details.purpose:
        raise PurposeMissing
    booking, _ = open_for_change(booking_id, by=by)
    if is_done(booking, "amended", by=by, version=version, as_asked=details_of(booking) == details):
        return booking
    check_open(booking.stage)
    if not is_bookers_side(booking, by):
        raise NotAllowed
    before = telling.snapshot(booking)
    booking.purpose, booking.note = details.purpose, details.note
    booking.contact_name, booking.contact_phone = details.contact_name, details.contact_phone
    touch(booking)
    _tell_amended(booking, by=by, before=before)
    return booking


def _tell_amended(booking: Booking, *, by: Actor, before: Mapping[str, Any]) -> None:
    """Write letters about a new purpose, which stands in the calendars of both sides; a note needs none."""
    if booking.purpose != before["purpose"]:
        tell_changed(booking, "amended", say("Zweck geändert: %(device)s", device=title_of(booking)), by=by, before=before)
        return
    news = telling.news_of(booking)
    telling.renew_calendar(news, at=booking.changed_at)
    telling.write_down("amended", news, by=by, before=before)
