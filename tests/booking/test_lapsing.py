"""Requests that nobody answers."""

from datetime import UTC, datetime, timedelta

import pytest

from booking import reserving
from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons import jobs
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import approved_by, book, hours, occupied

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def clerk(world):
    with stopped_at(NOW):
        yield world.actor("ossling", Role.CLERK)


@pytest.mark.parametrize(("hours_later", "stage"), [(167, Stage.REQUESTED), (169, Stage.LAPSED)], ids=["in_time", "too_old"])
def test_request_lapses_after_a_week(clerk, hours_later, stage):
    device = approved_by()
    placed = book(device, hours(24 * 20, 24 * 20 + 2), by=clerk)

    with stopped_at(NOW + timedelta(hours=hours_later)):
        reserving.lapse_unanswered()

    assert get_booking(placed.id, clerk).stage is stage
    assert bool(occupied(device)) is (stage is Stage.REQUESTED)


def test_request_lapses_when_its_time_has_come_and_both_sides_hear(clerk, world):
    placed = book(approved_by(), hours(9, 11), by=clerk)

    with stopped_at(hours(9, 11).start + timedelta(minutes=1)):
        reserving.lapse_unanswered()
        reserving.lapse_unanswered()

    assert [entry.act for entry in entries_about("booking", placed.id)] == ["booking.requested", "booking.lapsed"]
    told = {letter.person_id for letter in db.session.query(Letter) if "verfallen" in str(letter.subject_line)}
    assert told == {clerk.person_id, world.person_id("bernsdorf", Role.BUILDING_YARD_HEAD)}


def test_answered_request_does_not_lapse(clerk, world):
    placed = book(approved_by(), hours(9, 11), by=clerk)
    write(reserving.approve, placed.id, by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))

    with stopped_at(NOW + timedelta(days=30)):
        reserving.lapse_unanswered()
        write(reserving.lapse, placed.id)

    assert get_booking(placed.id, clerk).stage is Stage.CONFIRMED


def test_worker_knows_the_work():
    assert "booking.lapse_requests" in jobs._PERIODIC
