"""The forms of the administration."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, EmailField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Email, InputRequired, Length, Optional

from commons.forms import Form
from commons.municipalities import Organisation
from commons.people import Person
from commons.permissions import ROLE_NAMES, Role

NEEDED = _l("Bitte füllen Sie dieses Feld aus.")
DAY_NEEDED = _l("Bitte geben Sie einen Tag an.")


def places(organisations: list[Organisation]) -> list[SelectChoice]:
    """Return organisations to choose from."""
    return [SelectChoice(str(place.id), place.name) for place in organisations]


class PersonForm(Form):
    """Enter or correct a person."""

    name = StringField(_l("Name"), validators=[InputRequired(NEEDED), Length(max=120)])
    email = EmailField(
        _l("E-Mail-Adresse"),
        description=_l("Ohne Adresse bekommt die Person einen Anmeldenamen und Briefe auf Papier."),
        validators=[Optional(), Email(_l("Bitte geben Sie eine vollständige E-Mail-Adresse an.")), Length(max=200)],
    )
    phone = StringField(_l("Telefon"), description=_l("Bitte nur dienstliche Nummern."), validators=[Optional(), Length(max=60)])
    employer_id = SelectField(_l("Arbeitsstelle"), coerce=int)
    language = SelectField(_l("Sprache"), choices=[SelectChoice("de", "Deutsch"), SelectChoice("en", "English")])
    prefers_paper = BooleanField(_l("Briefe auf Papier statt per E-Mail"))


class FindForm(Form):
    """Find somebody of another municipality by mail address."""

    email = EmailField(_l("E-Mail-Adresse der Person"), validators=[InputRequired(NEEDED), Email(_l("Bitte geben Sie eine vollständige E-Mail-Adresse an."))])


class RoleForm(Form):
    """Give a dated role."""

    organisation_id = SelectField(_l("Stelle"), coerce=int)
    role = SelectField(_l("Rolle"), coerce=Role)
    from_day = DateField(_l("Ab"), validators=[InputRequired(DAY_NEEDED)])
    until_day = DateField(_l("Bis einschließlich"), validators=[Optional()], description=_l("Leer heißt unbefristet."))
    scope_from = DateField(
        _l("Prüfzeitraum ab"), validators=[Optional()], description=_l("Nur für die Rechnungsprüfung: Sie sieht nur, was in diese Zeit fällt.")
    )
    scope_until = DateField(_l("Prüfzeitraum bis"), validators=[Optional()], description=_l("Leer heißt: ohne Ende."))

    def offer(self, organisations: list[Organisation]) -> None:
        """Offer the organisations of the municipality and all roles."""
        self.organisation_id.choices = places(organisations)
        self.role.choices = [SelectChoice(role.value, ROLE_NAMES[role].said(gettext)) for role in Role]


class ScopeForm(Form):
    """State the period of an audit."""

    scope_from = DateField(_l("Prüfzeitraum ab"), validators=[InputRequired(DAY_NEEDED)])
    scope_until = DateField(_l("Prüfzeitraum bis"), validators=[Optional()], description=_l("Leer heißt: ohne Ende."))


class EndForm(Form):
    """End a role."""

    last_day = DateField(_l("Letzter Tag"), validators=[InputRequired(DAY_NEEDED)])


class LeaveForm(Form):
    """See somebody off."""

    last_day = DateField(_l("Letzter Tag"), validators=[InputRequired(DAY_NEEDED)])
    successor_id = SelectField(_l("Nachfolge"), coerce=int, description=_l("Bekommt dieselben Rollen ab dem Tag danach."))

    def offer(self, people: list[Person], *, leaving_id: int) -> None:
        """Offer the other people as successors."""
        others = [SelectChoice(str(person.id), person.name) for person in people if person.id != leaving_id and person.active]
        self.successor_id.choices = [SelectChoice("0", gettext("niemand, die Rollen enden")), *others]


class ImportForm(Form):
    """Read people from a sheet."""

    file = FileField(_l("Excel- oder CSV-Datei"), validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))])


class RuleValueForm(Form):
    """Add a dated value."""

    text = StringField(_l("Wert"), description=_l("Zahlen mit Dezimalkomma, zum Beispiel 25.000,00."), validators=[InputRequired(NEEDED), Length(max=200)])
    valid_from = DateField(_l("Gilt ab"), validators=[InputRequired(DAY_NEEDED)])
    valid_to = DateField(_l("Gilt bis einschließlich"), validators=[Optional()], description=_l("Leer heißt: bis ein neuer Wert beginnt."))
    legal_basis = StringField(_l("Rechtsgrundlage"), validators=[Optional(), Length(max=300)])
    source = StringField(_l("Quelle"), description=_l("Wo Sie den Wert gelesen haben, mit Tag."), validators=[InputRequired(NEEDED), Length(max=500)])
    note = TextAreaField(_l("Bemerkung"), validators=[Optional(), Length(max=1000)])


class JournalFilter(Form):
    """Say which entries are wanted."""

    class Meta(Form.Meta):
        """A filter is read, so it needs no token."""

        csrf = False

    first_day = DateField(_l("Von"), validators=[Optional()])
    last_day = DateField(_l("Bis einschließlich"), validators=[Optional()])
    person = StringField(_l("Person"), validators=[Optional(), Length(max=100)])
    act = StringField(_l("Vorgang"), description=_l("Anfang des Kurznamens, zum Beispiel booking."), validators=[Optional(), Length(max=60)])
