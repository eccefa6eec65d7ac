"""Holds: short, anonymous, and gone in time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from booking import waiting
from booking.models import Hold, Occupancy
from booking.occupying import Wish
from booking.queries.availability import all_free_in, free_in, free_stretches, taken_in
from booking.rules.occupancy import PeriodTaken, PoolExhausted
from commons.clock import stopped_at
from commons.database import db, write
from tests.booking.builders import book, hours, make_pool, make_resource, occupied

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def hold(device, period, *, by, quantity=1) -> Hold:
    return write(waiting.hold, [Wish(resource_id=device.id, quantity=quantity)], period, by=by)


def test_hold_keeps_others_away_for_ten_minutes(clerk, neighbour):
    device = make_resource()
    hold(device, hours(9, 11), by=clerk)

    with stopped_at(NOW + timedelta(minutes=9)):
        assert all_free_in(hours(10, 12))[device.id].left == 0
        with pytest.raises(PeriodTaken) as refusal:
            book(device, hours(10, 12), by=neighbour)
        assert refusal.value.rivals[0].booking_id is None
    with stopped_at(NOW + timedelta(minutes=10)):
        assert all_free_in(hours(10, 12))[device.id].left == 1
        book(device, hours(10, 12), by=neighbour)
    assert occupied(device) == [hours(10, 12)]


def test_hold_of_a_pool_expires_in_the_table_too(clerk, neighbour):
    pool = make_pool(5)
    hold(pool, hours(9, 11), by=clerk, quantity=4)

    with pytest.raises(PoolExhausted):
        book(pool, hours(9, 11), by=neighbour, quantity=2)
    with stopped_at(NOW + timedelta(minutes=11)):
        book(pool, hours(9, 11), by=neighbour, quantity=5)


def test_case_60_expired_hold_of_another_range_is_refused(clerk, neighbour):
    device = make_resource()
    hold(device, hours(9, 11), by=clerk)

    with stopped_at(NOW + timedelta(minutes=11)):
        book(device, hours(10, 12), by=neighbour)
        with pytest.raises(PeriodTaken):
            hold(device, hours(9, 11), by=clerk)


def test_hold_replaces_the_own_one(clerk):
    device = make_resource()
    hold(device, hours(9, 11), by=clerk)
    hold(device, hours(10, 12), by=clerk)

    assert occupied(device) == [hours(10, 12)]
    write(waiting.let_go, by=clerk)
    assert [free for _, free in free_stretches(device.id, hours(8, 13))] == [1]


def test_whoever_reloads_the_form_holds_no_longer(clerk, neighbour):
    device = make_resource()
    hold(device, hours(9, 11), by=clerk)

    with stopped_at(NOW + timedelta(minutes=9)):
        hold(device, hours(9, 11), by=clerk)
    with stopped_at(NOW + timedelta(minutes=10, seconds=1)):
        book(device, hours(9, 11), by=neighbour)

    assert occupied(device) == [hours(9, 11)]


def test_worker_forgets_expired_holds(clerk):
    hold(make_resource(), hours(9, 11), by=clerk)

    with stopped_at(NOW + timedelta(minutes=11)):
        waiting.drop_expired()

    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (Hold, Occupancy)] == [0, 0]


def test_own_hold_gives_way_to_the_own_booking(clerk):
    device, pool = make_resource(), make_pool(5)
    for resource in (device, pool):
        hold(resource, hours(9, 11), by=clerk)
        book(resource, hours(9, 11), by=clerk)
        assert occupied(resource) == [hours(9, 11)]


def test_expired_hold_hides_no_booking_before_it(clerk, neighbour):
    device = make_resource()
    hold(device, hours(13, 17), by=neighbour)
    book(device, hours(9, 11), by=clerk)

    with stopped_at(NOW + timedelta(minutes=11)):
        assert all_free_in(hours(10, 14))[device.id].left == 0
        assert free_in([device.id], hours(10, 14))[device.id].left == 0
        assert [row.period for row in taken_in({device.id: True}, hours(10, 18))[device.id]] == [hours(9, 11)]
        assert [row.period for row in taken_in({device.id: True}, hours(10, 15))[device.id]] == [hours(9, 11)]


def test_expired_hold_that_began_before_hides_no_booking_before_it(clerk, neighbour):
    device = make_resource()
    hold(device, hours(9, 10), by=neighbour)
    book(device, hours(6, 9), by=clerk)

    with stopped_at(NOW + timedelta(minutes=11)):
        assert [row.period for row in taken_in({device.id: True}, hours(9, 12))[device.id]] == []
        assert [row.period for row in taken_in({device.id: True}, hours(8, 12))[device.id]] == [hours(6, 9)]
