"""Hand out, take back, enter later: actual use beside the plan."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from booking import handover, upkeep
from booking.handover import Record
from booking.handover.opening import Photo, PhotoRefused
from booking.models import Fuel, Inspection, Resource, Use
from booking.queries.bookings import get_booking
from booking.queries.handover import today
from booking.rules.fitness import Blocked, InspectionExpired, MeterBackwards, MomentWrong, OperatorMissing, OrderMissing, StillOut
from booking.rules.upkeep import InspectedAhead, later_by_months
from booking.stages import Stage, StepRefused
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import ChangedMeanwhile, NotAllowed, NotFound
from commons.files import StoredFile
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_kit, make_resource, occupied
from tests.booking.emergencies import subjects

NOW = at(9)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def record(**overrides) -> Record:
    return Record(**({"at": NOW, "operator": "Karl Beispiel", "order_confirmed": True, "giver": "Gerd", "taker": "Karl"} | overrides))


def out(device: Resource, *, by, clerk, period=None, **overrides) -> int:
    placed = book(device, period or hours(9, 15), by=clerk)
    write(handover.hand_out, placed.id, record(**overrides), by=by)
    return placed.id


def uses() -> list[Use]:
    return list(db.session.scalars(select(Use).order_by(Use.id)))


def inspect(device: Resource, next_on: date) -> int:
    def verb() -> int:
        inspection = Inspection(resource_id=device.id, key="uvv", name="UVV", interval_months=12, next_on=next_on)
        db.session.add(inspection)
        db.session.flush()
        return inspection.id

    return write(verb)


def test_hand_out_writes_down_everything(app, head, clerk):
    device = make_resource(meter="h", tariff_text="32,00 € je Stunde", name="Bühne")
    photo = Photo(name="vorn.jpg", media_type="image/jpeg", content=b"picture")

    booking_id = out(
        device, by=head, clerk=clerk, meters={device.id: Decimal("812.5")}, fuel=Fuel.FULL, condition="Kratzer", photos=[photo], accessories=["Gurt"]
    )

    use = uses()[0]
    assert get_booking(booking_id, clerk).stage is Stage.OUT
    assert (use.operator, use.order_confirmed, use.given_by, use.taken_by, use.out_at, use.back_at) == ("Karl Beispiel", True, "Gerd", "Karl", NOW, None)
    assert (use.meter_out, use.fuel_out, use.condition_out, use.accessories) == (Decimal("812.5"), Fuel.FULL, "Kratzer", ["Gurt"])
    assert (use.tariff_text, use.organisation_id, use.entered_later) == ("32,00 € je Stunde", clerk.organisation_id, False)
    assert [kept.file.content for kept in use.photos] == [b"picture"]
    assert [entry.act for entry in entries_about("booking", booking_id)] == ["booking.requested", "booking.handed_out"]
    assert subjects(clerk.person_id)[-1] == "Ausgegeben: Bühne"


@pytest.mark.parametrize(
    ("overrides", "refusal"),
    [
        ({"operator": " "}, OperatorMissing),
        ({"at": NOW + timedelta(minutes=1)}, MomentWrong),
        ({"photos": [Photo(name="a.svg", media_type="image/svg+xml", content=b"")]}, PhotoRefused),
    ],
    ids=["no_operator", "ahead", "no_photo"],
)
def test_hand_out_refuses(app_once, head, clerk, overrides, refusal):
    placed = book(make_resource(), hours(9, 15), by=clerk)

    with pytest.raises(refusal):
        write(handover.hand_out, placed.id, record(**overrides), by=head)

    assert uses() == []
    assert db.session.scalars(select(StoredFile)).all() == []


def test_hand_out_needs_the_employers_order_where_a_qualification_is_asked(app_once, head, clerk):
    placed = book(make_resource(required_qualifications=("aerial-platform",)), hours(9, 15), by=clerk)

    with pytest.raises(OrderMissing):
        write(handover.hand_out, placed.id, record(order_confirmed=False), by=head)


def test_hand_out_of_a_defective_device_is_refused(app_once, head, clerk):
    device = make_resource()
    placed = book(device, hours(57, 59), by=clerk)
    write(upkeep.report_defect, device.id, by=head)

    with stopped_at(at(57)), pytest.raises(Blocked):
        write(handover.hand_out, placed.id, record(at=at(57)), by=head)


def test_hand_out_of_what_is_not_back_is_refused(app, head, clerk):
    device = make_resource()
    out(device, by=head, clerk=clerk, period=hours(9, 11))
    next_one = book(device, hours(11, 13), by=clerk)

    with stopped_at(at(11)), pytest.raises(StillOut):
        write(handover.hand_out, next_one.id, record(at=at(11)), by=head)


def test_hand_out_of_an_older_page_is_refused(app_once, head, clerk):
    placed = book(make_resource(), hours(9, 15), by=clerk)

    with pytest.raises(ChangedMeanwhile):
        write(handover.hand_out, placed.id, record(), by=head, version=7)


def test_hand_out_by_who_fetches_it(app_once, world, head, clerk):
    worker = world.actor("ossling", Role.YARD_WORKER)
    placed = book(make_resource(), hours(9, 15), by=worker)

    write(handover.hand_out, placed.id, record(), by=worker)

    assert uses()[0].entered_by_id == worker.person_id


def test_hand_out_by_a_clerk_or_a_third_town_is_refused(app_once, world, clerk):
    placed = book(make_resource(), hours(9, 15), by=clerk)

    with pytest.raises(NotAllowed):
        write(handover.hand_out, placed.id, record(), by=clerk)
    with pytest.raises(NotFound):
        write(handover.hand_out, placed.id, record(), by=world.actor("neukirch", Role.BUILDING_YARD_HEAD))


def test_take_back_early_frees_the_rest_but_for_drying(app, head, clerk):
    device = make_resource(buffer_after_min=30, meter="h")
    booking_id = out(device, by=head, clerk=clerk, meters={device.id: Decimal(100)}, accessories=["Gurt", "Keil"])

    with stopped_at(at(11)):
        back = record(at=at(11), meters={device.id: Decimal("102.3")}, accessories=["Keil"], condition="sauber")
        write(handover.take_back, booking_id, back, by=head)

    use = uses()[0]
    assert get_booking(booking_id, clerk).stage is Stage.RETURNED
    assert occupied(device) == [hours(9, 11.5)]
    assert (use.back_at, use.metered, use.missing, use.condition_back) == (at(11), Decimal("2.3"), ["Gurt"], "sauber")
    assert [entry.act for entry in entries_about("booking", booking_id)][-1] == "booking.taken_back"


def test_take_back_late_may_overlap_the_next_plan(app, head, clerk):
    device = make_resource()
    booking_id = out(device, by=head, clerk=clerk, period=hours(9, 11))
    book(device, hours(11, 13), by=clerk)

    with stopped_at(at(12)):
        write(handover.take_back, booking_id, record(at=at(12)), by=head)

    assert uses()[0].back_at == at(12)
    assert occupied(device) == [hours(9, 11), hours(11, 13)]


def test_take_back_with_the_meter_backwards_is_refused(app_once, head, clerk):
    device = make_resource(meter="h")
    booking_id = out(device, by=head, clerk=clerk, meters={device.id: Decimal(100)})

    with pytest.raises(MeterBackwards) as refusal:
        write(handover.take_back, booking_id, record(meters={device.id: Decimal(99)}), by=head)

    assert refusal.value.field == f"meter_{device.id}"


def test_take_back_of_what_is_not_out_is_refused(app_once, head, clerk):
    placed = book(make_resource(), hours(9, 15), by=clerk)

    with pytest.raises(StepRefused):
        write(handover.take_back, placed.id, record(), by=head)


def test_hand_out_looks_at_the_inspections_of_parts(app_once, head, clerk):
    excavator, trailer = make_resource(), make_resource()
    kit = make_kit(excavator, trailer)
    inspect(trailer, date(2027, 1, 10))
    placed = book(kit, hours(9, 15), by=clerk)

    with pytest.raises(InspectionExpired):
        write(handover.hand_out, placed.id, record(), by=head)


@pytest.mark.parametrize("hindered", ["part_of_a_kit", "whole_of_a_part"])
def test_hand_out_looks_at_what_belongs_together(app_once, head, clerk, hindered):
    trailer = make_resource(name="Anhänger")
    kit = make_kit(trailer, make_resource(), name="Zug")
    asked, other = (kit, trailer) if hindered == "part_of_a_kit" else (trailer, kit)
    placed = book(asked, hours(57, 59), by=clerk)
    block = write(upkeep.report_defect, other.id, by=head)
    with stopped_at(at(33)), pytest.raises(Blocked, match=other.name):
        write(handover.hand_out, placed.id, record(at=at(33)), by=head)

    write(upkeep.repaired, block.id, by=head)
    out(other, by=head, clerk=clerk)

    with stopped_at(at(33)), pytest.raises(StillOut, match=other.name):
        write(handover.hand_out, placed.id, record(at=at(33)), by=head)


def test_inspection_entered_lets_the_device_go_out(app, head, clerk):
    device = make_resource()
    inspection_id = inspect(device, date(2027, 1, 10))
    placed = book(device, hours(9, 15), by=clerk)

    write(upkeep.record_inspection, inspection_id, date(2027, 1, 11), by=head)
    write(handover.hand_out, placed.id, record(), by=head)

    assert db.session.get_one(Inspection, inspection_id).next_on == date(2028, 1, 11)
    assert get_booking(placed.id, clerk).stage is Stage.OUT


def test_inspection_ahead_or_by_others_is_refused(app_once, world, head, clerk):
    inspection_id = inspect(make_resource(), date(2027, 1, 10))

    with pytest.raises(InspectedAhead):
        write(upkeep.record_inspection, inspection_id, date(2027, 1, 12), by=head)
    with pytest.raises(NotFound):
        write(upkeep.record_inspection, inspection_id, date(2027, 1, 11), by=clerk)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [(date(2027, 1, 31), 1, date(2027, 2, 28)), (date(2027, 1, 15), 12, date(2028, 1, 15)), (date(2027, 11, 30), 3, date(2028, 2, 29))],
    ids=["short_month", "year", "leap_year"],
)
def test_later_by_months(day, months, later):
    assert later_by_months(day, months) == later


def test_today_lists_out_back_and_blocked(app_once, world, head, clerk):
    going, gone, broken = (make_resource() for _ in range(3))
    coming = book(going, hours(13, 15), by=clerk)
    book(going, hours(33, 35), by=clerk)
    back = out(gone, by=head, clerk=clerk)
    write(upkeep.report_defect, broken.id, by=head)

    shown = today(head)

    assert [booking.id for booking in shown.out] == [coming.id]
    assert [booking.id for booking in shown.back] == [back]
    assert [block.resource_id for block in shown.blocks] == [broken.id]
    assert today(world.actor("neukirch", Role.BUILDING_YARD_HEAD)).out == []
