"""Every line names who pays it: by a column, checked against memberships and the last list; one request for each payer."""

from datetime import date

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.people import Membership
from commons.permissions import Role
from procurement import intake
from procurement.intake.taking_over import FaultsOpen
from procurement.models import PurchaseRequest, Upload
from procurement.queries.requests import requests_inside
from procurement.queries.uploads import answers_of, faults_of, rows_of
from procurement.stages import RequestStage, RowKind
from tests.procurement.builders import make_upload, settle
from tests.world import sign_in

MIXED = "Artikel;Menge;Einheit;Gemeinde\nBesen;3;Stück;Bernsdorf\nEimer;2;Stück;Gemeinde Oßling\nSchaufel;1;Stück;\nHarke;4;Stück;Gemeinde Oßling\n"
TOWNS = {"D3": ("value:Oßling", "")}


@pytest.fixture
def clerk(world):
    return world.actor("bernsdorf", Role.CLERK)


def taken_over(text, clerk, answers=None, **overrides):
    upload = make_upload(content=text.encode(), by=clerk, **overrides)
    if answers:
        upload = settle(upload, answers, by=clerk)
    write(intake.take_over, upload.id, by=clerk)
    return upload


def shares():
    query = select(PurchaseRequest).where(PurchaseRequest.stage != RequestStage.WITHDRAWN).order_by(PurchaseRequest.id)
    return {request.municipality.key: [line.text for line in request.lines] for request in db.session.scalars(query)}


def test_payer_for_whom_the_sender_does_not_act_is_asked_once_for_all_alike(clerk):
    upload = make_upload(content=MIXED.encode(), by=clerk)

    (fault,) = faults_of(upload)

    assert (fault.field, fault.column, fault.upload_row.row, fault.choices[0]) == ("payer", "D", 3, "Oßling")
    assert "Für Oßling handeln Sie nicht" in str(fault.said)
    with pytest.raises(FaultsOpen):
        write(intake.take_over, upload.id, by=clerk)


def test_one_list_becomes_one_request_a_payer(clerk):
    taken_over(MIXED, clerk, TOWNS)

    assert shares() == {"bernsdorf": ["Besen", "Schaufel"], "ossling": ["Eimer", "Harke"]}


def test_request_of_another_payer_is_seen_by_the_sender_and_by_the_payer(clerk, world):
    taken_over(MIXED, clerk, TOWNS)

    seen = {town: {row.request.municipality.key for row in requests_inside(world.actor(town, Role.MAYOR))} for town in ("bernsdorf", "ossling", "neukirch")}

    assert seen == {"bernsdorf": {"bernsdorf", "ossling"}, "ossling": {"ossling"}, "neukirch": set()}
    assert {row.request.municipality.key for row in requests_inside(clerk)} == {"bernsdorf", "ossling"}


def test_name_that_is_no_member_is_asked(clerk):
    upload = make_upload(content=b"Artikel;Menge;Einheit;Gemeinde\nBesen;3;St\xc3\xbcck;Kamenz\n", by=clerk)

    assert ["Kamenz" in str(fault.said) for fault in faults_of(upload)] == [True]
    settled = settle(upload, {"D2": ("other", "Bernsdorf")}, by=clerk)
    assert faults_of(settled) == []


def test_answer_that_is_no_member_is_asked_again(clerk):
    upload = make_upload(content=b"Artikel;Menge;Einheit;Gemeinde\nBesen;3;St\xc3\xbcck;Kamenz\n", by=clerk)

    assert len(faults_of(settle(upload, {"D2": ("other", "Dresden")}, by=clerk))) == 1


def test_payer_of_the_last_list_is_trusted_and_a_change_is_asked(clerk):
    taken_over(MIXED, clerk, TOWNS)
    later = "Artikel;Menge;Einheit;Gemeinde\nBesen;5;Stück;Bernsdorf\nEimer;2;Stück;Oßling\nHarke;4;Stück;Bernsdorf\n"

    upload = make_upload(content=later.encode(), by=clerk, year=2028)

    (fault,) = faults_of(upload)
    assert (fault.upload_row.row, fault.article) == (4, "Harke")
    assert "Zuletzt zahlte Oßling diesen Artikel, jetzt steht hier Bernsdorf." in str(fault.said)


