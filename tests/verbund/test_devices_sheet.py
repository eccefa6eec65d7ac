"""Devices come in from a sheet, also by page."""

import io

from flask.testing import FlaskClient
from openpyxl import load_workbook

from commons.permissions import Role
from tests.world import World, sign_in

PLACE = "/verwaltung/geraete"


def test_head_brings_in_the_devices_of_the_own_yard(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))
    assert f"{PLACE}/einlesen" in client_once.get("/buchung/geraete/").get_data(as_text=True)
    book = load_workbook(io.BytesIO(client_once.get(f"{PLACE}/vorlage.xlsx").data))
    cells = {str(cell.value).strip(" *"): cell.column for cell in book.active[1]}
    yard = "Bauhof Bernsdorf"
    row = {"Kennung": "neue-walze", "Bezeichnung": "Neue Walze", "Kategorie": "Erdbau", "Eigentümer": yard, "Art": "Einzelgerät", "Standort": yard}
    row["Maßnahme"] = 31
    for heading, value in row.items():
        book.active.cell(2, cells[heading], value)
    out = io.BytesIO()
    book.save(out)

    answer = client_once.post(f"{PLACE}/einlesen", data={"file": (io.BytesIO(out.getvalue()), "geraete.xlsx")})

    assert answer.location == "/buchung/geraete/?eigene=1", answer.get_data(as_text=True)
    assert "Neue Walze" in client_once.get(answer.location).get_data(as_text=True)


def test_sheet_with_faults_names_the_cell_and_takes_nothing(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.BUILDING_YARD_HEAD))

    answer = client_once.post(f"{PLACE}/einlesen", data={"file": (io.BytesIO("Kennung;Bezeichnung\nx;Walze\n".encode("utf-8-sig")), "geraete.csv")})

    assert answer.status_code == 422
    assert "Walze" not in client_once.get("/buchung/geraete/").get_data(as_text=True)


def test_clerk_has_no_such_page(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))

    assert client_once.get(f"{PLACE}/einlesen").status_code == 403
