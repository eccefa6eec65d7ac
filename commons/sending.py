"""From the outbox into the mail: one message a letter, in its reader's language, through the operator's mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from urllib.parse import unquote, urlsplit

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import joinedload

from commons import letters
from commons.clock import now
from commons.database import db, write
from commons.letters import Letter
from commons.words import say

TIMEOUT = 30
PORTS = {"smtp": 25, "smtps": 465}


def send_due() -> int:
    """Send what is due; return how many letters were tried. Without a mail server all of them wait."""
    if not current_app.config["MAIL_SERVER_URL"] or not letters.is_any_due():
        return 0
    taken = write(letters.claim)
    if not taken:
        return 0
    try:
        with _server() as server:
            for letter_id in taken:
                _send(letter_id, server)
    except (OSError, smtplib.SMTPException) as error:
        for letter_id in taken:
            write(_mark_untried, letter_id, f"{type(error).__name__}: {error}")
    return len(taken)


def _mark_untried(letter_id: int, error: str) -> None:
    if db.session.get_one(Letter, letter_id).stage is letters.LetterStage.WAITING:
        letters.mark_failed(letter_id, error, final=False)


def _send(letter_id: int, server: smtplib.SMTP) -> None:
    db.session.rollback()
    letter = db.session.get_one(Letter, letter_id, options=[joinedload(Letter.person)])
    if address_of(letter) is None:
        write(letters.mark_to_print, letter_id)
        return
    try:
        server.send_message(compose(letter))
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        code, text = _answer_of(error)
        write(letters.mark_failed, letter_id, f"{code} {text}", final=500 <= code < 600)
        server.rset()
    else:
        write(letters.mark_sent, letter_id)


def _answer_of(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> tuple[int, str]:
    code, text = next(iter(error.recipients.values())) if isinstance(error, smtplib.SMTPRecipientsRefused) else (error.smtp_code, error.smtp_error)
    return int(code), text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)


@contextmanager
def _server() -> Iterator[smtplib.SMTP]:
    """Open the mail server of smtp://user:password@host:587 (STARTTLS where it is offered, and always before a password) or smtps://…."""
    url = urlsplit(current_app.config["MAIL_SERVER_URL"])
    host, port = url.hostname or "localhost", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context) if url.scheme == "smtps" else smtplib.SMTP(host, port, timeout=TIMEOUT)
    with server:
        server.ehlo()
        if url.scheme == "smtp" and (server.has_extn("starttls") or url.username):
            server.starttls(context=context)
            server.ehlo()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def address_of(letter: Letter) -> str | None:
    """Return where a letter goes: the person's address of now, else the one written on it."""
    return letter.person.email if letter.person is not None else letter.address


def compose(letter: Letter) -> EmailMessage:
    """Return the mail of a letter, always with the same Message-ID, so that nobody reads it twice."""
    with force_locale(letter.person.language if letter.person else "de"):
        message = EmailMessage(policy=SMTP)
        _head(message, letter)
        lines = _lines(letter)
        message.set_content("\n\n".join(lines) + "\n")
        message.add_alternative(_html(letter, lines), subtype="html")
    if letter.calendar is not None and letter.calendar_method:
        text = letter.calendar.decode()
        message.add_alternative(text, subtype="calendar", params={"method": letter.calendar_method})
        message.add_attachment(letter.calendar, maintype="application", subtype="ics", filename="termin.ics")
    for number, part in enumerate(letters.calendars_within(letter), start=1):
        message.add_attachment(part.content.decode(), subtype="calendar", params={"method": part.method}, filename=f"termin-{number}.ics")
    return message


def _head(message: EmailMessage, letter: Letter) -> None:
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    message["From"] = formataddr(("Verbund", current_app.config["MAIL_SENDER"]))
    message["To"] = address_of(letter) or ""
    message["Subject"] = letter.subject_line.said(gettext).replace("\n", " ")
    message["Date"] = format_datetime(now())
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"Verbund <verbund.{host}>"
    if letter.person is not None:
        message["List-Unsubscribe"] = f"<{current_app.config['BASE_URL']}/konto/angaben>"


def full_link(path: str) -> str:
    """Return the whole address of a page."""
    return f"{current_app.config['BASE_URL']}{path}"


def _lines(letter: Letter) -> list[str]:
    greeting = say("Guten Tag, %(name)s,", name=letter.person.name) if letter.person else say("Guten Tag,")
    lines = [greeting.said(gettext), *(paragraph.said(gettext) for paragraph in letter.paragraphs)]
    if letter.link:
        lines.append(full_link(letter.link))
    lines.append(say("Diese Nachricht hat Verbund von selbst geschrieben. Bitte antworten Sie nicht darauf.").said(gettext))
    return lines


def _html(letter: Letter, lines: list[str]) -> str:
    link = full_link(letter.link) if letter.link else None
    paragraphs = (f'<p><a href="{escape(line)}">{escape(line)}</a></p>' if line == link else f"<p>{escape(line)}</p>" for line in lines)
    language = letter.person.language if letter.person else "de"
    title = escape(letter.subject_line.said(gettext))
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head><body>\n'
        + "\n".join(paragraphs)
        + "\n</body></html>\n"
    )