def test_list_without_a_column_is_paid_by_the_own_town(clerk):
    taken_over("Artikel;Menge;Einheit\nBesen;3;Stück\n", clerk)

    assert shares() == {"bernsdorf": ["Besen"]}


def test_corrected_list_fills_the_drafts_again_and_withdraws_what_nobody_pays_any_more(clerk):
    first = taken_over(MIXED, clerk, TOWNS)

    taken_over("Artikel;Menge;Einheit;Gemeinde\nBesen;7;Stück;Bernsdorf\n", clerk, replaces_id=first.id)

    assert shares() == {"bernsdorf": ["Besen"]}
    assert [request.stage for request in db.session.scalars(select(PurchaseRequest).order_by(PurchaseRequest.id))] == [
        RequestStage.DRAFT,
        RequestStage.WITHDRAWN,
    ]


def test_column_with_another_heading_is_named_by_the_clerk(client, clerk):
    upload = make_upload(content="Artikel;Menge;Einheit;Wer\nBesen;3;Stück;Bernsdorf\nEimer;2;Stück;Oßling\n".encode(), by=clerk)
    assert faults_of(upload) == []
    sign_in(client, clerk)

    columns = {f"column-0-{number}": field for number, field in enumerate(("article", "quantity", "unit", "payer"), start=1)}
    client.post(f"/beschaffung/hochgeladen/{upload.id}/zuordnung", data=columns)
    page = client.get(f"/beschaffung/hochgeladen/{upload.id}").get_data(as_text=True)

    assert "Für Oßling handeln Sie nicht" in page
    assert "Es zahlt" in page


PLAIN = "Artikel;Menge;Einheit\nBesen;3;Stück\nEimer;2;Stück\nSchaufel;1;Stück\n"


@pytest.fixture
def clerk_of_three(world):
    """Return Königsbrück's clerk, who acts for Laußnitz and Neukirch too."""
    by = world.actor("koenigsbrueck", Role.CLERK)
    for town in ("laussnitz", "neukirch"):
        place = world.organisation_id(f"verwaltung-{town}")
        db.session.add(Membership(person_id=by.person_id, organisation_id=place, role=Role.CLERK, from_day=date(2026, 1, 1)))
    db.session.commit()
    return by


def question(upload):
    (fault,) = faults_of(upload)
    return fault


def answered(upload, choice, by):
    fault = question(upload)
    write(intake.answer, upload.id, intake.answers_from([fault], {f"choice-{fault.id}": f"value:{choice}"}), by=by)
    return intake.read_list(upload.id, by=by)


def test_clerk_of_three_towns_is_asked_once_who_pays_the_list(clerk_of_three):
    upload = make_upload(content=PLAIN.encode(), by=clerk_of_three)

    fault = question(upload)
    assert (fault.field, fault.choices) == (intake.OF_LIST, ["Königsbrück", "Laußnitz", "Neukirch"])
    assert "Sie handeln für Königsbrück, Laußnitz, Neukirch. Welche Gemeinde zahlt die Liste?" in str(fault.said)
    with pytest.raises(FaultsOpen):
        write(intake.take_over, upload.id, by=clerk_of_three)

    upload = answered(upload, "Laußnitz", clerk_of_three)
    write(intake.take_over, upload.id, by=clerk_of_three)

    assert shares() == {"laussnitz": ["Besen", "Eimer", "Schaufel"]}


