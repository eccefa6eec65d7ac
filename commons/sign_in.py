"""Sign-in with Flask-Security at the edge: German, argon2id, mails through the outbox, devices that stay signed in."""

import base64
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, has_request_context, request, session
from flask_security import MailUtil, Security, SQLAlchemyUserDatastore, hash_password, user_authenticated

from commons import devices, letters, sign_in_forms, throttle
from commons.clock import now
from commons.database import begin_to_write, db, write
from commons.people import Passkey, Person
from commons.sessions import Sessions, is_call
from commons.sign_in_texts import TEXTS
from commons.words import Message, say

DEVICE_COOKIE = "verbund_device"
STAYS = timedelta(days=400)  # the longest a browser keeps a cookie; renewed with every session


class NoRole:
    """Stand in for the global roles that Flask-Security expects: a role counts only in an organisation."""

    name = ""


class Datastore(SQLAlchemyUserDatastore):
    """Commit what Flask-Security changes in an honest write transaction."""

    def put(self, model: Any) -> Any:
        """Begin to write before the first row is changed."""
        begin_to_write()
        return super().put(model)  # type: ignore[no-untyped-call]

    def commit(self) -> None:
        """Commit."""
        begin_to_write()
        super().commit()  # type: ignore[no-untyped-call]


class OutboxMail(MailUtil):
    """Send the mails of the sign-in through the outbox."""

    def send_mail(self, template: str, subject: str, recipient: str, sender: str, body: str, html: str | None, **context: Any) -> None:  # type: ignore[override]  # noqa: ARG002
        """Write our own letter in place of Flask-Security's; it is committed with the change it tells of."""
        begin_to_write()
        title, paragraphs = LETTERS[template.rsplit("/", 1)[-1]]
        person: Person = context["user"]
        if context.get("reset_link"):
            letters.post_confidential(person.id, title, paragraphs, link=urlsplit(context["reset_link"]).path)
        else:
            letters.post(person.id, title, paragraphs)


NOT_YOU = say("Waren Sie das nicht, wenden Sie sich bitte sofort an die Systembetreuung Ihrer Verwaltung.")
LETTERS: dict[str, tuple[Message, list[Message]]] = {
    "reset_instructions": (
        say("Neues Kennwort setzen"),
        [
            say("jemand, vermutlich Sie, möchte das Kennwort Ihres Kontos neu setzen. Der folgende Verweis gilt einen Tag und nur einmal."),
            say("Haben Sie das nicht gewünscht, brauchen Sie nichts zu tun: Ihr Kennwort bleibt, wie es ist."),
        ],
    ),
    "reset_notice": (say("Ihr Kennwort wurde neu gesetzt"), [say("das Kennwort Ihres Kontos wurde soeben neu gesetzt."), NOT_YOU]),
    "change_notice": (say("Ihr Kennwort wurde geändert"), [say("das Kennwort Ihres Kontos wurde soeben geändert. Alle Geräte sind abgemeldet."), NOT_YOU]),
}

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
    "SECURITY_POST_CHANGE_VIEW": "/konto",
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/",
    "SECURITY_RECOVERABLE": True,
    "SECURITY_CHANGEABLE": True,
    "SECURITY_TRACKABLE": True,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "SECURITY_DATETIME_FACTORY": now,
    "SECURITY_I18N_DOMAIN": "messages",
    "SECURITY_EMAIL_HTML": False,
    "SECURITY_AUTO_LOGIN_AFTER_RESET": False,
    "SECURITY_FRESHNESS": timedelta(minutes=15),
    "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(0),
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_TWO_FACTOR": True,
    "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
    "SECURITY_TWO_FACTOR_SETUP_URL": "/konto/zweiter-faktor",
    "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/anmelden/code",
    "SECURITY_TWO_FACTOR_RESCUE_URL": "/anmelden/hilfe",
    "SECURITY_TWO_FACTOR_SELECT_URL": "/anmelden/zweiter-faktor",
    "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/konto",
    "SECURITY_TOTP_ISSUER": "Verbund",
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 10,
    "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/konto/ersatzcodes",
    "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/anmelden/ersatzcode",
    "SECURITY_WEBAUTHN": True,
    "SECURITY_WAN_ALLOW_USER_HINTS": False,  # would tell whether an account exists
    "SECURITY_WAN_RP_NAME": "Verbund",
    "SECURITY_WAN_REGISTER_URL": "/konto/passkeys",
    "SECURITY_WAN_DELETE_URL": "/konto/passkeys/entfernen",
    "SECURITY_WAN_SIGNIN_URL": "/anmelden/passkey",
    "SECURITY_WAN_VERIFY_URL": "/konto/bestaetigen/passkey",
    "SECURITY_WAN_POST_REGISTER_VIEW": "/konto",
    "SECURITY_STATIC_FOLDER_URL": "/sicherheit",
    "PERMANENT_SESSION_LIFETIME": devices.SESSION_LASTS,
}


