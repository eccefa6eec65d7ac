"""Forms around a survey of demand."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from commons.forms import Form
from procurement.forms.choosing import measure_field


class RoundForm(Form):
    """Ask all towns of a measure until a day."""

    title = StringField(_l("Bezeichnung"), validators=[InputRequired(_l("Bitte geben Sie der Abfrage einen Namen.")), Length(max=200)])
    measure_id = measure_field()
    year = IntegerField(
        _l("Bedarfsjahr"), validators=[InputRequired(_l("Bitte geben Sie das Jahr an.")), NumberRange(2020, 2099, _l("Bitte geben Sie ein Jahr an."))]
    )
    closes_on = DateField(
        _l("Schlusstag"),
        description=_l("Eine Woche und zwei Tage vorher wird erinnert, wer noch fehlt."),
        validators=[InputRequired(_l("Bitte geben Sie den Schlusstag an."))],
    )
