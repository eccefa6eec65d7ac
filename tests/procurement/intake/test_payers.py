"""Every line names who pays it: by a column, checked against memberships and the last list; one request for each payer."""

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.permissions import Role
from procurement import intake
from procurement.intake.taking_over import FaultsOpen
from procurement.models import PurchaseRequest
from procurement.queries.requests import requests_inside
from procurement.queries.uploads import faults_of
from procurement.stages import RequestStage
from tests.procurement.builders import make_upload, settle
from tests.world import sign_in

MIXED = "Artikel;Menge;Einheit;Kommune\nBesen;3;Stück;Bernsdorf\nEimer;2;Stück;Gemeinde Oßling\nSchaufel;1;Stück;\nHarke;4;Stück;Gemeinde Oßling\n"
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
    upload = make_upload(content=b"Artikel;Menge;Einheit;Kommune\nBesen;3;St\xc3\xbcck;Kamenz\n", by=clerk)

    assert ["Kamenz" in str(fault.said) for fault in faults_of(upload)] == [True]
    settled = settle(upload, {"D2": ("other", "Bernsdorf")}, by=clerk)
    assert faults_of(settled) == []


def test_answer_that_is_no_member_is_asked_again(clerk):
    upload = make_upload(content=b"Artikel;Menge;Einheit;Kommune\nBesen;3;St\xc3\xbcck;Kamenz\n", by=clerk)

    assert len(faults_of(settle(upload, {"D2": ("other", "Dresden")}, by=clerk))) == 1


def test_payer_of_the_last_list_is_trusted_and_a_change_is_asked(clerk):
    taken_over(MIXED, clerk, TOWNS)
    later = "Artikel;Menge;Einheit;Kommune\nBesen;5;Stück;Bernsdorf\nEimer;2;Stück;Oßling\nHarke;4;Stück;Bernsdorf\n"

    upload = make_upload(content=later.encode(), by=clerk, year=2028)

    (fault,) = faults_of(upload)
    assert (fault.upload_row.row, fault.article) == (4, "Harke")
    assert "Zuletzt zahlte Oßling diesen Artikel, jetzt steht hier Bernsdorf." in str(fault.said)


def test_list_without_a_column_is_paid_by_the_own_town(clerk):
    taken_over("Artikel;Menge;Einheit\nBesen;3;Stück\n", clerk)

    assert shares() == {"bernsdorf": ["Besen"]}


def test_corrected_list_fills_the_drafts_again_and_withdraws_what_nobody_pays_any_more(clerk):
    first = taken_over(MIXED, clerk, TOWNS)

    taken_over("Artikel;Menge;Einheit;Kommune\nBesen;7;Stück;Bernsdorf\n", clerk, replaces_id=first.id)

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
