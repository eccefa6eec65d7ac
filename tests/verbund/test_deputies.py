"""While somebody is away, what waits for that person waits for the deputy, who decides it through the same pages."""

from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient

from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons.clock import today
from commons.database import db, write
from commons.deputies import name_deputy
from commons.people import Actor
from commons.permissions import Role
from procurement.models import PurchaseRequest
from procurement.stages import RequestStage
from tests.booking.builders import AHEAD, approved_by, book, hours
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
