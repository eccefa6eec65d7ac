"""The audit finds what the guard would never let in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from booking.queries.audit import excesses
from commons.clock import stopped_at
from commons.database import db, engine_name
from commons.permissions import Role
from tests.booking.builders import book, hours, make_pool, make_resource


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def test_audit_of_lawful_bookings_finds_nothing(world):
    clerk, device, pool = world.actor("ossling", Role.CLERK), make_resource(), make_pool(5)
    for start in (9, 10, 11):
        book(device, hours(start, start + 1), by=clerk)
        book(pool, hours(start, start + 2), by=clerk, quantity=2)

    assert excesses() == []


def test_audit_names_what_is_taken_twice(world):
    clerk, device = world.actor("ossling", Role.CLERK), make_resource()
    first, second = (book(device, hours(start, start + 1), by=clerk) for start in (9, 11))
    assert first.id != second.id
    guard = "ALTER TABLE occupancy DROP CONSTRAINT excl_occupancy_single" if engine_name() == "postgresql" else "DROP TRIGGER excl_occupancy_single_update"
    db.session.execute(text(guard))
    moved = "UPDATE occupancy SET starts_at = (SELECT starts_at FROM occupancy WHERE booking_id = :first) WHERE booking_id = :second"
    db.session.execute(text(moved), {"first": first.id, "second": second.id})

    [found] = excesses()

    assert (found.resource, found.at, found.taken, found.there) == (device.key, hours(9, 10).start, 2, 1)
