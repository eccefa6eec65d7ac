"""„Any lift platform from 12 m“: a device is held and may be swapped until it is handed out."""

import json
from decimal import Decimal

import pytest

from booking import handover, reserving, upkeep
from booking.handover import Record
from booking.models import Approver, Resource
from booking.queries.bookings import get_booking
from booking.queries.equivalents import candidates
from booking.queries.offers import alternatives
from booking.reserving import Details, KeyUsedOtherwise, Placed
from booking.rules.equivalents import AnyOf, NotAlike, NotEquivalent, NothingFits
from booking.rules.occupancy import PeriodTaken
from booking.stages import Stage, StepRefused
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import NotAllowed
from commons.journal import entries_about
from commons.municipalities import get_organisation
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_resource, occupied
from tests.booking.emergencies import make_engine, subjects, take

TALL, LOW = {"Arbeitshöhe": "18 m"}, {"Arbeitshöhe": "8,5 m"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(6)):
        yield


@pytest.fixture
def yard_head(world):
    return world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)


def platform(name, **overrides):
    return make_resource(**{"name": name, "category": "lifting", "features": TALL} | overrides)


def from_12_m(device):
    return AnyOf(category_id=device.category_id, category=device.category.name, feature="Arbeitshöhe", least=Decimal(12))


def ask(wanted, period, *, by, **more):
    return write(reserving.request_any, wanted, period, details=Details(purpose="Baumschnitt"), by=by, **more)


def devices(booking_id, actor):
    db.session.rollback()
    return [item.resource.name for item in get_booking(booking_id, actor).items]


@pytest.mark.parametrize(
    ("features", "fits"),
    [({"Arbeitshöhe": "12 m"}, True), ({"Arbeitshöhe": "11,9 m"}, False), ({"Arbeitshöhe": "hoch"}, False), ({}, False), ({"Arbeitshöhe": "1.200 cm"}, True)],
    ids=["exactly", "just_below", "no_number", "unknown", "grouped"],
)
def test_fits_reads_the_first_number(features, fits):
    assert AnyOf(category_id=1, category="Bühnen", feature="Arbeitshöhe", least=Decimal(12)).fits(1, features) is fits


def test_request_any_holds_what_fits_and_is_free(app, clerk):
    low, taken, free = platform("Bühne 8 m", features=LOW), platform("Bühne A"), platform("Bühne B")
    book(taken, hours(9, 11), by=clerk)

    placed = ask(from_12_m(low), hours(10, 12), by=clerk)

    assert devices(placed.id, clerk) == ["Bühne B"]
    assert occupied(free) == [hours(10, 12)]
    with pytest.raises(NothingFits):
        ask(from_12_m(low), hours(10, 12), by=clerk)
    assert ask(from_12_m(low), hours(14, 15), by=clerk, idempotency_key="k").id == ask(from_12_m(low), hours(14, 15), by=clerk, idempotency_key="k").id


def test_request_any_sent_again_is_the_same_booking_also_when_nothing_fits_any_more(app, clerk):
    device = platform("Bühne A")
    wanted = from_12_m(device)
    first = ask(wanted, hours(9, 10), by=clerk, idempotency_key="k")
    features = {"Arbeitshöhe": "8 m"}
    write(lambda: setattr(db.session.get_one(Resource, device.id), "features", features))

    assert ask(wanted, hours(9, 10), by=clerk, idempotency_key="k") == Placed(id=first.id, stage=first.stage, repeated=True)
    with pytest.raises(KeyUsedOtherwise):
        ask(wanted, hours(9, 11), by=clerk, idempotency_key="k")


def test_candidates_come_own_first_and_inspected(app_once, world, clerk):
    far, asked, own = platform("Fern"), platform("Gefragt", approval_by=Approver.BUILDING_YARD_HEAD), platform("Eigen", owner="bauhof-ossling")

    found = candidates(from_12_m(far), hours(9, 10), quantity=1, organisation=get_organisation(clerk.organisation_id))

    assert [device.id for device in found] == [own.id, far.id, asked.id]


def test_swap_by_owner_tells_everybody(app, clerk, yard_head):
    first, second = platform("Bühne A", approval_by=Approver.BUILDING_YARD_HEAD), platform("Bühne B")
    placed = ask(from_12_m(first), hours(9, 11), by=clerk)
    assert devices(placed.id, clerk) == ["Bühne B"]
    item = get_booking(placed.id, clerk).items[0]

    write(reserving.swap, placed.id, item.id, first.id, by=yard_head, version=1)

    booking = get_booking(placed.id, clerk)
    assert ([one.resource_id for one in booking.items], booking.stage, booking.version) == ([first.id], Stage.CONFIRMED, 2)
    assert (occupied(second), occupied(first)) == ([], [hours(9, 11)])
    assert subjects(clerk.person_id)[-1] == "Gerät getauscht: Sie erhalten Bühne A statt Bühne B"
    swapped = entries_about("booking", placed.id)[-1]
    told = json.loads(swapped.payload)
    assert (swapped.act, told["before"]["items"][0]["resource"], told["after"]["items"][0]["resource"]) == ("booking.swapped", second.id, first.id)


