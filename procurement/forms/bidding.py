"""Forms of suppliers, and of officers who take in what suppliers sent on paper."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from commons.calendar_days import from_wall
from commons.forms import Form
from commons.words import german_number
from procurement.entries import DECLARATIONS, General
from procurement.exchange.bid_file import BidContent


class LinkForm(Form):
    """Ask for the personal link."""

    name = StringField(_l("Name der Firma"), validators=[InputRequired(_l("Bitte nennen Sie Ihre Firma.")), Length(max=200)])
    address = StringField(_l("E-Mail-Adresse"), validators=[InputRequired(_l("Bitte geben Sie eine E-Mail-Adresse an.")), Length(max=200)])


class QuestionForm(Form):
    """Ask a question."""

    text = TextAreaField(
        _l("Ihre Frage"),
        description=_l("Die Antwort bekommen alle, ohne Ihren Namen."),
        validators=[InputRequired(_l("Bitte schreiben Sie Ihre Frage.")), Length(max=4000)],
    )


class BidForm(Form):
    """Say everything besides prices; the prices stand in fields of their own, one a position."""

    address = StringField(_l("Anschrift der Firma"), validators=[InputRequired(_l("Bitte geben Sie Ihre Anschrift an.")), Length(max=300)])
    contact = StringField(_l("Ansprechperson"), validators=[Optional(), Length(max=200)])
    discount = StringField(_l("Nachlass ohne Bedingung (%)"), validators=[Optional(), Length(max=20)])
    skonto = StringField(_l("Skonto (%)"), validators=[Optional(), Length(max=20)])
    skonto_days = IntegerField(_l("Skonto innerhalb von Tagen"), validators=[Optional(), NumberRange(1, 365)])
    minimum_value = StringField(_l("Mindestauftragswert netto (€)"), validators=[Optional(), Length(max=20)])
    combinations = TextAreaField(
        _l("Kombinationen von Losen"), description=_l("Je Zeile zum Beispiel 1+2: 5 % oder 1+2: 180000 €."), validators=[Optional(), Length(max=2000)]
    )
    subcontract = StringField(_l("Unteraufträge (% des Werts)"), validators=[Optional(), Length(max=20)])
    no_exclusion = BooleanField(_l("Es liegen keine Ausschlussgründe vor (§§ 123, 124 GWB)."))
    taxes_paid = BooleanField(_l("Steuern und Sozialabgaben sind gezahlt."))
    minimum_wage = BooleanField(_l("Der gesetzliche Mindestlohn wird gezahlt."))
    remark = TextAreaField(_l("Bemerkung"), validators=[Optional(), Length(max=4000)])

    def general(self, statements: dict[str, str], charges: dict[str, str]) -> General:
        """Return what was typed."""
        names = ("address", "contact", "discount", "skonto", "minimum_value", "combinations", "subcontract", "remark")
        texts = {name: self[name].data or "" for name in names}
        declarations = {name: bool(self[name].data) for name in DECLARATIONS}
        return General(**texts, skonto_days=self.skonto_days.data, declarations=declarations, statements=statements, delivery=charges)

    def show(self, content: BidContent) -> None:
        """Fill in a draft."""
        self.address.data, self.contact.data, self.remark.data = content.address, content.contact, content.remark
        for name, value in (("discount", content.discount_percent), ("skonto", content.skonto_percent), ("subcontract", content.subcontract_percent)):
            self[name].data = german_number(value) if value else ""
        self.minimum_value.data = german_number(content.minimum_value).replace(".", "") if content.minimum_value is not None else ""
        self.skonto_days.data = content.skonto_days
        self.combinations.data = "\n".join(
            "+".join(map(str, one.lots))
            + (f": {german_number(one.price).replace('.', '')} €" if one.price is not None else f": {german_number(one.discount_percent or 0)} %")  # type: ignore[arg-type]
            for one in content.combinations
        )
        for name in DECLARATIONS:
            self[name].data = content.declarations.get(name, False)


class SheetForm(Form):
    """Send a filled price sheet."""

    file = FileField(_l("Ausgefülltes Preisblatt"), description=_l("Excel, höchstens 5 MB."), validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))])


class EnvelopeForm(Form):
    """Send an envelope that was sealed by the own program."""

    file = FileField(_l("Selbst versiegelter Umschlag"), validators=[FileRequired(_l("Bitte wählen Sie eine Datei."))])


class PaperForm(Form):
    """Register a paper bid unopened."""

    day = DateField(_l("Eingegangen am"), validators=[InputRequired(_l("Bitte geben Sie den Tag an."))])
    time = TimeField(_l("Uhrzeit"), format=["%H:%M:%S", "%H:%M"], validators=[InputRequired(_l("Bitte geben Sie die Uhrzeit an."))])
    note = StringField(_l("Wo liegt der ungeöffnete Umschlag?"), validators=[InputRequired(_l("Bitte schreiben Sie das auf.")), Length(max=300)])

    @property
    def received_at(self) -> datetime:
        """Return the moment in UTC."""
        return from_wall(self.day.data, self.time.data)
