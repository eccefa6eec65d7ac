"""The audit finds what the guard would never let in."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, text

from booking.queries.audit import excesses
from commons.clock import stopped_at
from commons.database import db, engine_name
from commons.jobs import _PERIODIC
from commons.journal import JournalEntry
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import book, hours, make_pool, make_resource
from verbund.commands import main


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


@pytest.fixture
def twice(world):
    """A device of which two bookings hold the same hour: the table's own guard was taken away before."""
    clerk, device = world.actor("ossling", Role.CLERK), make_resource()
    first, second = (book(device, hours(start, start + 1), by=clerk) for start in (9, 11))
    guard = "ALTER TABLE occupancy DROP CONSTRAINT excl_occupancy_single" if engine_name() == "postgresql" else "DROP TRIGGER excl_occupancy_single_update"
    db.session.execute(text(guard))
    moved = "UPDATE occupancy SET starts_at = (SELECT starts_at FROM occupancy WHERE booking_id = :first) WHERE booking_id = :second"
    db.session.execute(text(moved), {"first": first.id, "second": second.id})
    db.session.commit()
    return device


def test_audit_names_what_is_taken_twice(twice):
    [found] = excesses()

    assert (found.resource, found.at, found.taken, found.there) == (twice.key, hours(9, 10).start, 2, 1)


def test_nightly_audit_tells_who_keeps_the_system(twice, world):
    _PERIODIC["booking.audit"][1]()

    keeper = world.person_id("bernsdorf", Role.ADMINISTRATOR)
    letter = db.session.scalars(select(Letter).where(Letter.person_id == keeper)).one()
    assert str(letter.paragraphs[1]) == f"„{twice.key}“ ab 11.01.2027, 09:00 Uhr: 2 vergeben, 1 vorhanden."
    assert [entry.act for entry in db.session.scalars(select(JournalEntry).order_by(JournalEntry.id))][-1] == "booking.audit_failed"


def test_nightly_audit_of_lawful_bookings_tells_nobody(world):
    book(make_resource(), hours(9, 11), by=world.actor("ossling", Role.CLERK))
    before = db.session.scalar(select(func.count()).select_from(Letter))

    _PERIODIC["booking.audit"][1]()

    assert db.session.scalar(select(func.count()).select_from(Letter)) == before


def test_audit_command_names_what_is_taken_twice(twice, app, monkeypatch):
    monkeypatch.setenv("VERBUND_DATABASE_URL", app.config["SQLALCHEMY_DATABASE_URI"])
    monkeypatch.setenv("VERBUND_SECRET_KEY", "s" * 40)

    result = CliRunner().invoke(main, ["booking", "audit"])

    assert result.exit_code == 1
    assert [one["resource"] for one in json.loads(result.stdout)["excesses"]] == [twice.key]
