"""The forms of the sign-in: Flask-Security's own, with mail address or name, and throttled."""

from typing import Any

from flask import g, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import (
    ForgotPasswordForm,
    LoginForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    UserMixin,
    VerifyForm,
    WebAuthnRegisterForm,
    WebauthnUtil,
)
from flask_security.recovery_codes import MfRecoveryForm
from webauthn.helpers.structs import AuthenticatorSelectionCriteria
from wtforms import BooleanField, RadioField, SelectChoice, StringField
from wtforms import Form as PlainForm
from wtforms.validators import InputRequired, Length

from commons import throttle
from commons.database import write
from commons.people import Person, find_to_sign_in


def address() -> str:
    """Return where the request comes from."""
    return request.remote_addr or "?"


class Throttled(PlainForm):  # type: ignore[misc]
    """Count failed attempts by name and by address, and refuse further ones for a while."""

    def tried_name(self) -> str:
        """Return whose account is tried."""
        person: Person | None = getattr(self, "user", None)
        return f"#{person.id}" if person is not None else ""

    def validate(self, **kwargs: Any) -> bool:
        """Refuse when too many attempts failed; count this one when it fails."""
        name = self.tried_name()
        try:
            throttle.check_attempts(name=name, address=address())
        except throttle.TooManyAttempts as broken:
            g.sign_in_status = broken.status
            self.form_errors.append(broken.message.said(gettext))
            return False
        if super().validate(**kwargs):
            return True
        write(throttle.note_attempt, name=name, address=address())
        return False


class SignInForm(Throttled, LoginForm):
    """Sign in with the mail address, or with the name that people without mail get."""

    email = StringField(
        _l("E-Mail-Adresse oder Anmeldename"),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
        validators=[InputRequired(_l("Bitte geben Sie Ihre E-Mail-Adresse oder Ihren Anmeldenamen ein.")), Length(max=200)],
    )
    remember = BooleanField(_l("Dieses Gerät bleibt angemeldet, bis ich es abmelde"))

    def tried_name(self) -> str:
        """Return the name as typed: it is counted whether it exists or not."""
        return str(self.email.data or "")

    def validate(self, **kwargs: Any) -> bool:
        """Find the person by mail address or name."""
        self.ifield, self.user = self.email, find_to_sign_in(self.tried_name())
        return super().validate(**kwargs)


class ThrottledForgotPasswordForm(ForgotPasswordForm):
    """Ask for a link that sets a new password; a few times an hour at most, and never saying whether the account exists."""

    def validate(self, **kwargs: Any) -> bool:
        """Answer alike when the account does not exist and when too many links were asked for."""
        typed = str(self.email.data or "")
        if throttle.is_throttled("reset", typed):
            self.email.errors = []
            return False
        valid = bool(super().validate(**kwargs))
        write(throttle.note_attempt, reset=typed)
        return valid


class ThrottledVerifyForm(Throttled, VerifyForm):
    """Ask for the password once more before a grave act."""


class ThrottledCodeForm(Throttled, TwoFactorVerifyCodeForm):
    """Take the code of the second factor: six digits must not be guessed."""


class ThrottledRecoveryForm(Throttled, MfRecoveryForm):
    """Take a recovery code."""


class SecondFactorForm(TwoFactorSetupForm):
    """Switch the second factor on or off; its choices as WTForms wants them."""

    setup = RadioField(
        _l("Was möchten Sie tun?"),
        choices=[SelectChoice("authenticator", _l("Authentifizierungs-App einrichten")), SelectChoice("disable", _l("Zweiten Faktor ausschalten"))],
        validate_choice=False,
    )


class PasskeyForm(WebAuthnRegisterForm):
    """Name a new passkey and say what it is for."""

    usage = RadioField(
        _l("Wofür?"),
        choices=[SelectChoice("first", _l("zum Anmelden ohne Kennwort")), SelectChoice("secondary", _l("zusätzlich zum Kennwort"))],
        default="first",
    )


class RescueForm(TwoFactorRescueForm):
    """Ask for help where the second factor is not at hand."""

    help_setup = RadioField(_l("Telefon nicht zur Hand?"), choices=[SelectChoice("help", _l("Systembetreuung benachrichtigen"))])


class AnyPasskey(WebauthnUtil):
    """Let the fingerprint or face of a phone be a passkey as well as a key on the ring."""

    def authenticator_selection(self, user: UserMixin, usage: str) -> AuthenticatorSelectionCriteria:
        """Ask for no special kind of device."""
        criteria = super().authenticator_selection(user, usage)
        criteria.authenticator_attachment = None
        return criteria
