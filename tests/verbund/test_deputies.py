"""While somebody is away, what waits for that person waits for the deputy, who decides it through the same pages."""

import re
from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient

from booking.periods import Period
from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons.clock import now, today
from commons.database import db, write
from commons.deputies import name_deputy
from commons.people import Actor
from commons.permissions import Role
from procurement.models import PurchaseRequest
from procurement.stages import RequestStage
from tests.booking.builders import AHEAD, approved_by, book, hours
from tests.booking.emergencies import blocks, make_engine, subjects, take
from tests.procurement.builders import make_submitted
from tests.world import World, sign_in


def away(absent: Actor, deputy: Actor, first: date | None = None) -> None:
    first = first or today()
    write(name_deputy, deputy.person_id, first, first + timedelta(days=7), by=absent)


def text_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def test_deputy_finds_the_undecided_request_today_and_approves_it(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    request = make_submitted(town="bernsdorf", by=world.actor("bernsdorf", Role.CLERK))
    deputy, address = world.actor("bernsdorf", Role.ADMINISTRATOR), f"/beschaffung/bedarf/{request.id}"
    sign_in(client_once, deputy)
    before = text_of(client_once, "/")
    away(world.actor("bernsdorf", Role.BUDGET_HOLDER), deputy)

    after = text_of(client_once, "/")
    answer = client_once.post(f"{address}/genehmigen", data={"version": request.version})

    assert (address in before, address in after) == (False, True)
    assert answer.status_code == 302
    assert db.session.get_one(PurchaseRequest, request.id, populate_existing=True).stage is RequestStage.APPROVED


def test_deputy_of_the_yard_head_is_led_to_the_yard_and_decides_the_booking(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    booking = book(approved_by(), hours(8, 12, day=AHEAD), by=world.actor("ossling", Role.CLERK))
    head, deputy = world.actor("bernsdorf", Role.BUILDING_YARD_HEAD), world.actor("bernsdorf", Role.MAYOR)
    away(head, deputy)
    sign_in(client_once, deputy)
    address = f"/buchung/{booking.id}"

    hint = text_of(client_once, "/")
    client_once.post("/konto/handeln-fuer", data={"organisation_id": head.organisation_id, "next": "/"})
    there = text_of(client_once, "/")
    answer = client_once.post(f"{address}/bestaetigen", data={"version": 1})

    assert "Für Bauhof Bernsdorf handeln" in hint
    assert (address in hint, address in there) == (False, True)
    assert answer.status_code == 302
    assert get_booking(booking.id, head).stage is Stage.CONFIRMED
    told = len(subjects(head.person_id))
    later = book(approved_by(name="Radlader"), hours(8, 12), by=world.actor("ossling", Role.CLERK))
    assert ("Radlader" in subjects(deputy.person_id)[-1], len(subjects(head.person_id))) == (True, told)
    assert get_booking(later.id, head).stage is Stage.REQUESTED


def test_deputy_of_the_fire_chief_takes_a_device_and_is_asked_for_release(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    chief, deputy, device = world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF), world.actor("bernsdorf", Role.CLERK), make_engine().id
    away(chief, deputy)
    sign_in(client_once, deputy)
    assert client_once.post("/einsatz/", data={"take": device, "key": "k"}).status_code == 403

    client_once.post("/konto/handeln-fuer", data={"organisation_id": chief.organisation_id, "next": "/"})
    client_once.post("/einsatz/", data={"take": device, "key": "k"})
    take(make_engine(name="Drohne"), by=world.actor("neukirch", Role.MUNICIPAL_FIRE_CHIEF))

    assert [(block.resource_id, block.reported_by_id) for block in blocks()] == [(device, deputy.person_id)]
    assert subjects(deputy.person_id)[-1] == "Einsatz: Bitte geben Sie frei, Drohne"
    assert subjects(chief.person_id) == []


def test_deputy_of_a_displaced_person_is_told_and_takes_something_else(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    clerk, deputy = world.actor("ossling", Role.CLERK), world.actor("ossling", Role.BUILDING_YARD_HEAD)
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B").id
    start = (now() + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    book(device, Period(start, start + timedelta(hours=1)), by=clerk)
    away(clerk, deputy)
    take(device, by=world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF))
    assert [subjects(person.person_id)[-1] for person in (clerk, deputy)] == ["Einsatz: Ihre Buchung entfällt, Kamera A"] * 2
    sign_in(client_once, deputy)
    client_once.post("/konto/handeln-fuer", data={"organisation_id": clerk.organisation_id, "next": "/"})
    address = re.findall(r"/buchung/ersatz/\d+", text_of(client_once, "/"))[0]
    number = text_of(client_once, address).split(f'name="resource" value="{other}"')[0].split('name="number" value="')[-1].split('"')[0]

    client_once.post(f"{address}/annehmen", data={"number": number, "resource": other})

    assert "Ersatz angenommen" in text_of(client_once, address)


def test_nothing_passes_before_the_absence_begins(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    request = make_submitted(town="bernsdorf")
    deputy = world.actor("bernsdorf", Role.ADMINISTRATOR)
    away(world.actor("bernsdorf", Role.BUDGET_HOLDER), deputy, today() + timedelta(days=1))
    sign_in(client_once, deputy)

    assert f"/beschaffung/bedarf/{request.id}" not in text_of(client_once, "/")


def test_who_leaves_is_shown_with_open_tasks_and_the_successor_has_them(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    booking = book(approved_by(), hours(8, 12, day=AHEAD), by=world.actor("ossling", Role.CLERK))
    head, successor = world.actor("bernsdorf", Role.BUILDING_YARD_HEAD), world.actor("bernsdorf", Role.YARD_WORKER)
    sign_in(client_once, world.actor("bernsdorf", Role.ADMINISTRATOR))
    address = f"/verwaltung/personen/{head.person_id}/austritt"
    shown = text_of(client_once, address)

    client_once.post(address, data={"last_day": (today() - timedelta(days=1)).isoformat(), "successor_id": successor.person_id})
    sign_in(client_once, successor)

    assert "Anfrage entscheiden" in shown
    assert f"/buchung/{booking.id}" in text_of(client_once, "/")
