"""Mail to the operator's server is encrypted where the server offers it, and always before a password is told."""

from pathlib import Path

import pytest
from flask import Flask

from commons import letters
from commons.database import db, write
from commons.letters import Letter, LetterStage
from commons.permissions import Role
from commons.sending import send_due
from commons.words import say
from tests.servers import certificate, mailbox
from tests.servers.certificate import Certificate
from tests.servers.mailbox import Mailbox
from tests.world import World

PASSWORD = "geheim & lang"


@pytest.fixture
def vouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """A certificate that this computer trusts."""
    made = certificate.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


def send(app: Flask, world: World, server: Mailbox, *, scheme: str = "smtp", password: bool = False) -> Letter:
    """Send one letter and return what became of it."""
    user = "verbund:geheim%20%26%20lang@" if password else ""
    app.config["MAIL_SERVER_URL"] = f"{scheme}://{user}{server.host}:{server.port}"
    write(letters.post, world.person_id("bernsdorf", Role.CLERK), say("Frei"), [say("Die Bühne ist frei.")])
    send_due()
    return db.session.query(Letter).populate_existing().one()


def test_mail_is_encrypted_where_the_server_offers_it(app_once: Flask, world: World, vouched: Certificate) -> None:
    with mailbox.running(starttls=vouched.context) as server:
        letter = send(app_once, world, server)

    assert letter.stage is LetterStage.SENT
    assert [(mail.encrypted, mail.user) for mail in server.mails] == [(True, None)]


def test_password_is_told_after_the_line_is_encrypted(app_once: Flask, world: World, vouched: Certificate) -> None:
    with mailbox.running(starttls=vouched.context) as server:
        letter = send(app_once, world, server, password=True)

    assert letter.stage is LetterStage.SENT
    assert server.passwords == [(True, PASSWORD)]
    assert [(mail.encrypted, mail.user) for mail in server.mails] == [(True, "verbund")]


def test_mail_goes_through_a_line_that_is_encrypted_from_the_first_byte(app_once: Flask, world: World, vouched: Certificate) -> None:
    with mailbox.running(tls=vouched.context) as server:
        letter = send(app_once, world, server, scheme="smtps", password=True)

    assert letter.stage is LetterStage.SENT
    assert (server.passwords, [mail.encrypted for mail in server.mails]) == ([(True, PASSWORD)], [True])


def test_server_without_encryption_never_hears_the_password(app_once: Flask, world: World) -> None:
    with mailbox.running() as server:
        letter = send(app_once, world, server, password=True)

    assert (letter.stage, server.passwords, server.mails) == (LetterStage.WAITING, [], [])
    assert "STARTTLS" in (letter.error or "")


def test_server_that_nobody_vouches_for_gets_nothing(app_once: Flask, world: World, tmp_path: Path) -> None:
    with mailbox.running(starttls=certificate.make(tmp_path).context) as server:
        letter = send(app_once, world, server, password=True)

    assert (letter.stage, server.passwords, server.mails) == (LetterStage.WAITING, [], [])
    assert "CERTIFICATE_VERIFY_FAILED" in (letter.error or "")