def test_swap_refuses_what_does_not_meet_the_wish(app_once, world, clerk, yard_head):
    device, low = platform("Bühne A"), platform("Bühne 8 m", features=LOW)
    placed = ask(from_12_m(device), hours(9, 11), by=clerk)
    item = get_booking(placed.id, clerk).items[0]

    with pytest.raises(NotEquivalent):
        write(reserving.swap, placed.id, item.id, low.id, by=yard_head)
    with pytest.raises(NotAllowed):
        write(reserving.swap, placed.id, item.id, platform("Bühne C").id, by=world.actor("bernsdorf", Role.CLERK))
    assert devices(placed.id, clerk) == ["Bühne A"]


def test_swap_of_a_device_booked_by_name_keeps_its_work(app_once, clerk, yard_head):
    camera = make_resource(name="Kamera", features={"Auflösung": "320 x 240", "Gewicht": "1 kg"})
    detector = make_resource(name="Gasmessgerät", features={"Gase": "CO", "Laufzeit": "14 h"})
    placed = book(camera, hours(9, 11), by=clerk)
    item = get_booking(placed.id, clerk).items[0]

    with pytest.raises(NotAlike):
        write(reserving.swap, placed.id, item.id, detector.id, by=yard_head)
    assert [one.name for one in alternatives(camera.id, hours(9, 11), quantity=1, actor=clerk) if one.resource_id == detector.id] == []


def test_swap_into_a_taken_time_changes_nothing(app, clerk, yard_head):
    first, second = platform("Bühne A"), platform("Bühne B")
    placed = book(first, hours(9, 11), by=clerk)
    book(second, hours(10, 12), by=clerk)

    with pytest.raises(PeriodTaken):
        write(reserving.swap, placed.id, get_booking(placed.id, clerk).items[0].id, second.id, by=yard_head)
    assert (devices(placed.id, clerk), occupied(first)) == (["Bühne A"], [hours(9, 11)])


def test_one_incident_swaps_as_many_as_fit_and_displaces_the_rest(app, world, clerk):
    engines = [make_engine(name=f"Pumpe {letter}") for letter in "ABC"]
    wanted = AnyOf(category_id=engines[0].category_id, category="x")
    first, second = ask(wanted, hours(9, 11), by=clerk), ask(wanted, hours(9, 11), by=clerk)

    take(engines[0], engines[1], by=world.actor("bernsdorf", Role.BRIGADE_CHIEF))

    stages = sorted(get_booking(placed.id, clerk).stage for placed in (first, second))
    assert stages == [Stage.CANCELLED, Stage.CONFIRMED]
    assert occupied(engines[2]) == [hours(9, 11)]


def test_swap_ends_with_the_hand_out(app_once, clerk, yard_head):
    device, other = platform("Bühne A"), platform("Bühne B")
    placed = ask(from_12_m(device), hours(6, 11), by=clerk)
    write(handover.hand_out, placed.id, Record(at=at(6), operator="Kühn", giver="A", taker="B"), by=yard_head)

    with pytest.raises(StepRefused):
        write(reserving.swap, placed.id, get_booking(placed.id, clerk).items[0].id, other.id, by=yard_head)


def test_defect_swaps_what_was_asked_for_as_any(app, clerk, yard_head):
    broken, other = platform("Bühne A"), platform("Bühne B")
    placed = ask(from_12_m(broken), hours(9, 11), by=clerk)

    write(upkeep.report_defect, broken.id, by=yard_head)

    booking = get_booking(placed.id, clerk)
    assert (booking.stage, devices(placed.id, clerk), occupied(other)) == (Stage.CONFIRMED, ["Bühne B"], [hours(9, 11)])
    assert subjects(clerk.person_id)[-1] == "Defekt: Sie erhalten Bühne B statt Bühne A"
    assert [entry.act for entry in entries_about("booking", placed.id)] == ["booking.requested", "booking.swapped"]


def test_incident_displaces_when_no_equivalent_is_left(app_once, world, clerk):
    device = make_engine(name="Pumpe A", features={"Leistung": "2 t"})
    placed = ask(AnyOf(category_id=device.category_id, category="x"), hours(9, 11), by=clerk)
    take(device, by=world.actor("bernsdorf", Role.BRIGADE_CHIEF))

    assert get_booking(placed.id, clerk).stage is Stage.CANCELLED


def test_swap_gives_nothing_up_for_a_device_that_is_taken(clerk, yard_head):
    held, taken = platform("Bühne 1"), platform("Bühne 2", approval_by=Approver.BUILDING_YARD_HEAD, request_blocks=False)
    taken_id = taken.id
    placed = book(held, hours(9, 12), by=clerk)
    other = book(taken, hours(9, 12), by=clerk)
    write(reserving.approve, other.id, by=yard_head)
    item_id = get_booking(placed.id, clerk).items[0].id

    with pytest.raises(PeriodTaken):
        write(reserving.swap, placed.id, item_id, taken_id, by=clerk)

    assert devices(placed.id, clerk) == ["Bühne 1"]
