"""What the interface answers to a call that it cannot follow."""

from datetime import UTC, datetime

import pytest
from marshmallow import fields

from booking.api.faults import message_for
from commons.clock import stopped_at
from commons.database import write
from commons.permissions import Role
from tests.booking.api.test_bookings import DATA, token
from tests.booking.builders import book, hours, make_resource
from tests.builders import make_membership


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def test_create_unreadable_is_400(app_once, client_once, clerk):
    answer = client_once.post("/api/v1/bookings", data="{", content_type="application/json", headers=token(clerk))

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("", "application/json"),
        ("", "text/plain"),
        ('{"purpose": "x"}', "text/plain"),
        ("{", "application/json"),
        ("resource=x", "application/x-www-form-urlencoded"),
    ],
    ids=["empty", "empty_text", "text", "broken", "form"],
)
def test_unreadable_body_is_400_on_every_writing_route(app_once, client_once, clerk, body, kind):
    placed = book(make_resource(), hours(9, 11), by=clerk)
    headers = {**token(clerk), "If-Match": "*"}
    routes = [
        ("POST", "bookings"),
        ("PATCH", f"bookings/{placed.id}"),
        ("POST", "series"),
        ("POST", "series/preview"),
        *([("POST", f"bookings/{placed.id}/cancel")] if body else []),  # which needs none
    ]

    answers = [client_once.open(f"/api/v1/{path}", method=method, data=body, content_type=kind, headers=headers) for method, path in routes]

    assert [(answer.status_code, answer.mimetype) for answer in answers] == [(400, "application/problem+json")] * len(routes)
    assert {answer.get_json()["title"] for answer in answers} == {"Nicht lesbar"}


def test_unreadable_body_of_somebody_who_acts_for_several_is_400_too(app_once, client_once, clerk, world):
    write(make_membership, person_id=clerk.person_id, organisation_id=world.organisation_id("bauhof-ossling"), role=Role.BUILDING_YARD_HEAD)
    headers = token(clerk)

    assert client_once.post("/api/v1/bookings", data="{", content_type="text/plain", headers=headers).status_code == 400
    assert client_once.post("/api/v1/bookings", json=DATA, headers=headers).status_code == 422


def test_faults_are_named_in_german_field_by_field(app_once, client_once, clerk):
    data = {"start": 1, "end": None, "purpose": "x" * 201, "timezone": "Mars/Phobos", "resource": "x", "quantity": "1", "rrule": "FREQ=DAILY", "extra": 1}
    headers = token(clerk)

    answer = client_once.post("/api/v1/bookings", json=data, headers=headers).get_json()

    assert "„quantity“: Bitte geben Sie eine ganze Zahl an. „purpose“: Das ist zu lang" in answer["detail"]
    assert answer["errors"]["json"] == {
        "start": ["Bitte geben Sie einen Text an."],
        "end": ["Diese Angabe darf nicht leer sein."],
        "purpose": ["Das ist zu lang; höchstens 200 sind möglich."],
        "timezone": ["Möglich sind: Europe/Berlin."],
        "quantity": ["Bitte geben Sie eine ganze Zahl an."],
        "rrule": ["Diese Angabe ist hier nicht bekannt."],
        "extra": ["Diese Angabe ist hier nicht bekannt."],
    }


def test_faults_are_named_in_english_to_whoever_prefers_it(app_once, client_once, clerk):
    answer = client_once.post("/api/v1/bookings", json={**DATA, "start": 1}, headers={**token(clerk), "Accept-Language": "en"}).get_json()

    assert answer["errors"]["json"] == {"start": ["Please give a text."]}


def test_every_fault_that_the_schemas_can_find_has_its_sentence():
    known = [
        text
        for field in (fields.Field, fields.String, fields.Integer, fields.Boolean, fields.List, fields.Nested)
        for name, text in field.default_error_messages.items()
        if name not in {"validator_failed", "invalid_utf8", "too_large"}
    ]
    unknown = str(message_for("something else"))

    assert [
        text for text in [*known, "Invalid input type.", "Unknown field.", "Not a valid date.", "Number too large."] if str(message_for(text)) == unknown
    ] == []


def test_unknown_address_and_method_are_told_to_a_program(app_once, client_once):
    unknown, wrong = client_once.get("/api/v1/nichts"), client_once.delete("/api/v1/bookings/1")

    assert [(answer.status_code, answer.mimetype) for answer in (unknown, wrong)] == [(404, "application/problem+json"), (405, "application/problem+json")]
    assert "/api/v1/openapi.json" in unknown.get_json()["detail"]
    assert "PATCH" in wrong.headers["Allow"]
