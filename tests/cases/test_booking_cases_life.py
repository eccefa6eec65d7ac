"""The numbered cases of a booking's life beyond the plan: repair, inspection at hand-out, retirement, overdue."""

from datetime import date, timedelta

import pytest

from booking import fleet, handover, upkeep
from booking.fleet.keeping import BookingsAffected
from booking.handover import Record
from booking.models import Inspection
from booking.queries.availability import free_stretches
from booking.queries.bookings import get_booking
from booking.queries.fleet import resources
from booking.queries.handover import today
from booking.queries.incidents import takeable
from booking.rules.fitness import InspectionExpired, StillOut
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from tests.booking.builders import MONDAY, at, book, hours, make_pool, make_resource, occupied

NOW = at(9)
DAY = 24


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def record(moment) -> Record:
    return Record(at=moment, operator="Karl Beispiel", order_confirmed=True, giver="Gerd", taker="Karl")


def inspected_until(device_id: int, day: date) -> None:
    def verb() -> None:
        db.session.add(Inspection(resource_id=device_id, key="uvv", name="UVV", interval_months=12, next_on=day))

    write(verb)


def test_case_47_one_unit_in_repair_leaves_six_everywhere(app, clerk, head):
    pool = make_pool(7)
    year = hours(9, 9 + 365 * DAY)

    write(upkeep.report_defect, pool.id, quantity=1, by=head)

    assert free_stretches(pool.id, year) == [(year, 6)]


def test_case_47_repaired_makes_seven_again(app, clerk, head):
    pool = make_pool(7)
    block = write(upkeep.report_defect, pool.id, quantity=1, by=head)
    with stopped_at(NOW + timedelta(hours=1)):
        write(upkeep.repaired, block.id, by=head)

    assert free_stretches(pool.id, hours(10, 1000)) == [(hours(10, 1000), 7)]


def test_case_56_inspection_that_expires_on_day_three_of_five_refuses_hand_out(app, clerk, head):
    device = make_resource()
    inspected_until(device.id, (MONDAY + timedelta(days=2)).date())
    placed = book(device, hours(9, 9 + 4 * DAY), by=clerk)

    with pytest.raises(InspectionExpired) as refusal:
        write(handover.hand_out, placed.id, record(NOW), by=head)

    assert refusal.value.due.valid_until == (MONDAY + timedelta(days=2)).date()
    assert get_booking(placed.id, clerk).stage is Stage.CONFIRMED


def test_case_56_inspection_that_expires_exactly_at_the_end_is_fine(app, clerk, head):
    device = make_resource()
    inspected_until(device.id, (MONDAY + timedelta(days=4)).date())
    placed = book(device, hours(9, 9 + 4 * DAY), by=clerk)

    write(handover.hand_out, placed.id, record(NOW), by=head)

    assert get_booking(placed.id, clerk).stage is Stage.OUT


def test_case_57_retired_device_is_found_nowhere(app, world, clerk, head):
    device = make_resource()
    placed = book(device, hours(13, 15), by=clerk)
    with pytest.raises(BookingsAffected):
        write(fleet.retire, device.id, by=head)

    with stopped_at(at(16)):
        write(fleet.retire, device.id, by=head)

    chief = world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF)
    assert device.id not in [found.id for found in [*resources(head), *takeable(chief)]]
    assert get_booking(placed.id, clerk).stage is Stage.CONFIRMED


def test_case_58_overdue_device_is_not_issued_twice_and_its_return_frees_it(app, clerk, head):
    device = make_resource()
    late, waits = book(device, hours(9, 11), by=clerk), book(device, hours(11, 15), by=clerk)
    write(handover.hand_out, late.id, record(NOW), by=head)

    with stopped_at(at(11.5)):
        assert [booking.id for booking in today(head).late] == [late.id]
        with pytest.raises(StillOut):
            write(handover.hand_out, waits.id, record(at(11.5)), by=head)
        write(handover.take_back, late.id, record(at(11.5)), by=head)
        write(handover.hand_out, waits.id, record(at(11.5)), by=head)

    assert get_booking(waits.id, clerk).stage is Stage.OUT
    assert occupied(device) == [hours(9, 11), hours(11, 15)]