def install(app: Flask) -> None:
    """Give the application its sign-in."""
    for key, value in SETTINGS.items():
        app.config.setdefault(key, value)
    for name, (sentence, kind) in TEXTS.items():
        app.config.setdefault(f"SECURITY_MSG_{name}", (sentence.text, kind))
    _derive_secrets(app)
    app.session_interface = Sessions()
    app.before_request(_recognise_device)  # before anything asks who is there
    Security(
        app,
        Datastore(db, Person, NoRole, Passkey),  # type: ignore[arg-type]
        mail_util_cls=OutboxMail,
        login_form=sign_in_forms.SignInForm,
        forgot_password_form=sign_in_forms.ThrottledForgotPasswordForm,
        verify_form=sign_in_forms.ThrottledVerifyForm,
        two_factor_setup_form=sign_in_forms.SecondFactorForm,
        two_factor_verify_code_form=sign_in_forms.ThrottledCodeForm,
        mf_recovery_form=sign_in_forms.ThrottledRecoveryForm,
        two_factor_rescue_form=sign_in_forms.RescueForm,
        wan_register_form=sign_in_forms.PasskeyForm,
        webauthn_util_cls=sign_in_forms.AnyPasskey,
    )
    app.after_request(_finish_sign_in)
    user_authenticated.connect(_note_sign_in, app)


def _derive_secrets(app: Flask) -> None:
    """Take every further secret from the one that the operator keeps."""
    secret = str(app.config["SECRET_KEY"])
    app.config.setdefault("SECURITY_PASSWORD_SALT", secret)
    app.config.setdefault("SECURITY_TOTP_SECRETS", {"1": _derived(secret, "totp")})
    app.config.setdefault("SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS", [_derived(secret, "recovery codes")])
    app.config.setdefault("SECURITY_I18N_DIRNAME", [app.config["BABEL_TRANSLATION_DIRECTORIES"]])
    app.config.setdefault("SECURITY_EMAIL_SENDER", app.config["MAIL_SENDER"])
    cookie = {"httponly": True, "secure": app.config["SESSION_COOKIE_SECURE"], "samesite": "Strict"}
    app.config.setdefault("SECURITY_TWO_FACTOR_VALIDITY_COOKIE", cookie)


def _derived(secret: str, purpose: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(f"{purpose}:{secret}".encode()).digest()).decode()


def _note_sign_in(app: Flask, *, user: Person, **_: object) -> None:  # noqa: ARG001
    """Note the device in the transaction that Flask-Security commits after the request."""
    begin_to_write()
    device, secret = devices.begin(user.id, user_agent=request.user_agent.string)
    device.stays = session.pop("_remember", None) == "set"
    throttle.forget_attempts(name=str(request.form.get("email", "")))
    throttle.forget_attempts(name=f"#{user.id}")
    session["device"] = device.id
    session.permanent = not device.stays
    if device.stays:
        g.device_secret = secret


def _recognise_device() -> None:
    """Sign a device of the yard in again, and end the session of a device that was revoked."""
    if is_call(request):
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # neither a cookie nor what else Flask-Security would look at opens the interface
    if is_call(request) or request.endpoint == "static":
        return
    if "_user_id" not in session:
        _resume(request.cookies.get(DEVICE_COOKIE))
    elif "device" in session and not devices.is_in_force(session["device"]):
        session.clear()
    g.device_id = session.get("device")


def _resume(secret: str | None) -> None:
    device = devices.find_staying(secret) if secret else None
    if device is not None:
        session.update(_user_id=device.person.fs_uniquifier, _fresh=False, device=device.id)
        g.device_secret = secret  # the cookie is renewed


def _finish_sign_in(response: Response) -> Response:
    """Keep what Flask-Security left uncommitted, and hand a device of the yard its cookie."""
    if request.blueprint == "security" and request.method == "POST" and response.status_code < 500 and _is_changed():
        begin_to_write()
        db.session.commit()
    if "sign_in_status" in g:
        response.status_code = g.sign_in_status
    if "device_secret" in g and "_user_id" in session:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(DEVICE_COOKIE, g.device_secret, max_age=STAYS, httponly=True, samesite="Lax", secure=secure)
    elif request.endpoint == "security.logout" and g.get("device_id"):
        write(devices.sign_out, g.device_id)
        response.delete_cookie(DEVICE_COOKIE)
    return response


def _is_changed() -> bool:
    return bool(db.session.new or db.session.dirty or db.session.connection().get_execution_options().get("write"))


def language_of_reader() -> str:
    """Return the language chosen in this session, by the person, or by the browser."""
    if not has_request_context():
        return "de"
    chosen = request.cookies.get("language")
    if chosen in {"de", "en"}:
        return str(chosen)
    person = g.get("_login_user")
    if person is not None and getattr(person, "is_authenticated", False):
        return str(person.language)
    wanted = request.accept_languages.best_match(["de", "en"]) if "Accept-Language" in request.headers else None
    return wanted or "de"


def hashed(password: str) -> str:
    """Return what is kept of a password; people type umlauts in more than one way."""
    return str(hash_password(current_app.extensions["security"].password_util.normalize(password)))
