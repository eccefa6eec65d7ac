"""The second factor with an app, and the codes for an emergency."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from commons import throttle
from commons.database import db
from commons.people import Person
from commons.permissions import Role
from tests.verbund.test_sign_in import PASSWORD, give_password, is_signed_in, try_sign_in
from tests.world import World, sign_in

MAIL = "clerk@bernsdorf.example"


@pytest.fixture
def clerk(app: Flask, world: World) -> Person:
    return give_password(world.person_id("bernsdorf", Role.CLERK))


@pytest.fixture
def key(app: Flask, clerk: Person, world: World) -> str:
    """The key that the app keeps, after the second factor was switched on."""
    client = app.test_client()
    sign_in(client, world.actor("bernsdorf", Role.CLERK))
    page = client.post("/konto/zweiter-faktor", data={"setup": "authenticator"}).get_data(as_text=True)
    found = re.search(r"<code>([A-Z2-7 -]+)</code>", page)
    assert found is not None
    action = re.search(r'action="(/konto/zweiter-faktor/[^"]+)"', page)
    assert action is not None
    answer = client.post(action[1], data={"code": code_of(found[1])})
    assert answer.location == "/konto"
    return found[1]


def code_of(key: str) -> str:
    return str(TOTP(key=key.replace(" ", "").replace("-", "")).generate().token)


def test_password_alone_no_longer_signs_in(client: FlaskClient, key: str) -> None:
    answer = try_sign_in(client, MAIL)

    assert answer.location.startswith("/anmelden/")
    assert not is_signed_in(client)


def test_password_and_code_sign_in(client: FlaskClient, key: str, clerk: Person) -> None:
    try_sign_in(client, MAIL)

    client.post("/anmelden/code", data={"code": code_of(key)})

    assert is_signed_in(client)
    assert key.replace("-", "") not in str(db.session.get_one(Person, clerk.id).tf_totp_secret)


def test_wrong_codes_are_throttled(client_once: FlaskClient, key: str) -> None:
    try_sign_in(client_once, MAIL)
    for _ in range(throttle.most("name")):
        assert "Dieser Code stimmt nicht" in client_once.post("/anmelden/code", data={"code": "000000"}).get_data(as_text=True)

    refused = client_once.post("/anmelden/code", data={"code": code_of(key)})

    assert refused.status_code == 429
    assert not is_signed_in(client_once)


def test_device_of_the_yard_stays_signed_in_after_the_code(app: Flask, client_once: FlaskClient, key: str) -> None:
    try_sign_in(client_once, MAIL, remember="y")
    client_once.post("/anmelden/code", data={"code": code_of(key)})
    later = app.test_client()
    later.set_cookie("verbund_device", client_once.get_cookie("verbund_device").value)

    assert is_signed_in(later)


def test_code_for_an_emergency_signs_in_once(app: Flask, client_once: FlaskClient, key: str, world: World) -> None:
    office = app.test_client()
    sign_in(office, world.actor("bernsdorf", Role.CLERK))
    page = office.post("/konto/ersatzcodes").get_data(as_text=True)
    codes = re.findall(r"\b[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}\b", page)

    statuses = []
    for _ in range(2):
        try_sign_in(client_once, MAIL)
        client_once.post("/anmelden/ersatzcode", data={"code": codes[0]})
        statuses.append(is_signed_in(client_once))
        client_once.post("/abmelden")

    assert len(codes) == 10
    assert statuses == [True, False]


def test_second_factor_is_switched_off_again(app: Flask, client_once: FlaskClient, key: str, world: World) -> None:
    office = app.test_client()
    sign_in(office, world.actor("bernsdorf", Role.CLERK))

    office.post("/konto/zweiter-faktor", data={"setup": "disable"})
    try_sign_in(client_once, MAIL)

    assert is_signed_in(client_once)


def test_grave_acts_ask_for_the_password_again(client_once: FlaskClient, clerk: Person) -> None:
    try_sign_in(client_once, MAIL)
    with client_once.session_transaction() as session:
        session["fs_paa"] -= 16 * 60

    asked = client_once.get("/konto/tokens/neu")
    client_once.post(asked.location, data={"password": PASSWORD})

    assert asked.location.startswith("/konto/bestaetigen")
    assert client_once.get("/konto/tokens/neu").status_code == 200
