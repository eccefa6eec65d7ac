"""The numbered cases of booking: what overlaps, what touches, what a request holds."""

import pytest
from sqlalchemy import func, select

from booking import reserving
from booking.models import Booking, Occupancy
from booking.occupying import Wish
from booking.periods import PeriodEmpty
from booking.queries.bookings import get_booking
from booking.reserving import Details
from booking.rules.occupancy import Occupied, PeriodTaken
from booking.stages import Stage
from commons.database import db, write
from commons.permissions import Role
from tests.booking.builders import approved_by, book, hours, make_resource, occupied

pytestmark = pytest.mark.usefixtures("winter_morning")


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_case_01_touching_after(clerk):
    device = make_resource()
    book(device, hours(9, 10), by=clerk)

    assert book(device, hours(10, 11), by=clerk).stage is Stage.CONFIRMED


def test_case_02_touching_before(clerk):
    device = make_resource()
    book(device, hours(9, 10), by=clerk)

    assert book(device, hours(8, 9), by=clerk).stage is Stage.CONFIRMED


@pytest.mark.parametrize(("start", "end"), [(10, 12), (8, 10), (9.5, 10.5), (8, 12), (9, 11)], ids=["over_end", "into_start", "inside", "around", "same"])
def test_case_03_five_refusals(clerk, start, end):
    device = make_resource()
    book(device, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken) as refusal:
        book(device, hours(start, end), by=clerk)

    assert refusal.value.existing == hours(9, 11)
    assert refusal.value.status == 409
    assert stored() == 1


@pytest.mark.parametrize(("start", "end"), [(9, 9), (10, 9)], ids=["same", "before"])
def test_case_04_end_not_after_start(app, start, end):
    with pytest.raises(PeriodEmpty):
        hours(start, end)

    assert stored() == 0


def test_case_05_two_devices_same_hours(clerk):
    for device in (make_resource(), make_resource()):
        assert book(device, hours(9, 11), by=clerk).stage is Stage.CONFIRMED


def test_case_07_cancelled_and_declined_do_not_block(clerk, head):
    device = approved_by()
    first = book(device, hours(9, 11), by=clerk)
    write(reserving.cancel, first.id, by=clerk)
    second = book(device, hours(9, 11), by=clerk)
    write(reserving.decline, second.id, reason="Eigener Bedarf", by=head)

    assert occupied(device) == []
    assert book(device, hours(9, 11), by=clerk).stage is Stage.REQUESTED


def test_case_07_refused_request_leaves_nothing(clerk):
    device, other = make_resource(), make_resource()
    book(device, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken):
        write(
            reserving.request_booking,
            [Wish(resource_id=other.id), Wish(resource_id=device.id)],
            hours(9, 10),
            details=Details(purpose="Fest"),
            by=clerk,
        )

    assert occupied(other) == []
    assert stored() == 1


def test_case_08_pending_request_blocks_by_rule(clerk, world):
    device = approved_by(request_blocks=True)
    book(device, hours(9, 11), by=clerk)

    with pytest.raises(PeriodTaken):
        book(device, hours(10, 12), by=world.actor("neukirch", Role.CLERK))


def test_case_08_second_of_two_pending_is_refused(clerk, head, world):
    device = approved_by(request_blocks=False)
    first = book(device, hours(9, 11), by=clerk)
    second = book(device, hours(10, 12), by=world.actor("neukirch", Role.CLERK))
    write(reserving.approve, first.id, by=head)

    with pytest.raises(Occupied) as refusal:
        write(reserving.approve, second.id, by=head)

    assert refusal.value.status == 409
    assert get_booking(second.id, head).stage is Stage.REQUESTED
    assert occupied(device) == [hours(9, 11)]


def test_occupancy_rows_name_one_claim(clerk):
    book(make_resource(), hours(9, 11), by=clerk)

    row = db.session.scalars(select(Occupancy)).one()

    assert (row.closure_id, row.hold_id, row.exclusive) == (None, None, True)
