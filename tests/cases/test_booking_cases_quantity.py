"""The numbered cases of booking: pools, kits, wholes and parts."""

import pytest
from sqlalchemy import func, select

from booking import reserving
from booking.models import Booking
from booking.occupying import Wish
from booking.queries.availability import free_stretches
from booking.reserving import Details
from booking.rules.occupancy import PeriodTaken, PoolExhausted, QuantityRefused
from booking.stages import Stage
from commons.database import db, write
from tests.booking.builders import book, hours, make_kit, make_pool, make_resource, occupied, wall

pytestmark = pytest.mark.usefixtures("winter_morning")


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_case_39_free_per_stretch(clerk):
    pool = make_pool(7)
    for start, end, quantity in [("2027-03-21", "2027-04-01", 3), ("2027-03-10", "2027-03-25", 2), ("2027-03-23", "2027-04-06", 2)]:
        book(pool, wall(f"{start} 00:00", f"{end} 00:00"), by=clerk, quantity=quantity)

    found = free_stretches(pool.id, wall("2027-03-01 00:00", "2027-04-10 00:00"))

    assert [free for _, free in found] == [7, 5, 2, 0, 2, 5, 7]


def test_case_40_peak_not_sum(clerk):
    pool = make_pool(10)
    book(pool, hours(10, 11), by=clerk, quantity=5)
    book(pool, hours(11, 12), by=clerk, quantity=5)

    assert book(pool, hours(10, 12), by=clerk, quantity=5).stage is Stage.CONFIRMED


def three_taken(total: int, clerk):
    pool = make_pool(total)
    for start, end in [(10, 11), (11, 12), (10, 12)]:
        book(pool, hours(start, end), by=clerk)
    return pool


def test_case_41_peak_of_two_leaves_one_of_three(clerk):
    assert book(three_taken(3, clerk), hours(9, 12), by=clerk).stage is Stage.CONFIRMED


def test_case_42_peak_of_two_leaves_none_of_two(clerk):
    with pytest.raises(PoolExhausted) as refusal:
        book(three_taken(2, clerk), hours(9, 12), by=clerk)

    assert (refusal.value.status, refusal.value.left) == (409, 0)


@pytest.mark.parametrize("quantity", [0, -1, 6])
def test_case_44_quantity_out_of_bounds(clerk, quantity):
    pool = make_pool(5)

    with pytest.raises(QuantityRefused) as refusal:
        book(pool, hours(9, 10), by=clerk, quantity=quantity)

    assert (refusal.value.status, stored()) == (422, 0)


def test_case_44_none_left_names_the_number(clerk):
    pool = make_pool(5)
    book(pool, hours(9, 10), by=clerk, quantity=5)

    with pytest.raises(PoolExhausted, match="noch 0 Stück frei") as refusal:
        book(pool, hours(9, 10), by=clerk, quantity=1)

    assert (refusal.value.status, refusal.value.left) == (409, 0)


def test_case_45_one_taken_refuses_all(clerk):
    single, pool = make_resource(), make_pool(3)
    book(single, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken) as refusal:
        write(
            reserving.request_booking,
            [Wish(resource_id=single.id), Wish(resource_id=pool.id, quantity=2)],
            hours(10, 12),
            details=Details(purpose="Fest"),
            by=clerk,
        )

    assert [rival.resource_id for rival in refusal.value.rivals] == [single.id]
    assert occupied(pool) == []


def test_case_46_kit_and_its_parts(clerk):
    sweeper, trailer, cones = make_resource(), make_resource(), make_pool(10)
    kit = make_kit(sweeper, trailer)
    bulk = make_kit(cones, quantities=(2,))
    book(trailer, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken):
        book(kit, hours(10, 12), by=clerk)
    book(kit, hours(11, 13), by=clerk)
    with pytest.raises(PeriodTaken):
        book(trailer, hours(12, 14), by=clerk)
    book(bulk, hours(9, 11), by=clerk)
    with pytest.raises(PeriodTaken):
        book(bulk, hours(10, 12), by=clerk)
    assert [free for _, free in free_stretches(cones.id, hours(8, 12))] == [10, 8, 10]


def test_case_48_hall_and_its_halves(clerk):
    left, right = make_resource(), make_resource()
    hall = make_kit(left, right)
    book(left, hours(9, 10), by=clerk)

    book(right, hours(9, 10), by=clerk)
    with pytest.raises(PeriodTaken):
        book(hall, hours(9, 10), by=clerk)
    book(hall, hours(10, 11), by=clerk)
    with pytest.raises(PeriodTaken):
        book(right, hours(10, 11), by=clerk)
