"""An incident against everybody else at the same moment: the outcome is that of one order or the other."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import select, text

from booking import incidents, rebooking, reserving, upkeep
from booking.models import Approver, Booking, Incident, Occupancy
from booking.occupying import Wish
from booking.queries.displaced import unread
from booking.reserving import Details
from booking.rules.occupancy import Occupied
from booking.stages import Stage, StepRefused
from commons import clock
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import RuleBroken
from commons.permissions import Role
from tests.booking.builders import approved_by, at, book, hours, make_pool
from tests.booking.emergencies import blocks, make_engine, take

NOW = at(6)
ROUNDS = 6


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def race(app, *verbs: Callable[[], object]) -> list[object]:
    """Run verbs at the same moment, each with a connection of its own; return what each returned or raised."""
    gate, results = threading.Barrier(len(verbs)), [None] * len(verbs)
    db.session.remove()

    def run(number: int, verb: Callable[[], object]) -> None:
        with app.app_context(), stopped_at(NOW):
            gate.wait(20)
            try:
                results[number] = verb()
            except RuleBroken as broken:
                results[number] = broken
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def overlaps() -> int:
    pairs = "SELECT COUNT(*) FROM occupancy a JOIN occupancy b ON a.resource_id = b.resource_id AND a.id < b.id"
    overlap = "a.starts_at < b.ends_at AND b.starts_at < a.ends_at AND a.exclusive AND b.exclusive"
    return int(db.session.execute(text(f"{pairs} WHERE {overlap}")).scalar_one())


def held_by(resource_id: int) -> list[tuple[bool, bool]]:
    """Say for each row of a device whether a booking and whether a block holds it."""
    rows = db.session.scalars(select(Occupancy).where(Occupancy.resource_id == resource_id).order_by(Occupancy.starts_at))
    return [(row.booking_id is not None, row.closure_id is not None) for row in rows]


def stage_of(booking_id: int) -> Stage:
    return db.session.scalars(select(Booking.stage).where(Booking.id == booking_id)).one()


def declare(resource_id: int, by, number: int = 1) -> Callable[[], Incident]:
    return lambda: write(incidents.declare, [Wish(resource_id=resource_id, quantity=number)], by=by)


def test_incident_against_create(app, chief, clerk):
    for _ in range(ROUNDS):
        device_id = make_engine().id

        taken, asked = race(
            app,
            declare(device_id, chief),
            lambda id_=device_id: write(reserving.request_booking, [Wish(resource_id=id_)], hours(9, 11), details=Details(purpose="Übung"), by=clerk),
        )

        assert isinstance(taken, Incident)
        assert held_by(device_id) == [(False, True)]
        assert isinstance(asked, Occupied) or stage_of(asked.id) is Stage.CANCELLED
    assert overlaps() == 0


def test_incident_against_approve(app, chief, clerk):
    for _ in range(ROUNDS):
        device_id = (device := approved_by(Approver.MUNICIPAL_FIRE_CHIEF, owner="feuerwehr-bernsdorf")).id
        booking_id = book(device, hours(9, 11), by=clerk).id

        taken, approved = race(app, declare(device_id, chief), lambda id_=booking_id: write(reserving.approve, id_, by=chief))

        assert isinstance(taken, Incident)
        assert isinstance(approved, (Booking, StepRefused))
        assert stage_of(booking_id) is Stage.CANCELLED
        assert held_by(device_id) == [(False, True)]


def test_incident_against_extend(app, chief, clerk):
    for _ in range(ROUNDS):
        device_id = (device := make_engine()).id
        booking_id = book(device, hours(19, 21), by=clerk).id  # after the incident's stretch, extended into it

        taken, moved = race(app, declare(device_id, chief), lambda id_=booking_id: write(reserving.move, id_, hours(17, 21), by=clerk))

        assert isinstance(taken, Incident)
        if isinstance(moved, Occupied):
            assert (stage_of(booking_id), held_by(device_id)) == (Stage.CONFIRMED, [(False, True), (True, False)])
        else:
            assert (stage_of(booking_id), held_by(device_id)) == (Stage.CANCELLED, [(False, True)])
    assert overlaps() == 0


def test_incident_against_incident_for_one_device(app, world, chief):
    officer = world.actor("bernsdorf", Role.EQUIPMENT_OFFICER)
    device_id = make_engine().id

    results = race(app, declare(device_id, chief), declare(device_id, officer))

    assert all(isinstance(result, Incident) for result in results)
    assert sorted(block.is_open for block in blocks()) == [False, True]
    assert held_by(device_id) == [(False, True)]


def test_incidents_in_opposite_order_both_end(app, world, chief):
    officer = world.actor("bernsdorf", Role.EQUIPMENT_OFFICER)
    for _ in range(ROUNDS):
        first, second = make_engine().id, make_engine().id
        ways = [[Wish(resource_id=id_) for id_ in ids] for ids in ((first, second), (second, first))]

        results = race(app, *(lambda wishes=wishes, by=by: write(incidents.declare, wishes, by=by) for wishes, by in zip(ways, (chief, officer), strict=True)))

        assert all(isinstance(result, Incident) for result in results)


def test_incident_and_bookings_of_a_pool_never_promise_more_than_there_is(app, chief, clerk):
    pool_id = make_pool(5, owner="feuerwehr-bernsdorf").id

    def ask() -> object:
        return write(reserving.request_booking, [Wish(resource_id=pool_id, quantity=2)], hours(9, 11), details=Details(purpose="Fest"), by=clerk)

    race(app, declare(pool_id, chief, 3), ask, ask)

    rows = list(db.session.scalars(select(Occupancy).where(Occupancy.resource_id == pool_id)))
    assert sum(row.quantity for row in rows) <= 5
    assert sum(row.quantity for row in rows if row.closure_id) == 3


def test_one_tap_sent_twice_is_one_incident(app, chief):
    device_id = make_engine().id

    def tap() -> Incident:
        return write(incidents.declare, [Wish(resource_id=device_id)], by=chief, key="tap")

    first, second = race(app, tap, tap)

    assert first.id == second.id
    assert len(blocks()) == 1


def test_worker_moves_on_while_somebody_reports_ready(app, chief):
    take(make_engine(), by=chief)
    block_id = blocks()[0].id

    race(app, incidents.rolling.roll_all, lambda: write(incidents.ready, block_id, by=chief))

    assert blocks()[0].lifted_at == clock.now()
    assert db.session.scalars(select(Occupancy).where(Occupancy.ends_at > NOW)).all() == []


def test_one_tap_on_a_replacement_sent_twice_books_once(app, chief, clerk):
    alike = {"owner": "feuerwehr-bernsdorf", "category": "measuring", "equivalence": "Kamera"}
    pool = make_pool(20, **alike)
    for _ in range(ROUNDS):
        device = make_pool(1, **alike)
        book(device, hours(9, 11), by=clerk)
        take(device, by=chief)
        lost = unread(clerk)[0]
        number = next(index for index, offer in enumerate(rebooking.offered(lost)) if offer.resource_id == pool.id)

        placed = race(app, *[partial(write, rebooking.accept, lost.id, number, pool.id, by=clerk)] * 2)

        assert len({one.id for one in placed}) == 1


def test_incident_ends_when_its_last_two_devices_are_reported_at_once(app, chief):
    for _ in range(ROUNDS):
        incident_id = take(make_engine(), make_engine(), by=chief).id
        first, second = (block.id for block in blocks() if block.is_open)

        race(app, lambda: write(incidents.ready, first, by=chief), lambda: write(incidents.ready, second, by=chief))  # noqa: B023 (run at once)

        assert db.session.get_one(Incident, incident_id).ended_at is not None


def test_defect_reported_twice_at_once_is_one(app, chief):
    device_id = make_engine().id

    first, second = race(app, *[lambda: write(upkeep.report_defect, device_id, by=chief)] * 2)

    assert first.id == second.id
