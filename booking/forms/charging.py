"""Charge a use, and take a charge back."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from commons.forms import AmountField, Form


class ChargeForm(Form):
    """Say what is owed and for what."""

    amount = AmountField(
        _l("Betrag, netto (€)"),
        validators=[InputRequired(_l("Bitte geben Sie den Betrag an."))],
        description=_l("Nur die Kosten, nach dem Tarif am Tag der Nutzung."),
    )
    text = StringField(_l("Leistung"), [InputRequired(_l("Bitte nennen Sie die Leistung.")), Length(max=300)])


class TakeBackChargeForm(Form):
    """Say why a charge was wrong."""

    reason = StringField(_l("Grund der Gegenbuchung"), [InputRequired(_l("Bitte nennen Sie den Grund der Gegenbuchung.")), Length(max=300)])
