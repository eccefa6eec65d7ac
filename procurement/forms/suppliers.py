"""Forms of the register of suppliers."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from commons.forms import Form
from procurement.entries import SUPPLIER_FIELDS


class SupplierForm(Form):
    """Enter or change a firm."""

    name = StringField(_l("Firma"), validators=[InputRequired(_l("Bitte geben Sie den Namen der Firma an.")), Length(max=200)])
    contact = StringField(_l("Ansprechperson"), validators=[Optional(), Length(max=200)])
    email = StringField(_l("E-Mail"), validators=[Optional(), Length(max=200)])
    phone = StringField(_l("Telefon"), validators=[Optional(), Length(max=60)])
    street = StringField(_l("Straße und Hausnummer"), validators=[Optional(), Length(max=200)])
    postcode = StringField(_l("PLZ"), validators=[Optional(), Length(max=10)])
    city = StringField(_l("Ort"), validators=[Optional(), Length(max=100)])
    vat_number = StringField(_l("USt-IdNr."), validators=[Optional(), Length(max=30)])
    pq_number = StringField(_l("Nummer im PQ-VOL"), validators=[Optional(), Length(max=40)])
    categories = TextAreaField(_l("Liefert"), description=_l("Je Zeile eine Warenart."), validators=[Optional(), Length(max=2000)])

    @property
    def values(self) -> dict[str, str]:
        """Return the plain fields."""
        return {name: self[name].data or "" for name in SUPPLIER_FIELDS}

    @property
    def names(self) -> list[str]:
        """Return the categories."""
        return [line.strip() for line in (self.categories.data or "").split("\n") if line.strip()]


class RemarkForm(Form):
    """Write down a fact about a firm."""

    text = TextAreaField(_l("Bemerkung"), validators=[InputRequired(_l("Bitte schreiben Sie die Bemerkung auf.")), Length(max=2000)])


class ImportForm(Form):
    """Send a list of suppliers."""

    file = FileField(
        _l("Datei"),
        description=_l("Excel, LibreOffice oder CSV mit den Spalten Firma und E-Mail, dazu wie in der Vorlage."),
        validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))],
    )
