"""Forms around a bundle."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from commons.forms import AmountField, Form


class Checkboxes(SelectMultipleField):  # type: ignore[misc]
    """Several choices as a group of checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class OpenForm(Form):
    """Open a bundle with approved requests."""

    title = StringField(
        _l("Bezeichnung"),
        description=_l("So heißt das gemeinsame Leistungsverzeichnis."),
        validators=[InputRequired(_l("Bitte geben Sie der Bündelung einen Namen.")), Length(max=200)],
    )
    term_from = DateField(_l("Laufzeit ab"), validators=[InputRequired(_l("Bitte geben Sie den Beginn an."))])
    term_until = DateField(_l("Laufzeit bis"), validators=[InputRequired(_l("Bitte geben Sie das Ende an."))])
    freeze_on = DateField(_l("Stichtag"), description=_l("Nach diesem Tag kommt keine Meldung mehr dazu."), validators=[Optional()])
    request_ids = Checkboxes(_l("Genehmigte Bedarfsmeldungen"), coerce=int)

    @property
    def term(self) -> tuple[date, date]:
        """Return first and last day."""
        return self.term_from.data, self.term_until.data


class AddForm(Form):
    """Take more requests in."""

    request_ids = Checkboxes(_l("Genehmigte Bedarfsmeldungen"), coerce=int)


class LinesForm(Form):
    """Choose lines of a position and where they go."""

    line_ids = Checkboxes(_l("Zeilen dieser Position"), coerce=int)
    target_id = SelectField(_l("Verschieben nach"), coerce=int, validators=[Optional()], validate_choice=False)
    has_more = False  # more positions than the choice shows


class NameForm(Form):
    """Name a position and its product group."""

    title = StringField(_l("Text im Leistungsverzeichnis"), validators=[InputRequired(_l("Bitte geben Sie der Position einen Namen.")), Length(max=300)])
    cpv = StringField(
        _l("Warengruppe (CPV)"),
        description=_l("Suchen Sie nach Nummer, Name oder einem Wort wie Ordner."),
        validators=[Optional(), Length(max=120)],
    )


class RatioForm(Form):
    """Say how much of one unit is in another for an article; empty where both are in one unit."""

    amount = AmountField(_l("Menge"), places=6)


class EstimateForm(Form):
    """Estimate the price of a base unit, and say on what ground."""

    price = AmountField(_l("Geschätzter Preis netto je Einheit"), places=6)
    ground = StringField(
        _l("Worauf beruht die Schätzung?"), description=_l("Zum Beispiel: Katalogpreis vom 2. November."), validators=[Optional(), Length(max=300)]
    )


class LotForm(Form):
    """Name a lot."""

    title = StringField(_l("Name des Loses"), validators=[InputRequired(_l("Bitte geben Sie dem Los einen Namen.")), Length(max=200)])


class MoveLotForm(Form):
    """Choose positions and the lot they go to."""

    position_ids = Checkboxes(_l("Positionen"), coerce=int, validate_choice=False)
    lot_id = SelectField(_l("In das Los"), coerce=int, validators=[InputRequired(_l("Bitte wählen Sie ein Los."))])


class HandoverForm(Form):
    """Offer the lead to another municipality."""

    municipality_id = SelectField(_l("An welche Gemeinde?"), coerce=int, validators=[InputRequired(_l("Bitte wählen Sie eine Gemeinde."))])
    reason = TextAreaField(_l("Grund"), validators=[InputRequired(_l("Bitte nennen Sie den Grund.")), Length(max=2000)])


class ThawForm(Form):
    """Say why a frozen bundle is opened again."""

    reason = TextAreaField(_l("Grund"), validators=[InputRequired(_l("Bitte nennen Sie den Grund.")), Length(max=2000)])


class PacksForm(Form):
    """Ask what packs a position would be bought in; read from the address, changes nothing."""

    class Meta(Form.Meta):
        """A question needs no token."""

        csrf = False

    packs = Checkboxes(_l("Diese Packungen kommen in Frage"), coerce=int)
    tolerance = IntegerField(
        _l("So viel Prozent mehr nimmt jede Gemeinde gern"), validators=[Optional(), NumberRange(0, 100, _l("Bitte geben Sie 0 bis 100 Prozent an."))]
    )
    less_is_fine = BooleanField(_l("Etwas weniger ist auch in Ordnung"))
