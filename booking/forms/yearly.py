"""Ask for a time of each year."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking.rules.seasons import Yearly
from commons.forms import Form

_NAMES = (
    _l("Januar"),
    _l("Februar"),
    _l("März"),
    _l("April"),
    _l("Mai"),
    _l("Juni"),
    _l("Juli"),
    _l("August"),
    _l("September"),
    _l("Oktober"),
    _l("November"),
    _l("Dezember"),
)
MONTHS = [SelectChoice(number, name) for number, name in enumerate(_NAMES, start=1)]
_DAY = [InputRequired(_l("Bitte geben Sie den Tag des Monats an.")), NumberRange(min=1, max=31, message=_l("Ein Tag liegt zwischen 1 und 31."))]


class YearlyForm(Form):
    """Ask from which day of the year until which, how many of a pool, and why; winter service stands there as a proposal."""

    from_day = IntegerField(_l("Vom: Tag"), _DAY, default=1)
    from_month = SelectField(_l("Vom: Monat"), coerce=int, choices=MONTHS, default=11)
    until_day = IntegerField(_l("Bis einschließlich: Tag"), _DAY, default=31)
    until_month = SelectField(_l("Bis einschließlich: Monat"), coerce=int, choices=MONTHS, default=3)
    quantity = IntegerField(_l("Stückzahl"), [Optional()])
    reason = StringField(
        _l("Grund"), [InputRequired(_l("Bitte nennen Sie den Grund der Sperre.")), Length(max=200)], description=_l("Zum Beispiel „Winterdienst“.")
    )

    @property
    def yearly(self) -> Yearly:
        """Return the days of the year; raises the rule that a day breaks."""
        return Yearly(from_month=self.from_month.data, from_day=self.from_day.data or 0, until_month=self.until_month.data, until_day=self.until_day.data or 0)
