"""Several write at once: nothing is lost, nobody sees a lock."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, OperationalError

from commons import chain, journal
from commons.database import begin_to_write, db, is_passing, write
from commons.journal import JournalEntry
from commons.people import Person
from commons.permissions import Role
from tests.world import World

THREADS, ROUNDS = 6, 5


def at_once(app: Flask, work: Callable[[], None], *, threads: int = THREADS) -> None:
    """Run the same work in several threads at the same moment; what fails in one fails the test."""
    faults: list[Exception] = []
    gate = threading.Barrier(threads)

    def run() -> None:
        with app.app_context():
            try:
                gate.wait(10)
                work()
            except Exception as fault:  # noqa: BLE001 (told to the test)
                faults.append(fault)
            finally:
                db.session.remove()

    db.session.remove()
    crowd = [threading.Thread(target=run) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert faults == []


def count_up(person_id: int) -> None:
    person = db.session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()
    person.login_count = (person.login_count or 0) + 1
    db.session.flush()


def test_no_update_is_lost(app: Flask, world: World) -> None:
    person_id = world.person_id("bernsdorf", Role.CLERK)

    at_once(app, lambda: [write(count_up, person_id) for _ in range(ROUNDS)] and None)

    assert db.session.get_one(Person, person_id).login_count == THREADS * ROUNDS


def test_rows_locked_crosswise_are_retried_not_refused(app: Flask, world: World) -> None:
    first, second = world.person_id("bernsdorf", Role.CLERK), world.person_id("ossling", Role.CLERK)
    turn = iter([(first, second), (second, first)] * THREADS)

    def both(one: int, other: int) -> None:
        count_up(one)
        count_up(other)

    at_once(app, lambda: write(both, *next(turn)))

    assert [db.session.get_one(Person, person_id).login_count for person_id in (first, second)] == [THREADS, THREADS]


def test_passing_errors_are_repeated_whole_and_others_raised_at_once(app: Flask) -> None:
    tries: list[int] = []

    def locked_twice() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("x", {}, Exception("database is locked"))
        return "done"

    def broken() -> None:
        tries.append(1)
        raise OperationalError("x", {}, Exception("no such table"))

    assert write(locked_twice) == "done"
    with pytest.raises(DBAPIError) as refused:
        write(broken)
    assert len(tries) == 4
    assert not is_passing(refused.value)


def test_chaining_at_once_gives_one_unbroken_chain(app: Flask, world: World) -> None:
    actor = world.actor("bernsdorf", Role.CLERK)

    def work() -> None:
        for number in range(ROUNDS):
            write(journal.record, "booking.requested", subject=("booking", number), by=actor)
            write(chain.chain)

    at_once(app, work)

    report = chain.verify()
    assert (report.length, report.waiting, report.first_bad) == (1 + THREADS * ROUNDS, 0, None)
    assert db.session.scalar(select(func.count()).select_from(JournalEntry)) == report.length


def test_reader_that_turns_writer_survives_what_others_wrote_meanwhile(app: Flask, world: World) -> None:
    person_id = world.person_id("bernsdorf", Role.CLERK)
    db.session.rollback()
    person = db.session.get_one(Person, person_id)
    other = world_of_another_connection(app, person_id)

    person.phone = "03578 1"
    begin_to_write()
    db.session.commit()

    assert other == "en"
    db.session.expire_all()
    assert (person.phone, person.language) == ("03578 1", "en")


def world_of_another_connection(app: Flask, person_id: int) -> str:
    """Change the same row from somewhere else, after it was read here."""

    def work() -> None:
        with app.app_context():
            write(lambda: setattr(db.session.get_one(Person, person_id), "language", "en"))
            db.session.remove()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return "en"
