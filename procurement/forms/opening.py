"""Forms of the officers: keys, rehearsal, opening."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from commons.forms import Form
from procurement.forms.choosing import choices
from procurement.tender_stages import LateOutcome

LATE_OUTCOMES = choices(
    [
        (LateOutcome.EXCLUDED.value, _l("ausschließen (selbst zu vertreten)")),
        (LateOutcome.ADMITTED.value, _l("zulassen (nicht zu vertreten)")),
    ]
)
AGAIN = _l("Die beiden Eingaben sind nicht gleich.")


def _number_or_none(value: str | int | None) -> int | None:
    return int(value) if value else None


class KeyForm(Form):
    """Make a key."""

    passphrase = PasswordField(
        _l("Kennwort für den Schlüssel"), description=_l("Mindestens 12 Zeichen. Es wird nirgends gespeichert."), validators=[InputRequired()]
    )
    again = PasswordField(_l("Kennwort wiederholen"), validators=[EqualTo("passphrase", AGAIN)])


class RenewForm(Form):
    """Set a new passphrase by the code of the sheet."""

    code = StringField(_l("Code vom Blatt aus dem Tresor"), validators=[InputRequired(_l("Bitte geben Sie den Code ein."))])
    passphrase = PasswordField(_l("Neues Kennwort"), description=_l("Mindestens 12 Zeichen."), validators=[InputRequired()])
    again = PasswordField(_l("Neues Kennwort wiederholen"), validators=[EqualTo("passphrase", AGAIN)])


class LostForm(Form):
    """Report a key as lost."""

    reason = TextAreaField(_l("Was ist geschehen?"), validators=[InputRequired(_l("Bitte schreiben Sie auf, was geschehen ist.")), Length(max=1000)])


class ConfirmForm(Form):
    """Confirm with the passphrase of the own key."""

    passphrase = PasswordField(_l("Kennwort Ihres Schlüssels"), validators=[InputRequired(_l("Bitte geben Sie das Kennwort ein."))])
    persons_present = StringField(_l("Weitere Anwesende"), validators=[Optional(), Length(max=500)])


class RewrapForm(ConfirmForm):
    """Name who leaves and who joins."""

    leaver_id = SelectField(_l("Es scheidet aus"), coerce=_number_or_none, validators=[Optional()])
    joiner_key_id = SelectField(_l("Es kommt hinzu"), coerce=_number_or_none, validators=[Optional()])


class LateForm(Form):
    """Propose what becomes of a bid that came late."""

    outcome = SelectField(_l("Entscheidung"), choices=LATE_OUTCOMES)
    reason = TextAreaField(
        _l("Begründung"),
        description=_l("Wer hat die Verspätung zu vertreten? Zum Beispiel: Störung des Servers bis 12:05 Uhr, belegt durch das Protokoll."),
        validators=[InputRequired(_l("Bitte begründen Sie die Entscheidung.")), Length(max=4000)],
    )
