"""The journal for auditors and mayors, within their scope."""

import io
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from commons import journal
from commons.database import db, write
from commons.people import Membership
from commons.permissions import Role
from commons.staffing import today
from tests.builders import make_membership
from tests.world import World, sign_in

PEOPLE = "/verwaltung/personen"


def record(world: World, town: str, act: str, **more: Any) -> None:
    write(journal.record, act, subject=("booking", 7), by=world.actor(town, Role.CLERK), after={"purpose": "=1+1"}, **more)


def test_journal_shows_the_own_municipality_and_joint_acts(client: FlaskClient, world: World) -> None:
    record(world, "bernsdorf", "booking.requested")
    record(world, "ossling", "booking.declined")
    record(world, "ossling", "booking.moved", municipalities=[world.municipality_id("bernsdorf")])
    sign_in(client, world.actor("bernsdorf", Role.AUDITOR))

    page = client.get("/verwaltung/protokoll").get_data(as_text=True)

    assert [act in page for act in ("booking.requested", "booking.declined", "booking.moved")] == [True, False, True]


def test_journal_is_read_within_the_stated_period(client_once: FlaskClient, world: World) -> None:
    def _scope() -> None:
        membership = db.session.scalars(select(Membership).where(Membership.person_id == world.person_id("bernsdorf", Role.AUDITOR))).one()
        membership.scope_until = today() - timedelta(days=1)

    record(world, "bernsdorf", "booking.requested")
    write(_scope)
    sign_in(client_once, world.actor("bernsdorf", Role.AUDITOR))

    assert "booking.requested" not in client_once.get("/verwaltung/protokoll").get_data(as_text=True)
    assert "booking.requested" not in client_once.get("/verwaltung/protokoll.csv").get_data(as_text=True)


def test_journal_scope_of_one_role_does_not_narrow_another(client_once: FlaskClient, world: World) -> None:
    mayor = world.person_id("bernsdorf", Role.MAYOR)
    place = world.organisation_id("verwaltung-bernsdorf")
    write(make_membership, person_id=mayor, organisation_id=place, role=Role.AUDITOR, scope_until=date(2020, 1, 1))
    record(world, "bernsdorf", "booking.requested")
    sign_in(client_once, world.actor("bernsdorf", Role.MAYOR))

    assert "booking.requested" in client_once.get("/verwaltung/protokoll").get_data(as_text=True)


def test_journal_is_filtered_by_person_act_and_day(client_once: FlaskClient, world: World) -> None:
    record(world, "bernsdorf", "booking.requested")
    sign_in(client_once, world.actor("bernsdorf", Role.AUDITOR))
    tomorrow = (today() + timedelta(days=1)).isoformat()
    queries = ("person=CLERK", "act=booking.", "person=niemand", "act=measure.", f"first_day={tomorrow}", f"last_day={today().isoformat()}", "person=%25")

    found = ["booking.requested" in client_once.get(f"/verwaltung/protokoll?{query}").get_data(as_text=True) for query in queries]

    assert found == [True, True, False, False, False, True, False]


def test_case_13_exported_formulas_are_neutral(client: FlaskClient, world: World) -> None:
    write(journal.record, "=cmd|' /C calc'!A0", subject=("booking", 7), by=world.actor("bernsdorf", Role.CLERK))
    sign_in(client, world.actor("bernsdorf", Role.AUDITOR))

    csv = client.get("/verwaltung/protokoll.csv").data.decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(client.get("/verwaltung/protokoll.xlsx").data)).active

    assert "'=cmd" in csv
    assert ";=cmd" not in csv
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert any(str(cell.value).startswith("'=cmd") for cell in cells)
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
