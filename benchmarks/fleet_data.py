"""A fleet with many bookings in a database of its own, on either engine."""

import atexit
import functools
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count as count_from
from itertools import islice
from pathlib import Path
from typing import Any, cast

from flask import Flask
from sqlalchemy import Table, insert, inspect, select, text

from booking import fleet
from booking.exchange import ical
from booking.fleet import Registration, category_named
from booking.models import Approval, Booking, BookingItem, CalendarEntry, Kind, Occupancy, Resource
from booking.stages import Stage
from commons import clock
from commons.calendar_days import BERLIN
from commons.database import db, write
from commons.municipalities import Organisation, OrganisationKind
from commons.people import Actor, Membership, Person, actors_of
from commons.permissions import Role
from commons.tokens import create_token
from tests.servers import postgres
from verbund import create_app, loading, schema
from verbund.config import Settings

SECRET = "s" * 40
SHARED_MACHINES = 31  # the measure of the shipped portfolio


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Hold an application with a fleet, and who acts in it."""

    app: Flask
    url: str
    actor: Actor
    device_ids: list[int]
    folder: Path


class Room:
    """A folder or a server for the databases of one kind; each begins as a copy of one that was migrated and loaded once."""

    def __init__(self, engine: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="verbund-bench-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self._server = postgres.start(in_memory=False) if engine == "postgresql" else None
        self._count = 0
        with make_app(self._server.create("template") if self._server else self._file("template")).app_context():
            schema.migrate()
            write(loading.begin)
            db.session.remove()
            db.engine.dispose()

    def fresh(self) -> str:
        """Return the address of a new database."""
        self._count += 1
        name = f"bench_{self._count}"
        if self._server:
            return self._server.create(name, template="template")
        with closing(sqlite3.connect(self.folder / "template.sqlite")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.folder / "template.sqlite", self.folder / f"{name}.sqlite")
        return self._file(name)

    def _file(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite"


room = functools.cache(Room)


def make_app(url: str) -> Flask:
    """Make the application on a database."""
    app = create_app(Settings(database_url=url, secret_key=SECRET, secure_cookies=False))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@contextmanager
def ground(engine: str, *, devices: int, bookings: int) -> Iterator[Ground]:
    """Make the ground; the application context is pushed inside."""
    url = room(engine).fresh()
    app = make_app(url)
    with app.app_context():
        actor = write(_enter_people)
        ids = write(_enter_fleet, devices)
        write(_enter_bookings, ids, bookings, actor)
        yield Ground(app=app, url=url, actor=actor, device_ids=ids, folder=room(engine).folder)
        db.session.remove()
        db.engine.dispose()


def tokens(place: Ground, count: int) -> list[str]:
    """Return tokens of so many people of the actor's organisation."""
    return [write(_enter_token, place.actor, number) for number in range(count)]


def _enter_token(actor: Actor, number: int) -> str:
    person = Person(name=f"Bench {number}", email=f"bench-{uuid.uuid4()}@example.org", employer_id=actor.organisation_id)
    db.session.add(person)
    db.session.flush()
    day = clock.now().date() - timedelta(days=1)
    db.session.add(Membership(person_id=person.id, organisation_id=actor.organisation_id, role=Role.BUILDING_YARD_HEAD, from_day=day))
    db.session.flush()
    return create_token(person.id, name="Bench")


def register(place: Ground, key: str, *, kind: Kind = Kind.SINGLE, quantity: int = 1) -> str:
    """Enter a further device of the actor's yard, in a category of its own, and return its key."""

    def verb() -> None:
        category = category_named("race", "Race", 2)
        registration = Registration(
            key=key,
            name=key,
            kind=kind,
            quantity=quantity,
            category_id=category.id,
            site_name=place.actor.organisation_name,
            owner_id=place.actor.organisation_id,
            measure_number=SHARED_MACHINES,
        )
        fleet.register(registration, by=None)

    write(verb)
    return key


COPIED = ("booking", "booking_item", "occupancy")


def grow(place: Ground, times: int) -> None:
    """Copy all bookings into ever earlier years, until there are so many times as many."""
    with place.app.app_context():
        write(_copy, times)


def _copy(times: int) -> None:
    count, first, last = db.session.execute(text("SELECT MAX(id), MIN(starts_at), MAX(starts_at) FROM booking")).one()
    days = (_moment(last) - _moment(first)).days + 7
    for turn in range(1, times):
        for table in COPIED:
            columns = [column["name"] for column in inspect(db.session.connection()).get_columns(table)]
            values = {name: _shifted(table, name, days * turn) for name in columns if name != "id" or table == "booking"}
            names = ", ".join(f'"{name}"' for name in values)
            where = "WHERE id <= :count" if table == "booking" else "WHERE booking_id <= :count"
            statement = f"INSERT INTO {table} ({names}) SELECT {', '.join(values.values())} FROM {table} {where}"
            db.session.execute(text(statement), {"count": count, "step": count * turn} if ":step" in statement else {"count": count})
    _settle()


def _shifted(table: str, column: str, days: int) -> str:
    if (table, column) == ("booking", "id") or column == "booking_id":
        return f"{column} + :step"
    if column in {"starts_at", "ends_at"}:
        sqlite = db.engine.dialect.name == "sqlite"
        return f"strftime('%Y-%m-%d %H:%M:%S', {column}, '-{days} days') || '.000000'" if sqlite else f"{column} - INTERVAL '{days} days'"
    return f'"{column}"'


