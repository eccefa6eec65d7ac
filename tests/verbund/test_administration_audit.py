"""An auditor sees how much lies in the stated scope, and takes all of it away as one workbook."""

import io
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import update

from commons.database import db, write
from commons.people import Membership
from commons.permissions import Role
from tests.booking.builders import AHEAD, approved_by, book, hours
from tests.procurement.builders import PAPER, make_approved, make_bundle
from tests.world import World, sign_in


def rows_of(client: FlaskClient) -> dict[str, list[tuple[str, ...]]]:
    sheets = load_workbook(io.BytesIO(client.get("/verwaltung/pruefung.xlsx").data))
    return {sheet.title: [tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in sheets}


def set_scope(person_id: int, **days: date | None) -> None:
    write(lambda: db.session.execute(update(Membership).where(Membership.person_id == person_id).values(**days)))


def test_workbook_holds_what_lies_in_the_scope(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    make_bundle(make_approved(town="bernsdorf", lines=(PAPER,), internal_note="=1+1"), make_approved(town="ossling", lines=(PAPER,)))
    book(approved_by(name="Radlader"), hours(8, 12, day=AHEAD), by=world.actor("ossling", Role.CLERK), purpose="Wegebau")
    sign_in(client_once, world.actor("bernsdorf", Role.AUDITOR))

    found = rows_of(client_once)
    page = client_once.get("/verwaltung/pruefung").get_data(as_text=True)

    assert [(row[1], row[2], row[8]) for row in found["Bedarfsmeldungen"]] == [("Bedarf bernsdorf", "Stadtverwaltung Bernsdorf", "budget_holder bernsdorf")]
    assert [(row[3], row[4], row[5], row[7]) for row in found["Bedarfszeilen"]] == [("10", "Ries", "4", "'=1+1")]
    assert [row[3] for row in found["Bündelungen"]] == ["Bernsdorf, Oßling"]
    assert [(row[1], row[3], row[6]) for row in found["Buchungen"]] == [(f"{AHEAD:%d.%m.%Y} 08:00", "1 × Radlader", "Wegebau")]
    assert "/verwaltung/pruefung.xlsx" in page


def test_workbook_is_empty_where_nothing_lies_in_the_scope(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    make_approved(town="bernsdorf", lines=(PAPER,))
    book(approved_by(), hours(8, 12, day=AHEAD), by=world.actor("bernsdorf", Role.CLERK))
    auditor = world.actor("bernsdorf", Role.AUDITOR)
    set_scope(auditor.person_id, scope_until=date(2020, 12, 31))
    sign_in(client_once, auditor)

    before = rows_of(client_once)
    set_scope(auditor.person_id, scope_from=None, scope_until=None)

    assert set(map(len, before.values())) == {0}
    assert "Noch kein Prüfauftrag" in client_once.get("/verwaltung/pruefung").get_data(as_text=True)
    assert set(map(len, rows_of(client_once).values())) == {0}


def test_sheets_and_their_heads_are_english_for_whoever_reads_english(app_once: Flask, client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.AUDITOR))
    client_once.post("/sprache", data={"language": "en"})

    book = load_workbook(io.BytesIO(client_once.get("/verwaltung/pruefung.xlsx").data))

    heads = {str(cell) for sheet in book for cell in next(sheet.iter_rows(max_row=1, values_only=True))}
    assert {"Number", "Title", "Procedure"} <= heads
    assert heads.isdisjoint({"Nummer", "Titel", "Verfahren", "Gemeinden", "Federführung"})
