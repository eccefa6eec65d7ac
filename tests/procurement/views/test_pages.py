"""Every page of procurement for every kind of reader: own town, other members, the lead, a stranger."""

import io

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.permissions import Role
from procurement import bundling
from procurement.models import PurchaseRequestLine
from procurement.queries.bundles import position_rows
from tests.procurement.builders import PAPER, SALT, consumables, lead, make_approved, make_bundle, make_request, make_submitted, make_upload, reloaded
from tests.world import sign_in

DOUBTFUL = "Artikel;Menge;Einheit;Preis netto\nHundekotbeutel;1.250;Stück;0,02\nOrdner;12;Stück;1,99\n".encode()
INSIDE = {("bernsdorf", role): 200 for role in (Role.CLERK, Role.BUDGET_HOLDER, Role.MAYOR, Role.AUDITOR, Role.PROCUREMENT_OFFICER)}
OUTSIDE = {
    ("bernsdorf", Role.BUILDING_YARD_HEAD): 404,
    ("bernsdorf", Role.BRIGADE_CHIEF): 404,
    ("bernsdorf", Role.YARD_WORKER): 404,
    ("bernsdorf", Role.ADMINISTRATOR): 403,
    ("ossling", Role.CLERK): 404,
    ("ossling", Role.MAYOR): 404,
    ("ossling", Role.AUDITOR): 404,
    ("neukirch", Role.PROCUREMENT_OFFICER): 404,
    ("schwepnitz", Role.CLERK): 404,
}


def status_for(client, world, address, reader):
    sign_in(client, world.actor(*reader))
    return client.get(address).status_code


def test_request_page_for_every_reader(app_once, world):
    request, client = make_approved(), app_once.test_client()
    make_bundle(request)
    expected = INSIDE | OUTSIDE | {("koenigsbrueck", Role.PROCUREMENT_OFFICER): 200, ("koenigsbrueck", Role.CLERK): 404}

    found = {reader: status_for(client, world, f"/beschaffung/bedarf/{request.id}", reader) for reader in expected}

    assert found == expected


def test_yard_request_page_is_seen_by_those_who_keep_the_money(app_once, world):
    request, client = make_request(by=world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)), app_once.test_client()
    expected = {
        ("bernsdorf", Role.BUILDING_YARD_HEAD): 200,
        ("bernsdorf", Role.CLERK): 200,
        ("bernsdorf", Role.BUDGET_HOLDER): 200,
        ("bernsdorf", Role.MAYOR): 200,
        ("bernsdorf", Role.PROCUREMENT_OFFICER): 404,
        ("bernsdorf", Role.BRIGADE_CHIEF): 404,
        ("ossling", Role.BUILDING_YARD_HEAD): 404,
    }

    found = {reader: status_for(client, world, f"/beschaffung/bedarf/{request.id}", reader) for reader in expected}

    assert found == expected


@pytest.mark.parametrize("page", ["", "leistungsverzeichnis.xlsx", "leistungsverzeichnis.pdf"])
def test_bundle_page_for_every_reader(app_once, world, page):
    bundle, client = make_bundle(make_approved()), app_once.test_client()
    expected = {
        ("koenigsbrueck", Role.PROCUREMENT_OFFICER): 200,
        ("koenigsbrueck", Role.CLERK): 200,
        ("bernsdorf", Role.CLERK): 200,
        ("bernsdorf", Role.MAYOR): 200,
        ("bernsdorf", Role.BUDGET_HOLDER): 200,
        ("bernsdorf", Role.AUDITOR): 200,
        ("bernsdorf", Role.BUILDING_YARD_HEAD): 403,
        ("bernsdorf", Role.YARD_WORKER): 403,
        ("ossling", Role.CLERK): 404,
        ("ossling", Role.PROCUREMENT_OFFICER): 404,
        ("schwepnitz", Role.CLERK): 404,
    }

    address = f"/beschaffung/buendel/{bundle.id}" + (f"/{page}" if page else "")
    assert {reader: status_for(client, world, address, reader) for reader in expected} == expected


@pytest.mark.parametrize("page", ["pruefen", "lose", "meldungen", "oeffnen"])
def test_pages_of_the_lead_are_closed_to_other_members(app_once, world, page):
    bundle, client = make_bundle(make_approved()), app_once.test_client()
    expected = {
        ("koenigsbrueck", Role.PROCUREMENT_OFFICER): 200,
        ("koenigsbrueck", Role.CLERK): 403,
        ("bernsdorf", Role.PROCUREMENT_OFFICER): 404,
        ("bernsdorf", Role.MAYOR): 403,
        ("schwepnitz", Role.CLERK): 403,
    }

    assert {reader: status_for(client, world, f"/beschaffung/buendel/{bundle.id}/{page}", reader) for reader in expected} == expected