def _moment(stored: Any) -> datetime:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


def _enter_people() -> Actor:
    yard = db.session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.BUILDING_YARD).order_by(Organisation.id)).first()
    assert yard is not None
    person = Person(name="Bench", email="bench@example.org", employer=yard)
    db.session.add(person)
    db.session.flush()
    day = clock.now().date() - timedelta(days=1)
    db.session.add(Membership(person_id=person.id, organisation_id=yard.id, role=Role.BUILDING_YARD_HEAD, from_day=day))
    db.session.flush()
    return actors_of(person.id)[0]


def _enter_fleet(devices: int) -> list[int]:
    yards = list(db.session.scalars(select(Organisation).where(Organisation.kind == OrganisationKind.BUILDING_YARD).order_by(Organisation.id)))
    category = category_named("bench", "Bench", 1)
    ids = []
    for number in range(devices):
        yard = yards[number % len(yards)]
        registration = Registration(
            key=f"bench-{number}",
            name=f"Gerät {number}",
            category_id=category.id,
            site_name=yard.name,
            owner_id=yard.id,
            measure_number=SHARED_MACHINES,
        )
        ids.append(fleet.register(registration, by=None).id)
    return ids


def first_start() -> datetime:
    """Return where the stored bookings begin: nights and mornings around today, the afternoons stay free."""
    return clock.now().astimezone(BERLIN).replace(hour=6, minute=0, second=0, microsecond=0)


def _enter_bookings(ids: list[int], count: int, actor: Actor) -> None:
    """Enter bookings of two hours, at most one a device and day, a quarter in the past and the rest to come."""
    if not count:
        return
    start, at = first_start(), clock.now().replace(microsecond=0)
    slots = list(islice(_slots(len(ids), since=-count // len(ids) // 3), count))
    used = [ids[place] for place, _ in slots]
    starts = [start + timedelta(days=day) for _, day in slots]
    first = 1
    for begin in range(0, count, 5000):
        part = range(begin, min(begin + 5000, count))
        _insert(Booking, [_booking(first + number, starts[number], actor, at) for number in part])
        _insert(
            BookingItem,
            [{"booking_id": first + n, "resource_id": used[n], "quantity": 1, "approval": Approval.GIVEN, "tariff_text": ""} for n in part],
        )
        _insert(Occupancy, [_occupancy(first + number, used[number], starts[number]) for number in part])
        _insert(CalendarEntry, [_entry(first + number, starts[number], at) for number in part])
    _settle()


def _settle() -> None:
    """Number on after the rows that were numbered by hand, and let the database look at what it has."""
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("SELECT setval(pg_get_serial_sequence('booking', 'id'), (SELECT MAX(id) FROM booking))")
    db.session.connection().exec_driver_sql("ANALYZE")


def _slots(devices: int, *, since: int) -> Iterator[tuple[int, int]]:
    """Go through days and devices: each device rests every third week, and every tenth for two months from now."""
    for day in count_from(since):
        for place in range(devices):
            if (place + day // 7) % 3 and (place % 10 or not 0 <= day % 360 < 60):
                yield place, day


def _insert(model: type[Any], rows: list[dict[str, Any]]) -> None:
    db.session.execute(insert(cast(Table, model.__table__)), rows)


def _booking(id_: int, start: datetime, actor: Actor, at: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "stage": Stage.CONFIRMED,
        "version": 1,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "purpose": f"Pflege, Abschnitt {id_}",
        "note": "",
        "contact_name": "",
        "contact_phone": "",
        "for_organisation_id": actor.organisation_id,
        "for_municipality_id": actor.municipality_id,
        "created_by_id": actor.person_id,
        "created_at": at,
        "changed_at": at,
        "reason": "",
    }


def _occupancy(booking_id: int, resource_id: int, start: datetime) -> dict[str, Any]:
    return {"resource_id": resource_id, "starts_at": start, "ends_at": start + timedelta(hours=2), "quantity": 1, "exclusive": True, "booking_id": booking_id}


def _entry(booking_id: int, start: datetime, at: datetime) -> dict[str, Any]:
    event = event_of(booking_id, start, at)
    return {"booking_id": booking_id, "resource_id": None, "uid": event.uid, "sequence": 0, "changed_at": at, "content": ical.vevent(event)}


def event_of(booking_id: int, start: datetime, at: datetime) -> ical.Event:
    """Return the calendar event of a stored booking."""
    return ical.Event(
        uid=f"{uuid.UUID(int=booking_id)}@verbund",
        sequence=0,
        changed_at=at,
        start=start,
        end=start + timedelta(hours=2),
        status=ical.Status.CONFIRMED,
        summary=f"Kompaktkehrmaschine {booking_id} – Bauhof Königsbrück",
        location="Bauhof Königsbrück, Schlüsselkasten",
        description=f"Zweck: Pflege, Abschnitt {booking_id}\nFür: Bauhof Königsbrück\nGebucht von: Bench; Stand: bestätigt",
        url=f"https://verbund.example/buchung/{booking_id}",
    )


def resource_count() -> int:
    """Return how many devices there are."""
    return len(db.session.scalars(select(Resource.id)).all())