def test_next_list_with_the_same_headings_needs_no_click_and_can_be_corrected(clerk_of_three):
    upload = answered(make_upload(content=PLAIN.encode(), by=clerk_of_three), "Laußnitz", clerk_of_three)
    write(intake.take_over, upload.id, by=clerk_of_three)

    later = make_upload(content=PLAIN.replace("3", "4").encode(), by=clerk_of_three, year=2028)

    assert faults_of(later) == []
    (kept,) = answers_of(later)
    assert (kept.field, kept.value) == (intake.OF_LIST, "Laußnitz")
    write(intake.withdraw_answer, later.id, kept.id, by=clerk_of_three)
    assert question(intake.read_list(later.id, by=clerk_of_three)).choices[0] == "Laußnitz"


def test_single_line_of_another_payer_stays_so_when_the_list_is_corrected(clerk_of_three):
    upload = answered(make_upload(content=PLAIN.encode(), by=clerk_of_three), "Königsbrück", clerk_of_three)
    (row,) = [row for row in rows_of(upload, RowKind.LINE) if row.lines[0]["text"] == "Eimer"]
    write(intake.name_payer, upload.id, [row.id], payer="Neukirch", by=clerk_of_three)
    intake.read_list(upload.id, by=clerk_of_three)

    corrected = make_upload(content=("Stand November\n" + PLAIN.replace("3", "5")).encode(), by=clerk_of_three, replaces_id=upload.id)

    assert faults_of(corrected) == []
    write(intake.take_over, corrected.id, by=clerk_of_three)
    assert shares() == {"koenigsbrueck": ["Besen", "Schaufel"], "neukirch": ["Eimer"]}


def test_what_another_town_paid_last_is_asked_once_for_all_its_articles(clerk_of_three):
    upload = answered(make_upload(content=PLAIN.encode(), by=clerk_of_three), "Königsbrück", clerk_of_three)
    rows = [row.id for row in rows_of(upload, RowKind.LINE) if row.lines[0]["text"] != "Besen"]
    write(intake.name_payer, upload.id, rows, payer="Neukirch", by=clerk_of_three)
    write(intake.take_over, intake.read_list(upload.id, by=clerk_of_three).id, by=clerk_of_three)

    later = make_upload(content=PLAIN.replace("3", "9").encode(), by=clerk_of_three, year=2028)

    fault = question(later)
    assert (fault.field, fault.article, fault.choices[0]) == (intake.PAYER, "Eimer", "Neukirch")
    assert "Diesen und weitere Artikel der Liste zahlte zuletzt Neukirch." in str(fault.said)
    write(intake.take_over, answered(later, "Neukirch", clerk_of_three).id, by=clerk_of_three)
    (first, second) = (
        {request.municipality.key: len(request.lines) for request in db.session.scalars(select(PurchaseRequest).where(PurchaseRequest.year == year))}
        for year in (2027, 2028)
    )
    assert first == second == {"koenigsbrueck": 1, "neukirch": 2}


def test_payer_is_asked_and_corrected_on_the_page(client, clerk_of_three):
    upload_id = make_upload(content=PLAIN.encode(), by=clerk_of_three).id
    address = f"/beschaffung/hochgeladen/{upload_id}"
    sign_in(client, clerk_of_three)
    assert "Wer zahlt diese Liste?" in client.get(address).get_data(as_text=True)
    fault = question(db.session.get(Upload, upload_id))

    client.post(f"{address}/antworten", data={f"choice-{fault.id}": "value:Neukirch"})
    page = client.get(address).get_data(as_text=True)
    assert "Die ganze Liste zahlt:" in page
    assert client.post(f"{address}/zahler", data={"payer": "Laußnitz"}).status_code == 303
    assert "Bitte wählen Sie die Zeilen, die eine andere Gemeinde zahlt." in client.get(address).get_data(as_text=True)
    row = page.split('name="rows" value="')[1].split('"')[0]
    client.post(f"{address}/zahler", data={"rows": row, "payer": "Laußnitz"})

    assert "zahlt Laußnitz" in client.get(address).get_data(as_text=True)
    assert client.post(f"{address}/zahler", data={"rows": row, "payer": "Dresden"}).status_code == 404
