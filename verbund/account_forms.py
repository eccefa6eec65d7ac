"""The forms of my account."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional

from commons.forms import Form

SHORTEST = 12


class DetailsForm(Form):
    """Change what a person may change about oneself."""

    phone = StringField(
        _l("Telefon"),
        description=_l("Sehen nur Personen, mit denen Sie eine Buchung teilen oder die für einen Einsatz auf Ihre Freigabe warten."),
        validators=[Optional(), Length(max=60)],
    )
    language = SelectField(_l("Sprache"), choices=[SelectChoice("de", "Deutsch"), SelectChoice("en", "English")])
    prefers_paper = BooleanField(_l("Briefe auf Papier statt per E-Mail"))
    wants_digest = BooleanField(_l("Höchstens eine E-Mail am Tag, mit allem zusammen"))

    def hide_mail_choices(self, *, has_mail: bool) -> None:
        """Ask nothing about mail where there is none."""
        if not has_mail:
            del self.prefers_paper
            del self.wants_digest


class AbsenceForm(Form):
    """Say when one is away, and who acts meanwhile."""

    first_day = DateField(_l("Erster Tag der Abwesenheit"), validators=[InputRequired(_l("Bitte geben Sie den ersten Tag an."))])
    last_day = DateField(_l("Letzter Tag der Abwesenheit"), validators=[InputRequired(_l("Bitte geben Sie den letzten Tag an."))])
    deputy_id = SelectField(_l("Vertretung"), coerce=int, description=_l("Wer in derselben Gemeinde eine Rolle hat."))


class TokenForm(Form):
    """Name a token after the program that uses it."""

    name = StringField(
        _l("Wofür ist der Zugangsschlüssel?"),
        description=_l("Zum Beispiel „Kalender der Leitstelle“."),
        validators=[InputRequired(_l("Bitte geben Sie dem Zugangsschlüssel einen Namen.")), Length(max=80)],
    )


class FirstPasswordForm(Form):
    """Set the first password."""

    password = PasswordField(
        _l("Neues Kennwort"),
        description=_l("Mindestens zwölf Zeichen. Mehrere Wörter hintereinander merken sich leicht."),
        validators=[
            InputRequired(_l("Bitte geben Sie ein Kennwort ein.")),
            Length(min=SHORTEST, max=128, message=_l("Das Kennwort braucht mindestens zwölf Zeichen.")),
        ],
    )
    password_again = PasswordField(_l("Neues Kennwort wiederholen"), validators=[EqualTo("password", _l("Die beiden Kennwörter sind nicht gleich."))])
