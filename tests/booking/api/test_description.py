"""The description at /api/v1/openapi.json is true: whatever is sent, each route answers as it says, and never with an error of its own."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from commons.database import write
from commons.permissions import Role
from commons.tokens import create_token
from tests.booking.builders import make_resource
from tests.world import World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {
    "GET /api/v1/resources",
    "GET /api/v1/availability",
    "GET /api/v1/bookings",
    "POST /api/v1/bookings",
    "GET /api/v1/bookings/{booking_id}",
    "PATCH /api/v1/bookings/{booking_id}",
    "POST /api/v1/bookings/{booking_id}/cancel",
    "POST /api/v1/series",
    "POST /api/v1/series/preview",
}


@pytest.fixture
def described(app_once: Flask) -> schemathesis.BaseSchema:
    make_resource()
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app_once)


def test_every_route_is_described_and_answers_as_described(described: schemathesis.BaseSchema, world: World) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    headers = {"Authorization": f"Bearer {write(create_token, world.person_id('ossling', Role.CLERK), name='Test')}"}

    assert {operation.label for operation in operations} == OPERATIONS
    for operation in operations:
        _answers_as_described(operation, headers)


def _answers_as_described(operation: schemathesis.APIOperation, headers: dict[str, str]) -> None:
    @given(case=st.one_of(operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE)))
    @settings(max_examples=20, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def send(case: schemathesis.Case) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    send()


def test_description_is_served(app_once, client_once):
    answer = client_once.get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert {"/api/v1/resources", "/api/v1/bookings", "/api/v1/bookings/{booking_id}", "/api/v1/availability"} <= answer.get_json()["paths"].keys()


def test_description_names_both_answers_of_a_call_that_may_be_repeated(app_once, client_once):
    paths = client_once.get("/api/v1/openapi.json").get_json()["paths"]

    assert {path: sorted(paths[path]["post"]["responses"]) for path in ("/api/v1/bookings", "/api/v1/series")} == {
        path: ["200", "201", "400", "401", "403", "404", "409", "422"] for path in ("/api/v1/bookings", "/api/v1/series")
    }
