"""The audit finds what the guard would never let in."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, select, text, update

from booking import fleet
from booking.models import Booking, Occupancy
from booking.queries.audit import excesses, unheld
from commons.clock import stopped_at
from commons.database import db, engine_name, write
from commons.jobs import _PERIODIC
from commons.journal import JournalEntry
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import book, hours, make_kit, make_pool, make_resource
from verbund.commands import main

DROP = {
    "postgresql": {
        "excl_occupancy_single_update": "ALTER TABLE occupancy DROP CONSTRAINT excl_occupancy_single",
        "peak_occupancy_pool_update": "DROP TRIGGER peak_occupancy_pool ON occupancy",
    },
    "sqlite": {name: f"DROP TRIGGER {name}" for name in ("excl_occupancy_single_update", "peak_occupancy_pool_update")},
}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def test_audit_of_lawful_bookings_finds_nothing(world):
    clerk, device, pool = world.actor("ossling", Role.CLERK), make_resource(), make_pool(5)
    for start in (9, 10, 11):
        book(device, hours(start, start + 1), by=clerk)
        book(pool, hours(start, start + 2), by=clerk, quantity=2)

    assert (excesses(), unheld()) == ([], [])


@pytest.fixture
def twice(world):
    """A device of which two bookings hold the same hour: the table's own guard was taken away before."""
    clerk, device = world.actor("ossling", Role.CLERK), make_resource()
    first, second = (book(device, hours(start, start + 1), by=clerk) for start in (9, 11))
    db.session.execute(text(DROP[engine_name()]["excl_occupancy_single_update"]))
    moved = "UPDATE occupancy SET starts_at = (SELECT starts_at FROM occupancy WHERE booking_id = :first) WHERE booking_id = :second"
    db.session.execute(text(moved), {"first": first.id, "second": second.id})
    db.session.commit()
    return device


def test_audit_names_what_is_taken_twice(twice):
    [found] = excesses()

    assert (found.resource, found.at, found.taken, found.there) == (twice.key, hours(9, 10).start, 2, 1)


@pytest.fixture
def planted(world):
    """Past the guard: a part of a kit given away, more of a pool, a booking inside a closure and one inside another's buffer, a time changed by hand."""
    clerk, guard = world.actor("ossling", Role.CLERK), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    part, pool, closed, buffered, shifted = make_resource(), make_pool(3), make_resource(), make_resource(buffer_after_min=60), make_resource()
    made = [book(one, hours(9, 11), by=clerk) for one in (make_kit(part), pool, closed, buffered, shifted)]
    later = [book(one, hours(14, 15), by=clerk) for one in (pool, buffered)]
    closure = write(fleet.close, closed.id, hours(12, 13), reason="Reparatur", by=guard)
    for name in ("excl_occupancy_single_update", "peak_occupancy_pool_update"):
        db.session.execute(text(DROP[engine_name()][name]))
    nine, twelve = hours(9, 10).start, hours(12, 13).start
    change = update(Occupancy).execution_options(synchronize_session=False)
    db.session.execute(delete(Occupancy).where(Occupancy.resource_id == part.id))
    db.session.execute(change.where(Occupancy.booking_id == later[0].id).values(starts_at=nine, quantity=3))
    db.session.execute(change.where(Occupancy.closure_id == closure.id).values(starts_at=nine))
    db.session.execute(change.where(Occupancy.booking_id == made[3].id).values(ends_at=hours(9, 11).end))
    db.session.execute(change.where(Occupancy.booking_id == later[1].id).values(starts_at=hours(11, 12).start, ends_at=twelve))
    db.session.execute(update(Booking).where(Booking.id == later[1].id).values(starts_at=hours(11, 12).start, ends_at=twelve))
    db.session.execute(update(Booking).where(Booking.id == made[4].id).values(starts_at=hours(7, 8).start))
    db.session.commit()
    return {"excesses": {pool.key, closed.key, buffered.key}, "unheld": {(made[0].id, part.key), (made[4].id, shifted.key)}}


def test_audit_finds_what_was_planted_in_pools_kits_buffers_and_closures(planted):
    assert {one.resource for one in excesses()} == planted["excesses"]
    assert {(one.booking_id, one.resource) for one in unheld()} == planted["unheld"]


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
