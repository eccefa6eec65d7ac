"""The form of one part of an estimate."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from commons.forms import AmountField, Form
from procurement.entries import NewSummand
from procurement.forms.bundles import Checkboxes
from procurement.forms.choosing import choices
from procurement.rules.procedure_estimate import Basis, Per, Source


class SummandForm(Form):
    """Add a part to the estimate."""

    tender_lot_id = SelectField(_l("Los"), coerce=int)
    municipality_id = SelectField(_l("Gemeinde"), coerce=int)
    amount = AmountField(_l("Betrag (€)"), validators=[InputRequired(_l("Bitte geben Sie den Betrag an."))])
    basis = SelectField(_l("Der Betrag ist"), choices=choices([(Basis.NET.value, _l("netto")), (Basis.GROSS.value, _l("brutto"))]))
    vat_percent = AmountField(_l("Steuersatz (%)"), description=_l("Nötig bei einem Bruttobetrag."))
    per = SelectField(
        _l("Er gilt"), choices=choices([(Per.TOTAL.value, _l("für die ganze Laufzeit")), (Per.YEAR.value, _l("je Jahr")), (Per.MONTH.value, _l("je Monat"))])
    )
    months = IntegerField(_l("Laufzeit in Monaten"), description=_l("Leer: unbefristet."), validators=[Optional(), NumberRange(1, 600)])
    extension_months = IntegerField(_l("Verlängerung in Monaten"), default=0, validators=[Optional(), NumberRange(0, 600)])
    option_amount = AmountField(_l("Optionen (€)"), default=Decimal(0))
    surcharge_percent = AmountField(_l("Aufschlag (%)"), default=Decimal(0))
    source = SelectField(
        _l("Quelle"), choices=choices([(Source.GUESS.value, _l("Schätzung")), (Source.QUOTE.value, _l("Angebot")), (Source.HISTORY.value, _l("letzte Preise"))])
    )
    remark = StringField(_l("Bemerkung"), validators=[Optional(), Length(max=300)])

    @property
    def summand(self) -> NewSummand:
        """Return what was filled in."""
        return NewSummand(
            tender_lot_id=self.tender_lot_id.data,
            municipality_id=self.municipality_id.data,
            amount=self.amount.data or Decimal(0),
            source=Source(self.source.data),
            basis=Basis(self.basis.data),
            vat_percent=self.vat_percent.data,
            per=Per(self.per.data),
            months=self.months.data,
            extension_months=self.extension_months.data or 0,
            option_amount=self.option_amount.data or Decimal(0),
            surcharge_percent=self.surcharge_percent.data or Decimal(0),
            remark=self.remark.data or "",
        )


class ExemptForm(Form):
    """Choose the small lots that leave the EU regime."""

    exempted = Checkboxes(_l("Ausgenommene kleine Lose"), coerce=int)


class MoveForm(Form):
    """Move the exempted lots to a procurement of their own."""

    reason = TextAreaField(
        _l("Begründung"), description=_l("Warum diese kleinen Lose eigens vergeben werden; das kommt in beide Vermerke."), validators=[Length(max=4000)]
    )
