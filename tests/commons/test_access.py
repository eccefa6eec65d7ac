"""Who may call the API, and for whom."""

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from commons import clock, tokens
from commons.access import current_actor, token_required
from commons.database import db, write
from commons.people import Person
from commons.permissions import PERMISSIONS_OF, Permission, Role
from commons.tokens import ApiToken
from tests.builders import make_membership
from tests.world import World, sign_in

URL = "/api/v1/who"
pytestmark = pytest.mark.own_app


@pytest.fixture
def api(app: Flask) -> FlaskClient:
    @app.route(URL, methods=["GET", "POST"])
    @token_required(Permission.BOOKING_REQUEST)
    def who() -> ResponseReturnValue:
        return jsonify(person=current_actor.person_id, organisation=current_actor.organisation_key)

    return app.test_client()


@pytest.fixture
def clerk(world: World) -> int:
    return world.person_id("koenigsbrueck", Role.CLERK)


@pytest.fixture
def headers(clerk: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {write(tokens.create_token, clerk, name='test')}"}


def act_for_laussnitz_too(world: World, clerk: int) -> None:
    write(make_membership, person_id=clerk, organisation_id=world.organisation_id("verwaltung-laussnitz"))


def test_token_calls_for_its_only_organisation(api: FlaskClient, clerk: int, headers: dict[str, str]) -> None:
    answer = api.post(URL, json={}, headers=headers)

    assert answer.json == {"person": clerk, "organisation": "verwaltung-koenigsbrueck"}


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer falsch", "Basic abc", "falsch"])
def test_call_without_token_in_force_is_401(api: FlaskClient, header: str | None) -> None:
    answer = api.get(URL, headers={"Authorization": header} if header else {})

    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_somebody_who_acts_for_several_must_name_one(api: FlaskClient, world: World, clerk: int, headers: dict[str, str]) -> None:
    act_for_laussnitz_too(world, clerk)

    unnamed = api.post(URL, json={}, headers=headers)
    named = api.post(URL, json={"for": "verwaltung-laussnitz"}, headers=headers)
    reading = api.get(f"{URL}?for=verwaltung-laussnitz", headers=headers)

    assert unnamed.status_code == 422
    assert "verwaltung-koenigsbrueck, verwaltung-laussnitz" in unnamed.json["detail"]
    assert named.json["organisation"] == reading.json["organisation"] == "verwaltung-laussnitz"
    assert api.get(URL, headers=headers).json["organisation"] == "verwaltung-koenigsbrueck"


@pytest.mark.parametrize("key", ["verwaltung-ossling", "gibt-es-nicht", "", 7])
def test_naming_a_foreign_organisation_is_403(api: FlaskClient, headers: dict[str, str], key: object) -> None:
    assert api.post(URL, json={"for": key}, headers=headers).status_code == 403


def test_call_without_the_permission_is_403(api: FlaskClient, world: World) -> None:
    auditor = write(tokens.create_token, world.person_id("bernsdorf", Role.AUDITOR), name="test")

    assert api.post(URL, json={}, headers={"Authorization": f"Bearer {auditor}"}).status_code == 403


def test_token_of_a_closed_account_is_401(api: FlaskClient, clerk: int, headers: dict[str, str]) -> None:
    write(lambda: setattr(db.session.get_one(Person, clerk), "active", False))

    assert api.get(URL, headers=headers).status_code == 401


def test_use_of_a_token_is_noted(api: FlaskClient, headers: dict[str, str]) -> None:
    before = clock.now()
    api.get(URL, headers=headers)

    used = db.session.query(ApiToken).one().last_used_at
    assert used is not None
    assert used >= before


def test_token_is_kept_as_hash_only(app: Flask, headers: dict[str, str]) -> None:
    secret = headers["Authorization"].removeprefix("Bearer ")

    assert secret not in str(db.session.query(ApiToken).one().__dict__)


def test_administrators_read_no_demand_and_bundle() -> None:
    forbidden = {permission for permission in Permission if permission.value.split(":")[0] in {"demand", "bundle"}}

    assert not PERMISSIONS_OF[Role.ADMINISTRATOR] & forbidden


def test_permissions_stand_in_the_order_of_the_alphabet() -> None:
    values = [permission.value for permission in Permission]

    assert values == sorted(values)


def test_a_browser_that_is_signed_in_opens_no_interface(api: FlaskClient, world: World) -> None:
    sign_in(api, world.actor("koenigsbrueck", Role.CLERK))

    answer = api.get(URL)

    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (401, [])
    assert api.get("/konto").status_code == 200  # and stays signed in