def test_position_page_shows_other_towns_totals_without_their_lines_and_prices(app_once, world):
    bundle = make_bundle(make_approved(lines=(PAPER,), price="3,33"), make_approved(town="ossling", lines=(PAPER,), price="7,77"))
    bundling.match_bundle(bundle.id, by=lead())
    (row,) = position_rows(reloaded(bundle), lead())
    client = app_once.test_client()
    sign_in(client, world.actor("ossling", Role.CLERK))

    page = client.get(f"/beschaffung/buendel/{bundle.id}/positionen/{row.id}").get_data(as_text=True)

    assert "Bernsdorf" in page
    assert "5.000 Blatt" in page
    assert "7,77" in page
    assert "3,33" not in page
    assert "Geschätzter Wert" not in page


def test_bundle_page_shows_values_to_the_lead_alone(app_once, world):
    bundle, client = make_bundle(make_approved(lines=(PAPER,), price="3,33")), app_once.test_client()
    pages = {}
    for reader in (("koenigsbrueck", Role.PROCUREMENT_OFFICER), ("koenigsbrueck", Role.CLERK), ("bernsdorf", Role.CLERK)):
        sign_in(client, world.actor(*reader))
        pages[reader] = "33,30" in client.get(f"/beschaffung/buendel/{bundle.id}").get_data(as_text=True)

    assert list(pages.values()) == [True, False, False]


def test_sent_list_is_settled_and_taken_over_click_by_click(client, world):
    clerk, measure_id = world.actor("bernsdorf", Role.CLERK), consumables()
    sign_in(client, clerk)
    file = (io.BytesIO(DOUBTFUL), "bedarf.csv")
    sent = client.post("/beschaffung/bedarf/hochladen", data={"file": file, "measure_id": measure_id, "year": 2027, "replaces_id": ""})
    page = client.get(sent.location).get_data(as_text=True)
    assert "Zelle B2" in page
    fault = page.split('id="fault-')[1].split('"')[0]

    empty = client.post(f"{sent.location}/antworten", data={})
    client.post(f"{sent.location}/antworten", data={f"choice-{fault}": "value:1250", f"text-{fault}": ""})
    made = client.post(f"{sent.location}/uebernehmen")

    assert empty.status_code == 422
    assert "1.250 Stück" in client.get(made.location).get_data(as_text=True)


def test_measure_is_asked_for_until_the_municipality_has_used_one(client_once, world):
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))
    page = client_once.get("/beschaffung/bedarf/neu").get_data(as_text=True)
    assert '<option selected value="">Bitte wählen</option>' in page

    unchosen = client_once.post("/beschaffung/bedarf/neu", data={"title": "Papier", "measure_id": "", "year": 2027})
    client_once.post("/beschaffung/bedarf/neu", data={"title": "Papier", "measure_id": consumables(), "year": 2027})

    assert "Bitte wählen Sie eine Maßnahme." in unchosen.get_data(as_text=True)
    assert f'<option selected value="{consumables()}">' in client_once.get("/beschaffung/bedarf/neu").get_data(as_text=True)


def test_upload_without_a_file_keeps_the_input(client, world):
    measure_id = consumables()
    sign_in(client, world.actor("bernsdorf", Role.CLERK))

    answer = client.post("/beschaffung/bedarf/hochladen", data={"measure_id": measure_id, "year": 2031, "replaces_id": ""})

    assert answer.status_code == 422
    assert 'value="2031"' in answer.get_data(as_text=True)
    assert "Bitte wählen Sie eine Datei." in answer.get_data(as_text=True)


