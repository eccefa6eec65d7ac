"""The journal for auditors, within their scope."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from commons import clock, journal
from commons.clock import today
from commons.database import db, write
from commons.journal import JournalEntry
from commons.people import Membership, actors_of
from commons.permissions import Role
from tests.builders import make_membership
from tests.world import World, sign_in
from verbund.administration.acts import NAMES

PEOPLE = "/verwaltung/personen"
ROOT = Path(__file__).parents[2]
NOVEMBER = datetime(2026, 11, 25, 9, tzinfo=UTC)


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


def test_mayor_reads_no_journal(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.MAYOR))

    assert [client_once.get(f"/verwaltung/protokoll{ending}").status_code for ending in ("", ".csv", ".xlsx")] == [403, 403, 403]


def test_auditor_sees_nothing_until_the_administrator_states_a_scope(client_once: FlaskClient, world: World) -> None:
    with clock.stopped_at(NOVEMBER):
        record(world, "bernsdorf", "booking.requested")
    write(make_membership, person_id=world.person_id("bernsdorf", Role.CLERK), organisation_id=world.organisation_id("bauhof-bernsdorf"), role=Role.AUDITOR)
    clerk = world.person_id("bernsdorf", Role.CLERK)
    auditor = next(actor for actor in actors_of(clerk) if actor.roles == {Role.AUDITOR})
    sign_in(client_once, auditor)
    before = client_once.get("/verwaltung/protokoll").get_data(as_text=True)

    membership = db.session.scalars(select(Membership).where(Membership.person_id == clerk, Membership.role == Role.AUDITOR)).one().id
    sign_in(client_once, world.actor("bernsdorf", Role.ADMINISTRATOR))
    address = f"/verwaltung/rollen/{membership}/pruefauftrag"
    person_page = client_once.get(f"{PEOPLE}/{clerk}").get_data(as_text=True)
    wrong = client_once.post(address, data={"scope_from": "2026-12-31", "scope_until": "2026-01-01"})
    right = client_once.post(address, data={"scope_from": "2026-01-01", "scope_until": "2026-12-31"})
    sign_in(client_once, auditor)
    with clock.stopped_at(NOVEMBER):
        after = client_once.get("/verwaltung/protokoll").get_data(as_text=True)

    assert "booking.requested" not in before
    assert "Prüfauftrag: keiner eingetragen." in before
    assert address in person_page
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Prüfauftrag: Bernsdorf, 01.01.–31.12.2026" in after
    assert "booking.requested" in after
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "role.scope_stated")).one()
    assert entry.subject_id == clerk


def test_scope_is_for_auditors_and_not_stated_by_oneself(client_once: FlaskClient, world: World) -> None:
    administrator = world.actor("bernsdorf", Role.ADMINISTRATOR)
    place = world.organisation_id("verwaltung-bernsdorf")
    own = write(make_membership, person_id=administrator.person_id, organisation_id=place, role=Role.AUDITOR).id
    clerk = db.session.scalars(select(Membership.id).where(Membership.person_id == world.person_id("bernsdorf", Role.CLERK))).one()
    foreign = db.session.scalars(select(Membership.id).where(Membership.person_id == world.person_id("ossling", Role.AUDITOR))).one()
    sign_in(client_once, administrator)
    year = {"scope_from": "2026-01-01", "scope_until": "2026-12-31"}

    answers = [client_once.post(f"/verwaltung/rollen/{number}/pruefauftrag", data=year).status_code for number in (own, clerk, foreign)]

    assert answers == [422, 404, 404]


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


def test_every_act_that_is_written_down_has_a_name() -> None:
    floors = ("commons", "cooperation", "procurement", "booking", "verbund")
    sources = [file.read_text(encoding="utf-8") for floor in floors for file in (ROOT / floor).rglob("*.py")]

    kinds = "|".join(sorted({name.split(".")[0] for name in NAMES}))
    acts = {act for source in sources for act in re.findall(rf'(?:record|act=|write|_keep|_note)[a-z_]*\(?\s*"((?:{kinds})\.[a-z_]+)"', source)}

    assert len(acts) > 100
    assert sorted(acts - NAMES.keys()) == []
