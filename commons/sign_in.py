"""Sign-in with Flask-Security at the edge: German, argon2id, mails through the outbox."""

from datetime import timedelta
from typing import Any

from flask import Flask, g, request
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore

from commons import letters
from commons.database import db, write
from commons.people import Passkey, Person
from commons.words import say


class NoRole:
    """Stand in for the global roles that Flask-Security expects: a role counts only in an organisation."""

    name = ""


class OutboxMail(MailUtil):  # type: ignore[misc]
    """Send the mails of the sign-in through the outbox."""

    def send_mail(self, template: str, subject: str, recipient: str, sender: str, body: str, html: str | None, **context: Any) -> None:  # noqa: ARG002
        """Put a mail of Flask-Security into the outbox."""
        user = context.get("user")
        person_id = user.id if user is not None else None
        write(_post, person_id, recipient, subject, body)


def _post(person_id: int | None, recipient: str, subject: str, body: str) -> None:
    letter = letters.post_to_address(recipient, say("%(text)s", text=subject), [say("%(text)s", text=body)])
    letter.person_id = person_id


SETTINGS: dict[str, object] = {
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": True,
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_PASSWORD_COMPLEXITY_CHECKER": None,
    "SECURITY_LOGIN_URL": "/anmelden",
    "SECURITY_LOGOUT_URL": "/abmelden",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_RESET_URL": "/kennwort-vergessen",
    "SECURITY_CHANGE_URL": "/konto/kennwort",
    "SECURITY_VERIFY_URL": "/konto/bestaetigen",
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_TRACKABLE": True,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "REMEMBER_COOKIE_DURATION": timedelta(days=365),
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
}


def install(app: Flask) -> None:
    """Give the application its sign-in."""
    for key, value in SETTINGS.items():
        app.config.setdefault(key, value)
    app.config.setdefault("SECURITY_PASSWORD_SALT", app.config["SECRET_KEY"])
    app.config.setdefault("SECURITY_EMAIL_SENDER", app.config["MAIL_SENDER"])
    app.config.setdefault("REMEMBER_COOKIE_SECURE", app.config["SESSION_COOKIE_SECURE"])
    datastore = SQLAlchemyUserDatastore(db, Person, NoRole, Passkey)
    Security(app, datastore, mail_util_cls=OutboxMail, register_blueprint=True)


def language_of_reader() -> str:
    """Return the language chosen in this session, by the person, or by the browser."""
    chosen = request.cookies.get("language") if request else None
    if chosen in {"de", "en"}:
        return str(chosen)
    person = g.get("_login_user")
    if person is not None and getattr(person, "is_authenticated", False):
        return str(person.language)
    return request.accept_languages.best_match(["de", "en"], "de") if request else "de"
