"""A fleet with many bookings in a database of its own, on either engine."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from flask import Flask
from sqlalchemy import Table, insert, select

from booking import fleet
from booking.exchange import ical
from booking.fleet import Registration, category_named
from booking.models import Approval, Booking, BookingItem, CalendarEntry, Occupancy, Resource
from booking.stages import Stage
from commons import clock
from commons.calendar_days import BERLIN
from commons.database import db, write
from commons.municipalities import Organisation, OrganisationKind
from commons.people import Actor, Membership, Person, actors_of
from commons.permissions import Role
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


@contextmanager
def ground(engine: str, *, devices: int, bookings: int) -> Iterator[Ground]:
    """Make the ground and take it away afterwards; the application context is pushed inside."""
    folder = Path(tempfile.mkdtemp(prefix="verbund-bench-"))
    server = postgres.start(in_memory=False) if engine == "postgresql" else None
    url = server.create("bench") if server else f"sqlite:///{folder / 'bench.sqlite'}"
    app = create_app(Settings(database_url=url, secret_key=SECRET, secure_cookies=False))
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        with app.app_context():
            schema.migrate()
            write(loading.begin)
            actor = write(_enter_people)
            ids = write(_enter_fleet, devices)
            write(_enter_bookings, ids, bookings, actor)
            yield Ground(app=app, url=url, actor=actor, device_ids=ids)
            db.session.remove()
            db.engine.dispose()
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


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
    """Enter bookings of two hours, one a device and day, a quarter in the past and the rest to come."""
    if not count:
        return
    start, at = first_start(), clock.now().replace(microsecond=0)
    days = -(-count // len(ids))
    starts = [start + timedelta(days=number // len(ids) - days // 4) for number in range(count)]
    first = 1
    for begin in range(0, count, 5000):
        part = range(begin, min(begin + 5000, count))
        _insert(Booking, [_booking(first + number, starts[number], actor, at) for number in part])
        _insert(
            BookingItem,
            [{"booking_id": first + n, "resource_id": ids[n % len(ids)], "quantity": 1, "approval": Approval.GIVEN, "tariff_text": ""} for n in part],
        )
        _insert(Occupancy, [_occupancy(first + number, ids[number % len(ids)], starts[number]) for number in part])
        _insert(CalendarEntry, [_entry(first + number, starts[number], at) for number in part])
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('booking', 'id'), {count})")
    db.session.connection().exec_driver_sql("ANALYZE")


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
