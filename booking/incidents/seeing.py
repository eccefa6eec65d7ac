"""Whoever lost a device says that it was read, and what is taken instead."""

from booking.models import Displacement
from booking.queries.numbers import check_number
from commons import clock, journal
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor


def acknowledge(displacement_id: int, *, by: Actor) -> Displacement:
    """Note that the notice was read; until then the board shows a telephone number."""
    found = _mine(displacement_id, by)
    if found.seen_at is None:
        found.seen_at = clock.now()
        journal.record("displacement.read", subject=("booking", found.booking_id), by=by)
    return found


def note_accepted(displacement_id: int, booking_id: int, *, by: Actor) -> None:
    """Note what was taken instead."""
    found = _mine(displacement_id, by)
    found.accepted_id, found.seen_at = booking_id, found.seen_at or clock.now()
    journal.record("displacement.accepted", subject=("booking", found.booking_id), by=by, after={"instead": booking_id})


def _mine(displacement_id: int, by: Actor) -> Displacement:
    check_number(displacement_id)
    found = db.session.get(Displacement, displacement_id)
    if found is None or (found.person_id != by.person_id and found.booking.for_organisation_id != by.organisation_id):
        raise NotFound
    return found
