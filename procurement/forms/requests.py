"""Forms around a purchase request."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from commons.forms import Form
from procurement.forms.choosing import measure_field

ACCOUNT_HINT = _l("Produkt und Sachkonto, aus dem bezahlt wird, zum Beispiel 111201.427100.")


class BeginForm(Form):
    """Say for what and for which year something is needed."""

    title = StringField(
        _l("Bezeichnung"),
        description=_l("Zum Beispiel: Verbrauchsmaterial Rathaus."),
        validators=[InputRequired(_l("Bitte geben Sie der Bedarfsmeldung einen Namen.")), Length(max=200)],
    )
    measure_id = measure_field()
    year = IntegerField(
        _l("Bedarfsjahr"), validators=[InputRequired(_l("Bitte geben Sie das Jahr an.")), NumberRange(2020, 2099, _l("Bitte geben Sie ein Jahr an."))]
    )


class LineForm(Form):
    """Say what is needed, how much of it, and who pays."""

    NAMES = ("text", "specification", "quantity", "unit", "price", "budget_account", "delivery_place", "internal_note")

    text = StringField(
        _l("Artikel"),
        description=_l("Zum Beispiel: Kopierpapier DIN A4, 80 g/m², weiß."),
        validators=[InputRequired(_l("Bitte nennen Sie den Artikel.")), Length(max=500)],
    )
    specification = StringField(_l("Ausführung"), validators=[Optional(), Length(max=500)])
    quantity = StringField(
        _l("Menge"), description=_l("Zum Beispiel: 12 oder 2,5."), validators=[InputRequired(_l("Bitte geben Sie die Menge an.")), Length(max=60)]
    )
    unit = StringField(
        _l("Einheit"),
        description=_l("Zum Beispiel: Stück, Ries, Karton à 5 Ries, Sack 25 kg."),
        validators=[InputRequired(_l("Bitte geben Sie die Einheit an.")), Length(max=80)],
    )
    price = StringField(_l("Letzter Preis netto je Einheit"), description=_l("In Euro, zum Beispiel: 4,38."), validators=[Optional(), Length(max=60)])
    budget_account = StringField(_l("Produktsachkonto"), description=ACCOUNT_HINT, validators=[Optional(), Length(max=60)])
    delivery_place = StringField(_l("Lieferort"), validators=[Optional(), Length(max=120)])
    internal_note = StringField(_l("Interne Notiz"), description=_l("Sieht nur Ihre Gemeinde."), validators=[Optional(), Length(max=500)])

    @property
    def values(self) -> dict[str, str]:
        """Return what was written."""
        return {name: getattr(self, name).data or "" for name in self.NAMES}


class AccountForm(Form):
    """Name the budget line of every line that names none."""

    budget_account = StringField(
        _l("Produktsachkonto für alle Zeilen ohne Konto"),
        description=ACCOUNT_HINT,
        validators=[InputRequired(_l("Bitte geben Sie das Produktsachkonto an.")), Length(max=60)],
    )


class DecideForm(Form):
    """Approve the state that was seen."""

    version = HiddenField(validators=[InputRequired()])


class ReasonForm(Form):
    """Say why."""

    reason = TextAreaField(_l("Grund"), validators=[InputRequired(_l("Bitte nennen Sie den Grund.")), Length(max=2000)])


class QuestionForm(Form):
    """Ask what is doubtful."""

    question = TextAreaField(
        _l("Was ist unklar?"),
        description=_l("Zum Beispiel: Sind 1.250 Stück oder 1.250 Packungen gemeint?"),
        validators=[InputRequired(_l("Bitte schreiben Sie, was an dieser Zeile unklar ist.")), Length(max=2000)],
    )


class AnswerForm(Form):
    """Say whether a line is right, or what is."""

    is_right = RadioField(
        _l("Ist die Zeile so richtig?"),
        choices=[SelectChoice("yes", _l("Ja, so ist es gemeint")), SelectChoice("no", _l("Nein"))],
        validators=[InputRequired(_l("Bitte wählen Sie eine Antwort."))],
    )
    answer = TextAreaField(_l("Was ist richtig?"), description=_l("Bei „Nein“ bitte angeben, sonst freiwillig."), validators=[Optional(), Length(max=2000)])


class CommentForm(Form):
    """Write a comment."""

    text = TextAreaField(_l("Kommentar"), validators=[InputRequired(_l("Bitte schreiben Sie einen Text.")), Length(max=4000)])


class AttachmentForm(Form):
    """Add a file."""

    file = FileField(_l("Datei"), description=_l("Höchstens 20 MB."), validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))])
