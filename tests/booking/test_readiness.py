"""Defects, tests, limits, and the board that shows them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import incidents, upkeep
from booking.displacing import AlreadyLifted
from booking.models import Displacement, Effect, ReadinessClass
from booking.queries.availability import free_in
from booking.queries.bookings import get_booking
from booking.queries.readiness import board, line_of
from booking.rules import reach
from booking.rules.readiness import Part, Readiness, able, age, remaining
from booking.stages import Stage
from booking.upkeep import ExpectedPast, ReasonNeeded
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import NotAllowed, NotFound
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_kit, make_pool, make_resource, occupied
from tests.booking.emergencies import blocks, make_engine, subjects, take

NOW = at(6)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def officer(world):
    return world.actor("bernsdorf", Role.EQUIPMENT_OFFICER)


def states(device, actor) -> list[tuple[Readiness, int, str]]:
    db.session.rollback()
    return [(part.readiness, part.quantity, str(part.reason)) for part in line_of(device.id, actor).parts]


def test_report_defect_blocks_displaces_the_near_and_warns_the_far(app, head, clerk):
    device, other = make_resource(name="Lader"), make_resource(name="Zweiter Lader")
    near, far = book(device, hours(9, 11), by=clerk), book(device, hours(81, 83), by=clerk)

    write(upkeep.report_defect, device.id, reason="Hydraulik", by=head)

    assert [get_booking(placed.id, clerk).stage for placed in (near, far)] == [Stage.CANCELLED, Stage.CONFIRMED]
    assert subjects(clerk.person_id)[-2:] == ["Defekt: Ihre Buchung entfällt, Lader", "Defekt: Ihre Buchung ist gefährdet, Lader"]
    assert free_in([device.id], hours(1000, 1001))[device.id].left == 0
    assert [row.effect for row in db.session.scalars(select(Displacement).order_by(Displacement.id))] == [Effect.DISPLACED, Effect.WARNED]
    assert [entry.act for entry in entries_about("resource", device.id)] == ["resource.registered", "resource.defect"]
    assert other.id != device.id


def test_repaired_frees_everything_again(app, head, clerk):
    device = make_resource(name="Lader")
    far = book(device, hours(81, 83), by=clerk)
    write(upkeep.report_defect, device.id, by=head)

    with stopped_at(at(8)):
        write(upkeep.repaired, blocks()[0].id, by=head)

        assert occupied(device) == [hours(6, 8), hours(81, 83)]
        assert get_booking(far.id, clerk).stage is Stage.CONFIRMED
        assert subjects(clerk.person_id)[-1] == "Wieder bereit: Lader, Ihre Buchung bleibt bestehen"
        with pytest.raises(AlreadyLifted):
            write(upkeep.repaired, blocks()[0].id, by=head)


def test_report_defect_until_an_expected_day_leaves_the_later_plan_alone(app_once, head, clerk):
    device = make_resource()
    later = book(device, hours(9, 11), by=clerk)

    write(upkeep.report_defect, device.id, expected_at=at(8), by=head)

    assert occupied(device) == [hours(6, 8), hours(9, 11)]
    assert get_booking(later.id, clerk).stage is Stage.CONFIRMED
    assert len(subjects(clerk.person_id)) == 1  # only that it is confirmed


def test_report_defect_that_outlasts_its_day_is_moved_on(app_once, head, clerk):
    device = make_resource()
    later = book(device, hours(9, 11), by=clerk)
    write(upkeep.report_defect, device.id, expected_at=at(8), by=head)

    with stopped_at(at(8.5)):
        incidents.rolling.roll_all()

        assert get_booking(later.id, clerk).stage is Stage.CANCELLED


def test_report_defect_twice_is_one(app_once, head):
    device = make_resource()

    first, second = (write(upkeep.report_defect, device.id, by=head) for _ in range(2))

    assert first.id == second.id


def test_report_defect_by_others_is_refused(app_once, world):
    with pytest.raises(NotAllowed):
        write(upkeep.report_defect, make_resource().id, by=world.actor("neukirch", Role.BUILDING_YARD_HEAD))


@pytest.mark.parametrize(
    ("verb", "more", "refusal"),
    [
        (upkeep.report_test, {"reason": " "}, ReasonNeeded),
        (upkeep.report_limited, {"reason": ""}, ReasonNeeded),
        (upkeep.report_defect, {"expected_at": NOW}, ExpectedPast),
    ],
    ids=["test_without_reason", "limit_without_reason", "expected_in_the_past"],
)
def test_report_refuses(app_once, officer, verb, more, refusal):
    with pytest.raises(refusal):
        write(verb, make_engine().id, by=officer, **more)


def test_repaired_does_not_end_an_incident_nor_ready_a_defect(app_once, officer):
    taken, broken = make_engine(), make_engine()
    take(taken, by=officer)
    write(upkeep.report_defect, broken.id, by=officer)
    incident, defect = blocks()

    with pytest.raises(NotAllowed):
        write(upkeep.repaired, incident.id, by=officer)
    with pytest.raises(NotFound):
        write(incidents.ready, defect.id, by=officer)


def test_line_tells_every_state(app, world, officer):
    ready, limited, tested, taken, lent, broken = (make_engine() for _ in range(6))
    write(upkeep.report_limited, limited.id, reason="nur Handbetrieb", by=officer)
    write(upkeep.report_test, tested.id, reason="Jahresprüfung", by=officer)
    take(taken, by=officer)
    book(lent, hours(6, 9), by=world.actor("neukirch", Role.CLERK))
    write(upkeep.report_defect, broken.id, reason="Display", by=officer)

    found = [states(device, officer)[0] for device in (ready, limited, tested, taken, lent, broken)]

    assert found == [
        (Readiness.READY, 1, ""),
        (Readiness.LIMITED, 1, "nur Handbetrieb"),
        (Readiness.IN_TEST, 1, "Jahresprüfung"),
        (Readiness.IN_INCIDENT, 1, ""),
        (Readiness.LENT, 1, "Neukirch"),
        (Readiness.OUT_OF_SERVICE, 1, "Display"),
    ]


def test_line_of_a_pool_counts_each_state(app_once, world, officer):
    pool = make_pool(10, owner="feuerwehr-bernsdorf", min_standby=6)
    take(pool, by=officer, number=3)
    write(upkeep.report_defect, pool.id, quantity=1, by=officer)
    book(pool, hours(6, 9), by=world.actor("neukirch", Role.CLERK), quantity=2)

    found = [(readiness, quantity) for readiness, quantity, _ in states(pool, officer)]
    assert found == [(Readiness.OUT_OF_SERVICE, 1), (Readiness.IN_INCIDENT, 3), (Readiness.LENT, 2), (Readiness.READY, 4)]
    assert line_of(pool.id, officer).is_short


def test_line_of_a_load_follows_its_vehicle(app_once, officer):
    pump = make_engine()
    take(make_kit(make_engine(), pump, owner="feuerwehr-bernsdorf"), by=officer)

    assert states(pump, officer)[0][0] is Readiness.IN_INCIDENT


def test_line_of_a_load_counts_what_goes_along_and_follows_a_loan(app_once, world, officer):
    hoses, pump = make_pool(10, owner="feuerwehr-bernsdorf"), make_engine(name="Pumpe")
    vehicle = make_kit(hoses, pump, quantities=(4, 1), owner="feuerwehr-bernsdorf")
    outer = make_kit(vehicle, owner="feuerwehr-bernsdorf")
    book(vehicle, hours(6, 9), by=world.actor("neukirch", Role.CLERK))
    assert states(hoses, officer) == [(Readiness.LENT, 4, "Neukirch"), (Readiness.READY, 6, "")]

    take(outer, by=officer)

    assert [part[:2] for part in states(hoses, officer)] == [(Readiness.IN_INCIDENT, 4), (Readiness.READY, 6)]
    assert line_of(pump.id, officer).parts[0].block_id is None  # reported ready with its vehicle


def test_line_of_a_vehicle_says_what_is_missing_of_its_load(app_once, officer):
    hoses, pump = make_pool(10, owner="feuerwehr-bernsdorf", name="Schlauch"), make_engine(name="Pumpe")
    vehicle = make_kit(hoses, pump, quantities=(4, 1), owner="feuerwehr-bernsdorf")
    write(upkeep.report_defect, hoses.id, quantity=6, by=officer)
    assert states(vehicle, officer) == [(Readiness.READY, 1, "")]

    write(upkeep.report_defect, pump.id, by=officer)

    assert states(vehicle, officer) == [(Readiness.LIMITED, 1, "Es fehlt: Pumpe")]


def test_age_of_a_status_in_words():
    ages = [str(age(NOW - timedelta(minutes=minutes), NOW)) for minutes in (0, 1, 59, 60, 1439, 1440, 20000)]

    assert ages == ["gerade eben", "vor 1 Minute", "vor 59 Minuten", "vor 1 Stunde", "vor 23 Stunden", "vor 1 Tag", "vor 13 Tagen"]


def test_line_gets_grey_with_age_and_fresh_by_a_look(app_once, officer):
    device = make_engine()
    assert line_of(device.id, officer).is_stale

    write(upkeep.confirm_status, device.id, by=officer)

    line = line_of(device.id, officer)
    assert (line.is_stale, line.known_at, line.known_by) == (False, NOW, officer.person_name)
    with stopped_at(NOW + timedelta(days=7, minutes=1)):
        assert line_of(device.id, officer).is_stale


def test_board_shows_all_members_and_sums_up(app_once, world, officer):
    make_engine(category="measuring", min_standby=1)
    make_engine(category="measuring", owner="feuerwehr-koenigsbrueck", min_standby=1)
    make_resource()  # a yard's device is not on the board
    take(db.session.merge(make_engine(category="measuring")), by=officer)

    shown = board(officer)

    assert [section.organisation.key for section in shown.sections] == ["feuerwehr-bernsdorf", "feuerwehr-koenigsbrueck"]
    assert [(total.able, total.total, total.least, total.is_short) for total in shown.totals] == [(2, 3, 2, False)]


def test_board_is_for_members_only(app_once, world):
    with pytest.raises(NotFound):
        board(world.stranger)


@pytest.mark.parametrize(
    ("parts", "left", "number"),
    [
        ([], [(Readiness.READY, 5)], 5),
        ([(Readiness.LIMITED, 2)], [(Readiness.LIMITED, 2), (Readiness.READY, 3)], 5),
        ([(Readiness.LENT, 5)], [(Readiness.LENT, 5)], 0),
        ([(Readiness.LENT, 4), (Readiness.OUT_OF_SERVICE, 3)], [(Readiness.OUT_OF_SERVICE, 3), (Readiness.LENT, 4)], 0),
    ],
    ids=["all_ready", "limited_still_count", "all_lent", "more_gone_than_there_are"],
)
def test_remaining_and_able(parts, left, number):
    given = [Part(readiness=readiness, quantity=quantity) for readiness, quantity in parts]

    assert [(part.readiness, part.quantity) for part in remaining(5, given)] == left
    assert able(5, given) == number


@pytest.mark.parametrize(
    ("expected", "ends"),
    [(None, (24, 17520, 336)), (2, (2, 2, 2)), (100, (24, 100, 100)), (-1, (24, 17520, 336))],
    ids=["nobody_knows", "soon", "in_days", "overdue"],
)
def test_reach_of_defect(expected, ends):
    expected_at = None if expected is None else NOW + timedelta(hours=expected)

    found = reach.of_defect(NOW, release_minutes=1440, warning_days=14, advance_days=730, expected_at=expected_at)

    assert (found.free_until, found.hold_until, found.warn_until) == tuple(NOW + timedelta(hours=hours) for hours in ends)


def test_class_of_a_device_stands_on_the_board(app_once, officer):
    device = make_engine(readiness_class=ReadinessClass.C)

    assert line_of(device.id, officer).device.readiness_class is ReadinessClass.C
