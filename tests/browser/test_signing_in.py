"""Signing in as people do it: with a password, a passkey of the browser, and a second factor from an app."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tests.browser.test_pages import faults_of
from verbund.demo.people import PASSWORD

MAIL = "gerd.petschel@bernsdorf.example"
OFFICER = "katja.simmank@bernsdorf.example"
AUTHENTICATOR = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}


@pytest.fixture
def page(server, browser):
    """A page under the name localhost: browsers give passkeys to no bare address."""
    context = browser.new_context(base_url=server.url.replace("127.0.0.1", "localhost"), locale="de-DE", viewport={"width": 360, "height": 740})
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page, mail, password=PASSWORD):
    page.goto("/anmelden")
    page.fill("#email", mail)
    page.fill("#password", password)
    page.click("main form button[type=submit]")


def sign_out(page):
    page.click("text=Abmelden")
    page.wait_for_selector("text=Anmelden")


def test_password_that_is_wrong_is_said_in_german_and_accessibly(page):
    sign_in(page, MAIL, "falsch")

    assert page.inner_text(".error-summary li") == "Diese Anmeldung ist nicht richtig. Bitte prüfen Sie E-Mail-Adresse oder Anmeldename und Kennwort."
    assert faults_of(page) == []


def test_passkey_is_set_up_and_signs_in(page):
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, MAIL)

    page.goto("/konto/passkeys")
    page.fill("#name", "Diensttelefon")
    page.click("text=Passkey einrichten")
    page.wait_for_url("**/konto")
    sign_out(page)
    page.goto("/anmelden/passkey")
    page.click("main form button[type=submit]")
    page.wait_for_selector("text=Das wartet auf Sie")

    assert "Sie handeln für Bauhof Bernsdorf" in page.inner_text(".acting-for")


def test_second_factor_is_switched_on_and_asked_for(page):
    sign_in(page, OFFICER)
    page.goto("/konto/zweiter-faktor")
    page.click("text=Authentifizierungs-App einrichten")
    assert faults_of(page) == []
    key = page.inner_text("main code").replace("-", "").replace(" ", "")
    page.fill("#code", code_of(key))
    page.click("text=Zweiten Faktor einschalten")
    page.wait_for_url("**/konto")
    sign_out(page)

    sign_in(page, OFFICER)

    assert page.inner_text("h1") == "Code eingeben"
    assert faults_of(page) == []


def code_of(key: str) -> str:
    """Return the code that an app shows now."""
    import base64
    import time

    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    return TOTP(secret, 6, SHA1(), 30, enforce_key_length=False).generate(int(time.time())).decode()
