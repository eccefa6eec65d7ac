"""Closures: in the way of new bookings, never dropping an old one silently."""

from datetime import UTC, datetime

import pytest

from booking import fleet, reserving
from booking.fleet import BookingsAffected, NotOwner
from booking.periods import merged
from booking.queries.availability import free_stretches
from booking.rules.occupancy import PeriodTaken, PoolExhausted
from commons.clock import stopped_at
from commons.database import write
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import book, hours, make_kit, make_pool, make_resource, occupied
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def test_close_keeps_new_bookings_away(clerk, head):
    device = make_resource()
    write(fleet.close, device.id, hours(8, 12), reason="Reparatur", by=head)

    with pytest.raises(PeriodTaken):
        book(device, hours(11, 13), by=clerk)
    book(device, hours(12, 13), by=clerk)
    assert [entry.act for entry in entries_about("resource", device.id)][-1] == "resource.closed"


def test_refusal_says_that_a_device_is_closed_and_why(app_once, client_once, clerk, head):
    device = make_resource().id
    write(fleet.close, device, hours(8, 12), reason="Winterdienst", by=head)
    sign_in(client_once, clerk)
    data = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "11:00", "purpose": "Markt"}

    refused = client_once.post(f"/buchung/geraete/{device}/buchen", data=data)

    assert refused.status_code == 409
    assert "gesperrt: Winterdienst" in refused.get_data(as_text=True)


def test_close_over_a_booking_lists_it_and_stores_nothing(clerk, head):
    device = make_resource()
    placed = book(device, hours(9, 10), by=clerk)

    with pytest.raises(BookingsAffected) as refusal:
        write(fleet.close, device.id, hours(8, 12), reason="Reparatur", by=head)

    assert (refusal.value.status, refusal.value.bookings) == (409, [placed.id])
    assert occupied(device) == [hours(9, 10)]


def test_closures_may_overlap_and_lift_alone(clerk, head):
    device = make_resource()
    winter = write(fleet.close, device.id, hours(0, 48), reason="Winter", by=head)
    repair = write(fleet.close, device.id, hours(24, 72), reason="Reparatur", by=head)

    write(fleet.lift, winter.id, by=head)
    assert merged(occupied(device)) == [hours(24, 72)]
    write(fleet.lift, repair.id, by=head)
    assert occupied(device) == []


def test_close_by_a_foreign_yard_is_refused(world):
    device = make_resource()

    with pytest.raises(NotOwner):
        write(fleet.close, device.id, hours(8, 12), reason="Reparatur", by=world.actor("neukirch", Role.BUILDING_YARD_HEAD))


def test_close_of_a_part_closes_its_kit(clerk, head):
    part = make_resource()
    kit = make_kit(part)
    write(fleet.close, part.id, hours(8, 12), reason="Reparatur", by=head)

    with pytest.raises(PeriodTaken):
        book(kit, hours(9, 10), by=clerk)


def test_case_47_one_in_repair_leaves_six(clerk, head):
    pool = make_pool(7)

    write(fleet.close, pool.id, hours(0, 240), quantity=1, reason="Reparatur", by=head)

    assert free_stretches(pool.id, hours(-24, 264)) == [(hours(-24, 0), 7), (hours(0, 240), 6), (hours(240, 264), 7)]
    with pytest.raises(PoolExhausted):
        book(pool, hours(9, 10), by=clerk, quantity=7)
    book(pool, hours(9, 10), by=clerk, quantity=6)


def test_case_49_smaller_pool_shows_whose_bookings_no_longer_fit(clerk, head):
    pool = make_pool(5)
    placed = [book(pool, hours(9, 11), by=clerk, quantity=3).id, book(pool, hours(10, 12), by=clerk, quantity=2).id]
    book(pool, hours(13, 14), by=clerk, quantity=3)
    smaller = fleet.Registration(
        key=pool.key,
        name=pool.name,
        category_id=pool.category_id,
        site_name="Bauhof Bernsdorf",
        owner_id=pool.owner_id,
        kind=pool.kind,
        quantity=3,
        measure_number=pool.measure_number,
    )

    with pytest.raises(BookingsAffected) as refusal:
        write(fleet.change, pool.id, smaller, version=1, by=head)
    assert refusal.value.bookings == placed
    write(fleet.change, pool.id, smaller, version=1, by=head, knowing=frozenset(placed))

    assert [free for _, free in free_stretches(pool.id, hours(9, 13))] == [0, 1, 3]
    with pytest.raises(PoolExhausted) as refused:
        book(pool, hours(11, 12), by=clerk, quantity=2)
    assert refused.value.left == 1
    write(reserving.cancel, placed[0], by=clerk)


def test_close_page_lists_what_is_in_the_way(app_once, client_once, clerk, head):
    device = make_resource()
    device_id = device.id
    book(device, hours(9, 10), by=clerk, purpose="Markt")
    sign_in(client_once, head)
    data = {"start_day": "2027-01-11", "start_time": "08:00", "end_day": "2027-01-11", "end_time": "12:00", "reason": "Reparatur"}

    refused = client_once.post(f"/buchung/geraete/{device_id}/sperren", data=data)
    assert refused.status_code == 409
    assert "Markt" in refused.get_data(as_text=True)
    assert client_once.post(f"/buchung/geraete/{device_id}/sperren", data={**data, "start_time": "10:00"}).status_code == 302
    page = client_once.get(f"/buchung/geraete/{device_id}").get_data(as_text=True)
    assert "Reparatur" in page
    assert client_once.post("/buchung/geraete/sperren/1/aufheben").status_code == 302
    assert "Reparatur" not in client_once.get(f"/buchung/geraete/{device_id}").get_data(as_text=True)
