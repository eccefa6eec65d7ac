"""Letters through a real mail server: sent once, tried again, gathered, come back."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from commons import bounces, clock, digest, letters, sending
from commons.database import db, write
from commons.letters import CalendarPart, Letter, LetterStage
from commons.people import Person
from commons.permissions import Role
from commons.words import say
from tests.servers import mailbox
from tests.servers.mailbox import Mailbox
from tests.world import World
from verbund import worker


@pytest.fixture
def mails(app: Flask) -> Iterator[Mailbox]:
    with mailbox.running() as running:
        app.config["MAIL_SERVER_URL"] = running.url
        yield running


@pytest.fixture
def clerk(world: World) -> int:
    return world.person_id("bernsdorf", Role.CLERK)


def post(person_id: int, **more: Any) -> int:
    return write(_post, person_id, **more)


def _post(person_id: int, subject: str = "Ihre Buchung", **more: Any) -> int:
    letter = letters.post(person_id, say(subject), [say("Der Bauhof hat %(until)s zugesagt.", until=datetime(2027, 7, 1, 5, tzinfo=UTC))], **more)
    db.session.flush()
    return letter.id


def change(person_id: int, **values: object) -> None:
    def _change() -> None:
        for name, value in values.items():
            setattr(db.session.get_one(Person, person_id), name, value)

    write(_change)


def letter_of(letter_id: int) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def test_letter_is_sent_as_text_and_html_in_local_time(mails: Mailbox, clerk: int) -> None:
    letter_id = post(clerk, link="/buchung/7")

    worker.work_once()

    letter, mail = letter_of(letter_id), mails.mails[0].message
    assert letter.stage is LetterStage.SENT
    assert mails.mails[0].recipients == ["clerk@bernsdorf.example"]
    assert (mail["Subject"], mail["Message-ID"], mail["Auto-Submitted"]) == ("Ihre Buchung", letter.message_id, "auto-generated")
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text = mail.get_body(("plain",)).get_content()
    assert "01.07.2027, 07:00 Uhr" in text
    assert "http://127.0.0.1:8000/buchung/7" in text


def test_letter_carries_its_invitation_twice(mails: Mailbox, clerk: int) -> None:
    content = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    post(clerk, calendar=CalendarPart(method="REQUEST", content=content))

    worker.work_once()

    parts = list(mails.mails[0].message.walk())
    kinds = [part.get_content_type() for part in parts]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
    assert parts[4].get_param("method") == "REQUEST"
    assert parts[5].get_content() == content


def test_letter_without_mail_server_waits(app: Flask, clerk: int) -> None:
    letter_id = post(clerk)

    worker.work_once()

    assert (letter_of(letter_id).stage, letter_of(letter_id).attempts) == (LetterStage.WAITING, 0)


def test_letter_to_person_without_mail_is_printed(mails: Mailbox, clerk: int) -> None:
    change(clerk, email=None, login_name="anna")

    assert letter_of(post(clerk)).stage is LetterStage.TO_PRINT


def test_letter_waiting_while_the_address_goes_is_printed(mails: Mailbox, clerk: int) -> None:
    letter_id = post(clerk)
    change(clerk, email=None)

    worker.work_once()

    assert letter_of(letter_id).stage is LetterStage.TO_PRINT


def test_letter_refused_for_good_fails_at_once(mails: Mailbox, clerk: int) -> None:
    mails.refuse["clerk@bernsdorf.example"] = "550 5.1.1 no such user"
    letter_id = post(clerk)

    worker.work_once()

    assert (letter_of(letter_id).stage, letter_of(letter_id).error) == (LetterStage.FAILED, "550 5.1.1 no such user")


def test_letter_refused_for_now_is_tried_again_later(mails: Mailbox, clerk: int, world: World) -> None:
    mails.refuse["clerk@bernsdorf.example"] = "451 4.7.1 try later"
    letter_id, other = post(clerk), post(world.person_id("ossling", Role.CLERK))

    worker.work_once()

    letter = letter_of(letter_id)
    assert (letter.stage, letter.attempts) == (LetterStage.WAITING, 1)
    assert letter.next_attempt_at > clock.now() + timedelta(minutes=1)
    assert letter_of(other).stage is LetterStage.SENT
    mails.refuse.clear()
    with clock.stopped_at(clock.now() + timedelta(minutes=3)):
        worker.work_once()
        assert letter_of(letter_id).stage is LetterStage.SENT


def test_letter_fails_after_the_last_attempt(mails: Mailbox, clerk: int) -> None:
    mails.refuse["clerk@bernsdorf.example"] = "451 4.7.1 try later"
    letter_id, moment = post(clerk), clock.now()
    for day in range(letters.MOST_ATTEMPTS):
        with clock.stopped_at(moment + timedelta(days=day)):
            sending.send_due()

    assert letter_of(letter_id).stage is LetterStage.FAILED


def test_letter_waits_while_the_mail_server_is_away(app: Flask, clerk: int) -> None:
    app.config["MAIL_SERVER_URL"] = "smtp://127.0.0.1:9"
    letter_id = post(clerk)

    worker.work_once()

    assert letter_of(letter_id).stage is LetterStage.WAITING
    assert "refused" in (letter_of(letter_id).error or "")


def test_letter_with_secret_link_is_wiped_once_sent(mails: Mailbox, clerk: int) -> None:
    change(clerk, wants_digest=True)
    letter = write(letters.post_confidential, clerk, say("Neues Kennwort"), [say("Verweis")], link="/kennwort-vergessen/geheim")

    worker.work_once()

    assert "geheim" in mails.mails[0].message.get_body(("plain",)).get_content()
    assert (letter_of(letter.id).stage, letter_of(letter.id).link, letter_of(letter.id).body) == (LetterStage.SENT, None, [])


def test_two_workers_send_no_letter_twice(app: Flask, mails: Mailbox, clerk: int) -> None:
    count = 60
    write(lambda: [_post(clerk, f"Brief {number}") for number in range(count)])
    db.session.remove()

    def work() -> None:
        with app.app_context():
            while sending.send_due():
                pass
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    ids = [received.message["Message-ID"] for received in mails.mails]
    assert (len(ids), len(set(ids))) == (count, count)


def test_letter_of_a_worker_that_died_is_taken_after_its_lease(mails: Mailbox, clerk: int) -> None:
    letter_id = post(clerk)
    assert write(letters.claim) == [letter_id]

    assert sending.send_due() == 0
    with clock.stopped_at(clock.now() + letters.LEASE + timedelta(seconds=1)):
        assert sending.send_due() == 1
    assert len(mails.mails) == 1


def test_digest_is_one_mail_a_day(mails: Mailbox, clerk: int) -> None:
    change(clerk, wants_digest=True)
    gathered = [post(clerk, subject=f"Brief {number}", link=f"/buchung/{number}") for number in range(3)]
    morning = datetime(2027, 3, 2, 6, 30, tzinfo=UTC)

    with clock.stopped_at(morning):
        assert write(digest.post_digests) == 1
        sending.send_due()
        late = post(clerk, subject="Nachzügler")
        assert write(digest.post_digests) == 0

    text = mails.mails[0].message.get_body(("plain",)).get_content()
    assert [f"Brief {number}" in text and f"/buchung/{number}" in text for number in range(3)] == [True] * 3
    assert len(mails.mails) == 1
    assert [letter_of(letter_id).stage for letter_id in gathered] == [LetterStage.SENT] * 3
    assert letter_of(late).stage is LetterStage.COLLECTED
    with clock.stopped_at(morning + timedelta(days=1)):
        assert write(digest.post_digests) == 1


def test_digest_waits_for_the_morning(app: Flask, clerk: int) -> None:
    change(clerk, wants_digest=True)
    post(clerk)

    with clock.stopped_at(datetime(2027, 3, 2, 4, 30, tzinfo=UTC)):
        assert write(digest.post_digests) == 0


def delivery_report(message_id: str, action: str = "failed") -> bytes:
    return f"""From: MAILER-DAEMON@mail.example
To: verbund@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; clerk@bernsdorf.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Ihre Buchung

--b--
""".encode()


def test_bounce_is_found_by_message_id(app: Flask, clerk: int) -> None:
    letter = letter_of(post(clerk))

    bounce = bounces.read_bounce(delivery_report(letter.message_id))
    assert bounce is not None
    write(letters.mark_bounced, bounce.message_id, bounce.reason)

    assert letter_of(letter.id).stage is LetterStage.BOUNCED
    assert "550 5.1.1 user unknown" in (letter_of(letter.id).error or "")


def test_bounce_that_is_a_mere_delay_or_no_report_is_none() -> None:
    mail = EmailMessage()
    mail.set_content("Bin im Urlaub.")

    assert bounces.read_bounce(delivery_report("<x@y>", action="delayed")) is None
    assert bounces.read_bounce(mail.as_bytes()) is None
    assert bounces.read_bounce(b"") is None
