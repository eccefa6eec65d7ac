"""The table itself refuses what the guard function would, whoever writes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from booking import fleet, incidents, waiting
from booking.models import Occupancy, Resource
from booking.models.guards import POOL_GUARD, SINGLE_GUARD
from booking.occupying import Wish
from commons.clock import stopped_at
from commons.database import constraint_of, db, engine_name, write
from commons.permissions import Role
from tests.booking.builders import BERLIN, at, book, hours, make_kit, make_pool, make_resource, occupied
from tests.booking.emergencies import blocks, take
from tests.booking.guard_machine import registration_with

TODAY = datetime(2027, 1, 4, tzinfo=BERLIN)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def write_past_the_guard(resource, period, booking_id, *, quantity=1, exclusive=True):
    row = {"resource_id": resource.id, "starts_at": period.start, "ends_at": period.end, "quantity": quantity, "exclusive": exclusive, "booking_id": booking_id}
    db.session.execute(insert(Occupancy.__table__), row)


def test_table_refuses_overlap_of_a_single_device(clerk):
    device, other = make_resource(), make_resource()
    book(device, hours(9, 11), by=clerk)
    placed = book(other, hours(9, 11), by=clerk)

    with pytest.raises(DBAPIError) as refusal:
        write_past_the_guard(device, hours(10, 12), placed.id)
    assert constraint_of(refusal.value) == SINGLE_GUARD
    db.session.rollback()
    write_past_the_guard(device, hours(11, 12), placed.id)


def test_table_refuses_a_single_device_also_where_the_row_says_that_it_is_none(clerk):
    device, other = make_resource(), make_resource()
    book(device, hours(9, 11), by=clerk)
    placed = book(other, hours(9, 11), by=clerk)

    with pytest.raises(DBAPIError) as refusal:
        write_past_the_guard(device, hours(10, 12), placed.id, exclusive=False)
    assert constraint_of(refusal.value) == POOL_GUARD


def test_table_refuses_more_than_a_pool_has(clerk):
    pool, other = make_pool(5), make_resource()
    book(pool, hours(9, 11), by=clerk, quantity=3)
    book(pool, hours(11, 13), by=clerk, quantity=3)
    placed = book(other, hours(9, 11), by=clerk)

    write_past_the_guard(pool, hours(9, 13), placed.id, quantity=2, exclusive=False)
    with pytest.raises(DBAPIError) as refusal:
        write_past_the_guard(pool, hours(12, 14), placed.id, exclusive=False)
    assert constraint_of(refusal.value) == POOL_GUARD


def test_table_refuses_moving_into_another(clerk):
    device = make_resource()
    book(device, hours(9, 11), by=clerk)
    placed = book(device, hours(12, 13), by=clerk)

    with pytest.raises(DBAPIError) as refusal:
        db.session.execute(text("UPDATE occupancy SET starts_at = (SELECT MIN(starts_at) FROM occupancy) WHERE booking_id = :id"), {"id": placed.id})
    assert constraint_of(refusal.value) == SINGLE_GUARD


def test_table_refuses_occupancy_without_or_with_two_claims(clerk):
    device = make_resource()

    with pytest.raises(DBAPIError, match="one_claim"):
        write_past_the_guard(device, hours(9, 11), None)


def test_guards_are_all_there(app):
    if engine_name() == "sqlite":
        query = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'occupancy'"
        expected = 4
    else:
        query = "SELECT (SELECT COUNT(*) FROM pg_constraint WHERE contype = 'x') + (SELECT COUNT(*) FROM pg_trigger WHERE tgname = 'peak_occupancy_pool')"
        expected = 2

    assert db.session.execute(text(query)).scalar_one() == expected


def test_part_that_is_ready_again_stays_blocked_with_its_whole(world):
    chief = world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF)
    part = make_resource()
    take(make_kit(part), by=chief)
    take(part, by=chief)

    write(incidents.ready, blocks()[1].id, by=chief)

    assert [(period.start, period.end) for period in occupied(part)] == [(at(9, day=TODAY), at(21, day=TODAY))]


def test_smaller_pool_lets_go_what_is_only_held_for_a_form(world, clerk):
    pool, head = make_pool(3), world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    write(waiting.hold, [Wish(resource_id=pool.id, quantity=3)], hours(9, 11), by=clerk)

    write(fleet.change, pool.id, registration_with(pool, quantity=2), version=pool.version, by=head)

    assert occupied(pool) == []
    assert db.session.get_one(Resource, pool.id).quantity == 2
