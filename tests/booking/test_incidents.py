"""Incidents take what they need, whatever stands, and tell whom they displace."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking import incidents, reserving, upkeep
from booking.models import Approver, Cause, Closure, Displacement, IncidentItem, Occupancy, ReadinessClass, Release
from booking.occupying import Wish
from booking.queries.availability import free_in
from booking.queries.bookings import get_booking
from booking.reserving import Details
from booking.rules.occupancy import Occupied, QuantityRefused
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import NotAllowed
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from tests.booking.builders import approved_by, at, book, hours, make_kit, make_pool, make_resource, occupied
from tests.booking.emergencies import blocks, make_engine, subjects, take

NOW = at(6)  # the Monday of the tests, six in the morning


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def chief(world):
    return world.actor("bernsdorf", Role.BRIGADE_CHIEF)


def test_declare_displaces_and_tells_with_alternatives(app, world, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B", owner="feuerwehr-koenigsbrueck")
    placed = book(device, hours(9, 11), by=clerk, purpose="Übung")

    incident = take(device, by=chief, reference="4711 Straße des Friedens")

    booking = get_booking(placed.id, clerk)
    letter = db.session.scalars(select(Letter).where(Letter.person_id == clerk.person_id).order_by(Letter.id.desc())).first()
    text = " ".join(str(part) for part in letter.paragraphs)
    assert (booking.stage, booking.reason) == (Stage.CANCELLED, "Einsatz")
    assert occupied(device) == [hours(6, 18)]
    assert str(letter.subject_line) == "Einsatz: Ihre Buchung entfällt, Kamera A"
    assert letter.calendar_method == "CANCEL"
    assert other.name in text
    assert "4711" not in text
    assert [entry.act for entry in entries_about("incident", incident.id)] == ["incident.incident"]
    assert [entry.act for entry in entries_about("booking", placed.id)] == ["booking.requested", "booking.displaced"]


def test_declare_needs_no_approval_and_no_notice(app, chief):
    device = make_engine(approval_by=None, notice_minutes=10_000, readiness_class=ReadinessClass.A)

    incident = take(device, by=chief)

    assert [item.release for item in incident.items] == [Release.OWN]
    assert occupied(device) == [hours(6, 18)]


@pytest.mark.parametrize("role", [Role.CLERK, Role.BUILDING_YARD_HEAD, Role.YARD_WORKER], ids=["clerk", "yard_head", "yard_worker"])
def test_declare_is_for_chiefs_only(app_once, world, role):
    with pytest.raises(NotAllowed):
        take(make_engine(), by=world.actor("bernsdorf", role))

    assert blocks() == []


def test_declare_by_equipment_officer_takes_a_yard_device_too(app_once, world):
    device = make_resource(owner="bauhof-bernsdorf")

    take(device, by=world.actor("bernsdorf", Role.EQUIPMENT_OFFICER))

    assert subjects(world.person_id("bernsdorf", Role.BUILDING_YARD_HEAD)) == [f"Einsatz: {device.name} ist nicht verfügbar"]


def test_declare_later_keeps_the_true_start(app_once, chief):
    device = make_engine()

    incident = take(device, by=chief, started_at=NOW - timedelta(hours=5))

    assert incident.entered_later
    assert blocks()[0].since == NOW - timedelta(hours=5)
    assert occupied(device) == [hours(6, 18)]


def test_declare_ahead_is_no_incident(app_once, chief):
    with pytest.raises(incidents.StartAhead):
        take(make_engine(), by=chief, started_at=NOW + timedelta(minutes=1))


def test_declare_twice_with_one_key_is_one(app, chief):
    device = make_engine()

    first, second = (take(device, by=chief, key="tap") for _ in range(2))

    assert first.id == second.id
    assert len(blocks()) == 1


@pytest.mark.parametrize("number", [0, 8], ids=["none", "more_than_there_are"])
def test_declare_takes_a_number_that_there_is(app_once, chief, number):
    pool = make_pool(7, owner="feuerwehr-bernsdorf")

    with pytest.raises(QuantityRefused):
        take(pool, by=chief, number=number)


def test_declare_from_pool_displaces_only_whom_it_must(app, chief, clerk):
    pool = make_pool(10, owner="feuerwehr-bernsdorf")
    first, second, third = (book(pool, hours(*when), by=clerk, quantity=number) for when, number in (((7, 9), 4), ((7, 9), 4), ((10, 12), 8)))

    take(pool, by=chief, number=5)

    stages = [get_booking(placed.id, clerk).stage for placed in (first, second, third)]
    assert stages == [Stage.CONFIRMED, Stage.CANCELLED, Stage.CANCELLED]
    assert free_in([pool.id], hours(7, 9))[pool.id].left == 1


def test_declare_from_pool_leaves_what_fits(app, chief, clerk):
    pool = make_pool(5, owner="feuerwehr-bernsdorf")
    placed = book(pool, hours(7, 9), by=clerk, quantity=2)

    take(pool, by=chief, number=3)

    assert get_booking(placed.id, clerk).stage is Stage.CONFIRMED
    assert db.session.scalar(select(func.count()).select_from(Displacement)) == 0


def test_declare_takes_a_vehicle_with_its_load(app, chief, clerk):
    vehicle, pump = make_engine(), make_engine()
    whole = make_kit(vehicle, pump, owner="feuerwehr-bernsdorf")
    placed = book(pump, hours(9, 11), by=clerk)

    take(whole, by=chief)

    assert get_booking(placed.id, clerk).stage is Stage.CANCELLED
    assert occupied(vehicle) == occupied(pump) == occupied(whole) == [hours(6, 18)]


def test_declare_takes_a_part_out_of_a_booked_kit(app, chief, clerk):
    vehicle, pump = make_engine(), make_engine()
    whole = make_kit(vehicle, pump, owner="feuerwehr-bernsdorf")
    placed = book(whole, hours(9, 11), by=clerk)

    take(pump, by=chief)

    assert get_booking(placed.id, clerk).stage is Stage.CANCELLED
    assert occupied(vehicle) == occupied(whole) == []


def test_declare_leaves_a_booking_its_other_devices(app, chief, clerk):
    camera, cones = make_engine(name="Kamera"), make_pool(20, owner="bauhof-ossling", name="Leitkegel")
    wishes = [Wish(resource_id=camera.id), Wish(resource_id=cones.id, quantity=12)]
    placed = write(reserving.request_booking, wishes, hours(9, 11), details=Details(purpose="Fest"), by=clerk)

    take(camera, by=chief)

    booking = get_booking(placed.id, clerk)
    assert booking.stage is Stage.CONFIRMED
    assert [(item.resource_id, item.quantity) for item in booking.items] == [(cones.id, 12)]
    assert free_in([cones.id], hours(9, 11))[cones.id].left == 8
    assert subjects(clerk.person_id)[-1] == "Einsatz: Ihre Buchung entfällt, Kamera"


def test_declare_beats_a_closure_that_comes_back_afterwards(app, world, chief):
    device = make_engine()
    write(upkeep.report_test, device.id, reason="Jahresprüfung", expected_at=at(12), by=chief)
    take(device, by=chief)
    assert occupied(device) == [hours(6, 18)]

    with stopped_at(at(8)):
        write(incidents.ready, blocks()[-1].id, by=chief)

    assert occupied(device) == [hours(6, 8), hours(8, 12)]


def test_declare_next_alarm_before_ready_takes_over(app, chief):
    device = make_engine()
    take(device, by=chief)

    with stopped_at(at(9)):
        take(device, by=chief)

    assert [block.is_open for block in blocks()] == [False, True]
    assert occupied(device) == [hours(6, 9), hours(9, 21)]


def test_approve_after_the_incident_is_refused(app, world, chief, clerk):
    device = approved_by(Approver.MUNICIPAL_FIRE_CHIEF, owner="feuerwehr-bernsdorf", request_blocks=False)
    placed = book(device, hours(9, 11), by=clerk)
    take(device, by=chief)

    with pytest.raises(Occupied):
        write(reserving.approve, placed.id, by=world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF))


def test_every_block_has_one_closure_and_nothing_overlaps(app, chief, clerk):
    device = make_engine()
    book(device, hours(9, 11), by=clerk)
    take(device, by=chief)

    rows = list(db.session.scalars(select(Occupancy).where(Occupancy.resource_id == device.id)))
    assert [row.closure_id for row in rows] == [blocks()[0].closure_id]
    assert db.session.get_one(Closure, blocks()[0].closure_id).reason == "Einsatz"
    assert blocks()[0].cause is Cause.INCIDENT
    assert db.session.scalar(select(func.count()).select_from(IncidentItem)) == 1
