"""The numbered cases of booking: shorten, extend, amend, two editors, siblings, repeated requests."""

import pytest
from sqlalchemy import func, select

from booking import reserving
from booking.models import Booking
from booking.queries.bookings import get_booking
from booking.reserving import Details
from booking.rules.occupancy import PeriodTaken
from booking.stages import Stage, StepRefused
from commons.database import db, write
from commons.errors import ChangedMeanwhile
from tests.booking.builders import approved_by, book, hours, make_resource, occupied

pytestmark = pytest.mark.usefixtures("winter_morning")


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def test_case_33_shorten_keeps_approval(clerk, head):
    device = approved_by()
    placed = book(device, hours(9, 15), by=clerk)
    write(reserving.approve, placed.id, by=head)

    booking = write(reserving.move, placed.id, hours(10, 12), by=clerk)

    assert booking.stage is Stage.CONFIRMED
    assert occupied(device) == [hours(10, 12)]


@pytest.mark.parametrize("who", ["booker", "owner"])
def test_case_34_extend_into_the_next_is_refused(clerk, head, who):
    device = make_resource(approval_by="building_yard_head")
    placed = book(device, hours(9, 11), by=clerk)
    write(reserving.approve, placed.id, by=head)
    write(reserving.approve, book(device, hours(12, 14), by=clerk).id, by=head)
    actor = clerk if who == "booker" else head

    with pytest.raises(PeriodTaken):
        write(reserving.move, placed.id, hours(9, 13), reason="Eigener Bedarf", by=actor)
    assert occupied(device) == [hours(9, 11), hours(12, 14)]
    write(reserving.move, placed.id, hours(9, 12), reason="Eigener Bedarf", by=actor)
    assert occupied(device) == [hours(9, 12), hours(12, 14)]


def test_case_34_longer_asks_the_owner_again(clerk, head):
    device = approved_by()
    placed = book(device, hours(9, 11), by=clerk)
    write(reserving.approve, placed.id, by=head)

    assert write(reserving.move, placed.id, hours(9, 12), by=clerk).stage is Stage.REQUESTED


def test_case_36_note_changes_whatever_a_newer_rule_says(clerk):
    device = make_resource()
    placed = book(device, hours(9, 15), by=clerk)
    device.longest_minutes, device.notice_minutes = 60, 60 * 24 * 365
    db.session.commit()

    booking = write(reserving.amend, placed.id, details=Details(purpose="Wegebau", note="Schlüssel beim Pförtner"), by=clerk)

    assert booking.note == "Schlüssel beim Pförtner"
    assert booking.stage is Stage.CONFIRMED


def test_case_37_second_editor_is_told(clerk):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    version = get_booking(placed.id, clerk).version
    write(reserving.move, placed.id, hours(9, 12), by=clerk, version=version)

    with pytest.raises(ChangedMeanwhile) as refusal:
        write(reserving.move, placed.id, hours(8, 11), by=clerk, version=version)

    assert refusal.value.status == 409
    assert get_booking(placed.id, clerk).period == hours(9, 12)


def test_case_38_siblings_keep_their_time(clerk):
    device = make_resource()
    first, _second = (book(device, hours(start, start + 1), by=clerk) for start in (9, 10))

    write(reserving.cancel, first.id, by=clerk)

    assert occupied(device) == [hours(10, 11)]
    with pytest.raises(StepRefused):
        write(reserving.cancel, first.id, by=clerk)


def test_case_62_same_key_is_one_booking(clerk):
    device = make_resource()

    first = book(device, hours(9, 11), by=clerk, idempotency_key="abc")
    again = book(device, hours(9, 11), by=clerk, idempotency_key="abc")

    assert (again.id, again.repeated, first.repeated) == (first.id, True, False)
    assert stored() == 1
    with pytest.raises(reserving.KeyUsedOtherwise):
        book(device, hours(12, 13), by=clerk, idempotency_key="abc")
