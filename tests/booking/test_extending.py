"""What is handed out may stay out longer, where it is free and its owner agrees."""

from datetime import date

import pytest

from booking import handover, reserving
from booking.handover import Record
from booking.models import Inspection, OverdueNotice
from booking.queries.bookings import get_booking
from booking.rules.fitness import InspectionExpired
from booking.rules.occupancy import PeriodTaken
from booking.stages import OwnerExtends, Stage, StepRefused
from commons.clock import stopped_at
from commons.database import db, write
from tests.booking.builders import approved_by, at, book, hours, make_resource, occupied
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(9.1)):
        yield


def out(device, *, by, head) -> int:
    placed = book(device, hours(9, 11), by=by)
    if placed.stage is Stage.REQUESTED:
        write(reserving.approve, placed.id, by=head)
    write(handover.hand_out, placed.id, Record(at=at(9), operator="Karl", order_confirmed=True, giver="Gerd", taker="Karl"), by=head)
    return placed.id


def test_booker_keeps_longer_what_is_lent_without_asking(clerk, head, neighbour):
    device = make_resource()
    booking_id = out(device, by=clerk, head=head)
    book(device, hours(13, 15), by=neighbour)

    with pytest.raises(PeriodTaken):
        write(reserving.move, booking_id, hours(9, 14), by=clerk)
    booking = write(reserving.move, booking_id, hours(9, 13), by=clerk)

    assert (booking.stage, occupied(device)) == (Stage.OUT, [hours(9, 13), hours(13, 15)])
    with pytest.raises(StepRefused):
        write(reserving.move, booking_id, hours(10, 13), by=clerk)


def test_owner_who_wants_to_be_asked_extends_it(clerk, head):
    device = approved_by()
    booking_id = out(device, by=clerk, head=head)

    with pytest.raises(OwnerExtends):
        write(reserving.move, booking_id, hours(9, 13), by=clerk)
    write(reserving.move, booking_id, hours(9, 13), reason="Wie am Telefon besprochen", by=head)

    assert occupied(device) == [hours(9, 13)]


def test_nothing_stays_out_longer_than_its_inspection_is_valid(clerk, head):
    device = make_resource()
    booking_id = out(device, by=clerk, head=head)
    write(lambda: db.session.add(Inspection(resource_id=device.id, key="uvv", name="UVV", interval_months=12, next_on=date(2027, 1, 11))))

    with pytest.raises(InspectionExpired):
        write(reserving.move, booking_id, hours(9, 33), by=clerk)


def test_late_by_the_new_end_is_told_anew(clerk, head):
    booking_id = out(make_resource(), by=clerk, head=head)
    with stopped_at(at(11.5)):
        handover.warn_all()
        write(reserving.move, booking_id, hours(9, 13), by=clerk)
        assert db.session.get(OverdueNotice, (booking_id, booking_id)) is None
    with stopped_at(at(13.5)):
        handover.warn_all()

    assert db.session.get(OverdueNotice, (booking_id, booking_id)) is not None


def test_page_asks_for_the_end_alone(app_once, client_once, clerk, head):
    booking_id = out(make_resource(), by=clerk, head=head)
    sign_in(client_once, clerk)

    shown = client_once.get(f"/buchung/{booking_id}").get_data(as_text=True)
    form = client_once.get(f"/buchung/{booking_id}/verlegen").get_data(as_text=True)
    times = {"start_day": "2027-01-11", "start_time": "09:00", "end_day": "2027-01-11", "end_time": "12:00", "version": "2"}

    assert "Später zurückgeben" in shown
    assert 'type="hidden" name="start_time" value="09:00"' in form
    assert client_once.post(f"/buchung/{booking_id}/verlegen", data=times).status_code == 302
    assert get_booking(booking_id, clerk).period == hours(9, 12)
