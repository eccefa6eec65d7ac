"""Signing in, as people do it in their browsers."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from commons import clock, devices, throttle
from commons.database import db, write
from commons.devices import Device
from commons.letters import Letter
from commons.people import Person
from commons.permissions import Role
from commons.sign_in import hashed
from commons.throttle import SignInAttempt
from tests.world import World

PASSWORD = "Vier Wörter im Bauhof"


@pytest.fixture
def clerk(app: Flask, world: World) -> Person:
    return give_password(world.person_id("bernsdorf", Role.CLERK))


def give_password(person_id: int) -> Person:
    def _set() -> Person:
        person = db.session.get_one(Person, person_id)
        person.password = hashed(PASSWORD)
        return person

    return write(_set)


def try_sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: str):
    return client.post("/anmelden", data={"email": name, "password": password, **more})


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/suche").status_code == 200


def test_sign_in_with_mail_and_password(client: FlaskClient, clerk: Person) -> None:
    answer = try_sign_in(client, " CLERK@bernsdorf.example ")

    assert answer.status_code == 302
    assert is_signed_in(client)
    device = db.session.scalars(select(Device).where(Device.person_id == clerk.id)).one()
    assert (device.stays, device.revoked_at) == (False, None)
    assert db.session.get_one(Person, clerk.id).current_login_at is not None


def test_sign_in_with_name_of_person_without_mail(client_once: FlaskClient, clerk: Person) -> None:
    def _rename() -> None:
        person = db.session.get_one(Person, clerk.id)
        person.email, person.login_name = None, "anna.beispiel"

    write(_rename)

    assert try_sign_in(client_once, "Anna.Beispiel").status_code == 302
    assert is_signed_in(client_once)


@pytest.mark.parametrize("name", ["clerk@bernsdorf.example", "nobody@bernsdorf.example"])
def test_sign_in_with_wrong_password_says_the_same_for_known_and_unknown_names(client_once: FlaskClient, clerk: Person, name: str) -> None:
    page = try_sign_in(client_once, name, "falsches Kennwort").get_data(as_text=True)

    assert "Diese Anmeldung ist nicht richtig. Bitte prüfen Sie E-Mail-Adresse oder Anmeldename und Kennwort." in page
    assert "Das Kennwort stimmt nicht" not in page
    assert not is_signed_in(client_once)


def test_sign_in_of_inactive_person_is_refused(client_once: FlaskClient, clerk: Person) -> None:
    write(lambda: setattr(db.session.get_one(Person, clerk.id), "active", False))

    try_sign_in(client_once, "clerk@bernsdorf.example")

    assert not is_signed_in(client_once)


def test_throttle_refuses_after_ten_failures_even_the_right_password(client: FlaskClient, clerk: Person) -> None:
    statuses = [try_sign_in(client, "clerk@bernsdorf.example", "falsches Kennwort").status_code for _ in range(throttle.most("name"))]

    refused = try_sign_in(client, "clerk@bernsdorf.example")

    assert set(statuses) == {200}
    assert refused.status_code == 429
    assert "Zu viele Anmeldeversuche. Bitte warten Sie 15 Minuten" in refused.get_data(as_text=True)
    with clock.stopped_at(clock.now() + timedelta(minutes=16)):
        assert try_sign_in(client, "clerk@bernsdorf.example").status_code == 302


def test_throttle_counts_an_address_across_names(client_once: FlaskClient, clerk: Person) -> None:
    write(lambda: [throttle.note_attempt(address="127.0.0.1") for _ in range(throttle.most("address"))])

    assert try_sign_in(client_once, "clerk@bernsdorf.example").status_code == 429


def test_throttle_keeps_no_names_and_forgets_after_success(client_once: FlaskClient, clerk: Person) -> None:
    try_sign_in(client_once, "clerk@bernsdorf.example", "falsches Kennwort")
    kept = db.session.scalars(select(SignInAttempt.key_hash)).all()

    try_sign_in(client_once, "clerk@bernsdorf.example")

    assert len(kept) == 2
    assert all(len(key) == 64 for key in kept)
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 1  # the address's


def test_device_of_the_yard_stays_signed_in_until_revoked(app: Flask, clerk: Person) -> None:
    tablet = app.test_client()
    try_sign_in(tablet, "clerk@bernsdorf.example", remember="y")
    cookie = tablet.get_cookie(app_cookie())
    later = app.test_client()
    later.set_cookie(app_cookie(), cookie.value)

    assert is_signed_in(later)
    write(devices.revoke_all, clerk.id)
    assert not is_signed_in(later)
    assert not is_signed_in(tablet)


def app_cookie() -> str:
    return "verbund_device"


def test_device_without_tick_is_signed_out_after_a_long_day(client_once: FlaskClient, clerk: Person) -> None:
    try_sign_in(client_once, "clerk@bernsdorf.example")

    with clock.stopped_at(clock.now() + devices.SESSION_LASTS - timedelta(minutes=1)):
        assert is_signed_in(client_once)
    with clock.stopped_at(clock.now() + devices.SESSION_LASTS):
        assert not is_signed_in(client_once)


def test_device_without_tick_gets_no_cookie(client_once: FlaskClient, clerk: Person) -> None:
    try_sign_in(client_once, "clerk@bernsdorf.example")

    assert client_once.get_cookie(app_cookie()) is None


def test_signing_out_ends_the_device_of_the_yard(app_once: Flask, clerk: Person) -> None:
    tablet = app_once.test_client()
    try_sign_in(tablet, "clerk@bernsdorf.example", remember="y")
    secret = tablet.get_cookie(app_cookie()).value

    tablet.post("/abmelden")
    tablet.set_cookie(app_cookie(), secret)

    assert not is_signed_in(tablet)


def test_forgotten_password_is_reset_by_a_letter(client: FlaskClient, clerk: Person) -> None:
    client.post("/kennwort-vergessen", data={"email": "clerk@bernsdorf.example"})
    letter = db.session.scalars(select(Letter)).one()

    page = client.post(letter.link, data={"password": "Ganz neue Wörter 7", "password_confirm": "Ganz neue Wörter 7"})

    assert letter.confidential
    assert page.status_code == 302
    assert try_sign_in(client, "clerk@bernsdorf.example", "Ganz neue Wörter 7").status_code == 302
    assert [str(kept.subject_line) for kept in db.session.scalars(select(Letter).order_by(Letter.id))] == [
        "Neues Kennwort setzen",
        "Ihr Kennwort wurde neu gesetzt",
    ]


def test_forgotten_password_tells_nothing_about_unknown_addresses(client_once: FlaskClient, clerk: Person) -> None:
    known = client_once.post("/kennwort-vergessen", data={"email": "clerk@bernsdorf.example"}, follow_redirects=True)
    unknown = client_once.post("/kennwort-vergessen", data={"email": "nobody@bernsdorf.example"}, follow_redirects=True)

    sentence = "Wenn es zu dieser Adresse ein Konto gibt"
    assert sentence in known.get_data(as_text=True)
    assert sentence in unknown.get_data(as_text=True)
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 1


def test_forgotten_password_sends_few_letters_an_hour(client_once: FlaskClient, clerk: Person) -> None:
    for _ in range(6):
        client_once.post("/kennwort-vergessen", data={"email": "clerk@bernsdorf.example"})

    assert db.session.scalar(select(func.count()).select_from(Letter)) == throttle.most("reset")


def test_changing_the_password_signs_other_devices_out(app: Flask, clerk: Person) -> None:
    office, home = app.test_client(), app.test_client()
    try_sign_in(office, "clerk@bernsdorf.example")
    try_sign_in(home, "clerk@bernsdorf.example", remember="y")

    office.post("/konto/kennwort", data={"password": PASSWORD, "new_password": "Ganz neue Wörter 7", "new_password_confirm": "Ganz neue Wörter 7"})

    assert is_signed_in(office)
    assert not is_signed_in(home)