def test_line_form_refuses_an_ambiguous_quantity_and_keeps_what_was_typed(client, world):
    request = make_request(lines=())
    sign_in(client, world.actor("bernsdorf", Role.CLERK))

    answer = client.post(f"/beschaffung/bedarf/{request.id}/zeilen/neu", data={"text": "Ordner", "quantity": "1.250", "unit": "Stück"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="1.250"' in page
    assert "1250 oder 1,25" in page
    assert db.session.scalars(select(PurchaseRequestLine)).all() == []


def test_line_is_written_changed_and_removed_by_hand(client, world):
    request = make_request(lines=())
    sign_in(client, world.actor("bernsdorf", Role.CLERK))
    address = f"/beschaffung/bedarf/{request.id}/zeilen"

    client.post(f"{address}/neu", data={"text": "Streusalz", "quantity": "2,5", "unit": "t", "price": "120,00"})
    line = db.session.scalars(select(PurchaseRequestLine)).one()
    assert (str(line.quantity_in_base_unit), line.base_unit) == ("2500.000000", "KGM")
    assert 'value="2,5"' in client.get(f"{address}/{line.id}").get_data(as_text=True)
    client.post(f"{address}/{line.id}", data={"text": "Streusalz", "quantity": "3", "unit": "t", "price": ""})
    assert str(reloaded(line).quantity_in_base_unit) == "3000.000000"
    client.post(f"{address}/{line.id}/entfernen")

    assert db.session.scalars(select(PurchaseRequestLine)).all() == []


def test_request_goes_from_hand_to_hand_on_pages(client, world):
    request = make_request()
    sign_in(client, world.actor("bernsdorf", Role.CLERK))
    client.post(f"/beschaffung/bedarf/{request.id}/einreichen")
    sign_in(client, world.actor("bernsdorf", Role.MAYOR))
    assert f"/beschaffung/bedarf/{request.id}" in client.get("/beschaffung/genehmigungen").get_data(as_text=True)

    answer = client.post(f"/beschaffung/bedarf/{request.id}/genehmigen", data={"version": reloaded(request).version})

    assert answer.status_code == 302
    assert "genehmigt" in client.get(f"/beschaffung/bedarf/{request.id}").get_data(as_text=True)


def test_bundle_is_opened_matched_and_frozen_on_pages(client, world):
    first, second = make_approved(lines=(PAPER, SALT)), make_approved(town="ossling", lines=(PAPER,))
    sign_in(client, lead())
    assert "Bernsdorf: Bedarf bernsdorf" in client.get(f"/beschaffung/buendel/neu/{first.measure_id}").get_data(as_text=True)
    terms = {"title": "Papier 2027", "term_from": "2027-01-01", "term_until": "2027-12-31", "freeze_on": "", "request_ids": [first.id, second.id]}

    opened = client.post(f"/beschaffung/buendel/neu/{first.measure_id}", data=terms)
    client.post(f"{opened.location}/abgleichen")
    client.post(f"{opened.location}/lose/vorschlagen")
    page = client.get(opened.location).get_data(as_text=True)
    assert "Los" in page
    assert "Papier und Bürobedarf" in page
    client.post(f"{opened.location}/festschreiben")

    assert "festgeschrieben" in client.get(opened.location).get_data(as_text=True)


def test_open_bundle_with_a_turned_term_keeps_the_input(client, world):
    request = make_approved()
    sign_in(client, lead())
    terms = {"title": "Papier 2027", "term_from": "2027-12-31", "term_until": "2027-01-01", "freeze_on": "", "request_ids": [request.id]}

    answer = client.post(f"/beschaffung/buendel/neu/{request.measure_id}", data=terms)

    assert answer.status_code == 422
    assert "muss nach ihrem Beginn liegen" in answer.get_data(as_text=True)
    assert 'value="Papier 2027"' in answer.get_data(as_text=True)


def test_today_shows_what_waits(client, world):
    make_submitted()
    upload = make_upload(content=DOUBTFUL)
    sign_in(client, world.actor("bernsdorf", Role.MAYOR))
    assert "Bedarfsmeldung „Bedarf bernsdorf“ genehmigen" in client.get("/").get_data(as_text=True)

    sign_in(client, world.actor("bernsdorf", Role.CLERK))
    assert f"/beschaffung/hochgeladen/{upload.id}" in client.get("/").get_data(as_text=True)


def test_search_finds_a_line_of_the_own_town_only(client, world):
    make_request()
    found = {}
    for town in ("bernsdorf", "ossling"):
        sign_in(client, world.actor(town, Role.CLERK))
        found[town] = "Bedarf bernsdorf" in client.get("/suche?q=Kopierpapier").get_data(as_text=True)

    assert found == {"bernsdorf": True, "ossling": False}


def test_dissolved_bundle_still_shows_itself(client, world):
    bundle = make_bundle(make_approved())
    write(bundling.dissolve, bundle.id, by=lead())
    sign_in(client, lead())

    assert client.get(f"/beschaffung/buendel/{bundle.id}").status_code == 200
