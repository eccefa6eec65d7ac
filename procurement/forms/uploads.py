"""Forms around an uploaded demand list."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange

from commons.forms import Form
from procurement.forms.choosing import measure_field, number_or_none


class UploadForm(Form):
    """Send a demand list as the clerk keeps it."""

    file = FileField(
        _l("Datei"),
        description=_l("Excel (.xlsx, .xls), LibreOffice (.ods) oder CSV, höchstens 20 MB. Die Liste kann bleiben, wie sie ist."),
        validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))],
    )
    measure_id = measure_field()
    year = IntegerField(
        _l("Bedarfsjahr"), validators=[InputRequired(_l("Bitte geben Sie das Jahr an.")), NumberRange(2020, 2099, _l("Bitte geben Sie ein Jahr an."))]
    )
    replaces_id = SelectField(
        _l("Berichtigte Fassung"),
        description=_l("Ersetzt diese Datei eine frühere? Dann bleiben Ihre Antworten erhalten."),
        coerce=number_or_none,
    )


class ListForm(Form):
    """Send a filled-in list through a personal link."""

    file = FileField(
        _l("Datei"),
        description=_l("Die ausgefüllte Vorlage oder Ihre eigene Liste: Excel, LibreOffice oder CSV, höchstens 20 MB."),
        validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))],
    )


class EmptyForm(Form):
    """Carry the token alone; the answers to faults are read by their numbers."""
