"""Forms to prepare, publish and change a tender."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from commons.calendar_days import berlin, from_wall
from commons.forms import AmountField, Form
from procurement.entries import Commitment, Criterion, Terms
from procurement.forms.bundles import Checkboxes
from procurement.forms.choosing import choices
from procurement.rules.bid_check import Basis as Compared
from procurement.rules.procedure import Kind
from procurement.rules.scoring import Method, Reference

REASON = _l("Begründung")
KINDS = choices([(Kind.SUPPLIES.value, _l("Lieferungen")), (Kind.SERVICES.value, _l("Dienstleistungen")), (Kind.WORKS.value, _l("Bauleistungen"))])
METHODS = choices(
    [
        (Method.LOWEST_PRICE.value, _l("niedrigster Preis")),
        (Method.SIMPLE_RATIO.value, _l("einfache Richtwertmethode")),
        (Method.EXTENDED_RATIO.value, _l("erweiterte Richtwertmethode")),
        (Method.WEIGHTED_RATIO.value, _l("gewichtete Richtwertmethode")),
        (Method.LINEAR_POINTS.value, _l("Preispunkte linear, null beim doppelten Mindestpreis")),
        (Method.RATIO_POINTS.value, _l("Preispunkte im Verhältnis zum Mindestpreis")),
    ]
)
REFERENCES = choices([(Reference.BEST.value, _l("bestes Angebot")), (Reference.MEAN.value, _l("Mittelwert")), (Reference.MEDIAN.value, _l("Median"))])


class GroupForm(Form):
    """Choose which lots are bought together, and say why."""

    title = StringField(_l("Bezeichnung"), validators=[InputRequired(_l("Bitte geben Sie der Vergabe einen Namen.")), Length(max=200)])
    lot_ids = Checkboxes(_l("Lose"), coerce=int)
    goods = StringField(
        _l("Warenart"), description=_l("Gleichartige Waren werden zusammengezählt, auch über mehrere Vergaben."), validators=[Optional(), Length(max=100)]
    )
    kind = SelectField(_l("Art"), choices=KINDS)
    is_framework = BooleanField(_l("Rahmenvereinbarung: abgerufen wird nach Bedarf"), default=True)
    reason = TextAreaField(REASON, description=_l("Warum gehören diese Lose zusammen? Das kommt in den Vergabevermerk."), validators=[Length(max=4000)])


class ProcedureForm(Form):
    """Choose the procedure."""

    procedure = SelectField(_l("Verfahren"), validators=[InputRequired(_l("Bitte wählen Sie ein Verfahren."))])
    reason = TextAreaField(
        REASON, description=_l("Nötig, wenn Sie vom Vorschlag abweichen oder wenn oben etwas zu prüfen ist."), validators=[Optional(), Length(max=4000)]
    )


class RulesForm(Form):
    """Set whose rules count, and of which day."""

    day = DateField(
        _l("Stichtag"),
        description=_l("Der Tag, an dem die Bekanntmachung abgesendet wird oder das Verfahren beginnt. Seine Werte bleiben beim Verfahren."),
        validators=[InputRequired(_l("Bitte geben Sie den Tag an."))],
    )
    regime = SelectField(_l("Regelwerk unterhalb des EU-Schwellenwerts"))


class TermsForm(Form):
    """Fix how bids are compared and what limits the award."""

    cover_letter = TextAreaField(_l("Anschreiben"), validators=[InputRequired(_l("Bitte schreiben Sie ein Anschreiben.")), Length(max=8000)])
    proofs = TextAreaField(
        _l("Weitere Nachweise"), description=_l("Eigenerklärungen genügen in der Regel. Mehr zu verlangen braucht einen Grund."), validators=[Optional()]
    )
    method = SelectField(_l("Wertung"), choices=METHODS)
    price_weight = AmountField(_l("Gewicht des Preises (%)"), default=Decimal(100))
    criteria = TextAreaField(
        _l("Kriterien neben dem Preis"), description=_l("Je Zeile: Name; Gewicht; wofür es wie viele Punkte gibt."), validators=[Optional(), Length(max=4000)]
    )
    max_points = AmountField(_l("Höchste Punktzahl"), default=Decimal(10))
    places = IntegerField(_l("Nachkommastellen der Kennzahl"), default=3, validators=[NumberRange(0, 6)])
    corridor_percent = AmountField(_l("Schwankungsbereich (%)"), description=_l("Nur für die erweiterte Richtwertmethode, höchstens 10."), default=Decimal(0))
    reference = SelectField(_l("Bezug der gewichteten Richtwertmethode"), choices=REFERENCES)
    compared_on = SelectField(_l("Verglichen wird"), choices=choices([(Compared.GROSS.value, _l("brutto")), (Compared.NET.value, _l("netto"))]))
    skonto_counts = BooleanField(_l("Skonto wird gewertet"))
    max_lots_bid = IntegerField(_l("Höchstzahl der Lose je Angebot"), validators=[Optional(), NumberRange(1)])
    max_lots_per_bidder = IntegerField(_l("Höchstzahl der Lose je Zuschlag"), validators=[Optional(), NumberRange(1)])
    lot_limit_rule = StringField(
        _l("Regel bei mehr gewonnenen Losen"), description=_l("Zum Beispiel: die insgesamt günstigste Verteilung."), validators=[Optional(), Length(max=500)]
    )
    max_bidders = IntegerField(_l("Höchstzahl der Bieter"), validators=[Optional(), NumberRange(1)])
    variants_admitted = BooleanField(
        _l("Nebenangebote sind zugelassen"),
        description=_l("Neben dem Hauptangebot der Firma. Mindestanforderungen schreiben Sie bitte ins Anschreiben."),
    )
    variants_max = IntegerField(
        _l("Höchstzahl der Nebenangebote je Firma"), description=_l("Leer: beliebig viele."), validators=[Optional(), NumberRange(1, 99)]
    )
    packages_admitted = BooleanField(_l("Kombinationen von Losen sind zugelassen"))
    combinations = TextAreaField(_l("Zugelassene Kombinationen"), description=_l("Je Zeile zum Beispiel 1+2; leer: beliebige."), validators=[Optional()])
    framework_max_value = AmountField(_l("Höchstwert der Rahmenvereinbarung netto (€)"))
    framework_max_percent = AmountField(_l("Höchstmenge (% der geschätzten Menge)"))

    def validate_criteria(self, field: Any) -> None:
        """Refuse a line that is no criterion."""
        for line in _lines(field.data):
            if _criterion(line) is None:
                raise ValidationError(self.criteria.gettext("„%(line)s“ braucht Name; Gewicht; Maßstab.") % {"line": line})

    def validate_combinations(self, field: Any) -> None:
        """Refuse a line that is no combination."""
        for line in _lines(field.data):
            if not all(part.strip().isdecimal() for part in line.split("+")):
                raise ValidationError(self.combinations.gettext("„%(line)s“ ist keine Kombination von Losen.") % {"line": line})

    @property
    def terms(self) -> Terms:
        """Return what was filled in."""
        optional = ("variants_max", "max_lots_bid", "max_lots_per_bidder", "max_bidders", "framework_max_value", "framework_max_percent")
        plain = {name: self[name].data for name in ("cover_letter", "skonto_counts", "packages_admitted", "variants_admitted", *optional)}
        numbers = {name: self[name].data or Decimal(0) for name in ("price_weight", "max_points", "corridor_percent")}
        values: dict[str, Any] = plain | numbers
        return Terms(
            **values,
            proofs=self.proofs.data or "",
            lot_limit_rule=self.lot_limit_rule.data or "",
            places=self.places.data,
            method=Method(self.method.data),
            reference=Reference(self.reference.data),
            compared_on=Compared(self.compared_on.data),
            combinations=tuple(tuple(int(part) for part in line.split("+")) for line in _lines(self.combinations.data)),
            criteria=tuple(one for line in _lines(self.criteria.data) if (one := _criterion(line)) is not None),
        )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def _criterion(line: str) -> Criterion | None:
    parts = [part.strip() for part in line.split(";", 2)]
    if len(parts) < 3 or not parts[0] or not parts[1].replace(",", "", 1).isdecimal():
        return None
    return Criterion(name=parts[0], weight=Decimal(parts[1].replace(",", ".")), scale=parts[2])


class DeadlineForm(Form):
    """Say until when bids are taken."""

    day = DateField(_l("Angebotsfrist: Tag"), validators=[InputRequired(_l("Bitte geben Sie den Tag an."))])
    time = TimeField(_l("Angebotsfrist: Uhrzeit"), validators=[InputRequired(_l("Bitte geben Sie die Uhrzeit an."))])

    @property
    def deadline(self) -> datetime:
        """Return the moment in UTC."""
        return from_wall(self.day.data, self.time.data)

    def show(self, moment: datetime) -> None:
        """Fill in a moment."""
        wall = berlin(moment)
        self.day.data, self.time.data = wall.date(), wall.time().replace(second=0, microsecond=0)


class DatesForm(DeadlineForm):
    """Set the deadline, why it suffices, and how long bidders are bound."""

    reason = TextAreaField(
        _l("Warum diese Frist ausreicht"),
        description=_l("Nötig, wo das Gesetz keine Zahl von Tagen nennt; der Satz kommt in den Vergabevermerk."),
        validators=[Length(max=2000)],
    )
    binding_until = DateField(_l("Bieter sind gebunden bis"), validators=[InputRequired(_l("Bitte geben Sie die Bindefrist an."))])


class CommitForm(Form):
    """Show what binds the own municipality."""

    resolution = StringField(_l("Beschluss oder Mandat: Nummer"), validators=[InputRequired(_l("Bitte geben Sie die Nummer an.")), Length(max=100)])
    resolved_on = DateField(_l("Beschlossen am"), validators=[InputRequired(_l("Bitte geben Sie das Datum an."))])
    valid_until = DateField(_l("Gilt bis"), validators=[Optional()])
    resolved_up_to = AmountField(_l("Beschlossen bis netto (€)"), description=_l("Leer: ohne Obergrenze."))
    signatory = StringField(_l("Es unterzeichnet"), validators=[InputRequired(_l("Bitte nennen Sie die Person.")), Length(max=200)])
    signatory_limit = AmountField(_l("Darf unterzeichnen bis netto (€)"), description=_l("Nach der Hauptsatzung; leer: ohne Obergrenze."))
    funds = AmountField(_l("Bestätigte Mittel netto (€)"), validators=[InputRequired(_l("Bitte geben Sie die bestätigten Mittel an."))])
    council_session = DateField(_l("Sitzung, in der über den Zuschlag entschieden wird"), validators=[Optional()])

    @property
    def commitment(self) -> Commitment:
        """Return what was filled in."""
        names = ("resolution", "resolved_on", "valid_until", "resolved_up_to", "signatory", "signatory_limit", "funds", "council_session")
        return Commitment(**{name: self[name].data for name in names})


class PurchaseForm(Form):
    """Buy directly: who, how much, why."""

    name = StringField(_l("Firma"), validators=[InputRequired(_l("Bitte nennen Sie die Firma.")), Length(max=200)])
    address = StringField(_l("E-Mail der Firma"), validators=[InputRequired(_l("Bitte geben Sie eine Adresse an.")), Length(max=200)])
    net = AmountField(_l("Preis netto (€)"), validators=[InputRequired(_l("Bitte geben Sie den Preis an."))])
    reason = TextAreaField(REASON, description=_l("Ein Satz: warum diese Firma, warum dieser Preis wirtschaftlich ist."), validators=[Length(max=2000)])


class DirectForm(PurchaseForm):
    """Buy lots directly: what, who, how much, why."""

    lot_ids = Checkboxes(_l("Lose"), coerce=int)


class FirmForm(Form):
    """Choose a firm of the register or name one."""

    supplier_ids = Checkboxes(_l("Aus dem Verzeichnis"), coerce=int)
    name = StringField(_l("Andere Firma"), validators=[Optional(), Length(max=200)])
    address = StringField(_l("E-Mail"), validators=[Optional(), Length(max=200)])


class HoldersForm(Form):
    """Name who can open."""

    key_ids = Checkboxes(_l("Schlüsselinhaber"), coerce=int)


class CancelForm(Form):
    """Cancel with a reason."""

    reason = TextAreaField(_l("Grund"), description=_l("Bieter und Gemeinden bekommen ihn als Brief."), validators=[Length(max=4000)])


class AnswerForm(DeadlineForm):
    """Answer a question for everybody."""

    published_text = TextAreaField(_l("Frage, wie alle sie lesen"), description=_l("Ohne Hinweise darauf, wer gefragt hat."), validators=[Length(max=4000)])
    text = TextAreaField(_l("Antwort"), validators=[Length(max=4000)])


class ChangeForm(DeadlineForm):
    """Publish a new version of the documents."""

    text = TextAreaField(_l("Was sich ändert"), description=_l("Alle Bieter bekommen diesen Text als Brief."), validators=[Length(max=4000)])
    is_essential = BooleanField(_l("Die Änderung ist wesentlich: Die Frist muss später enden."))
    cover_letter = TextAreaField(_l("Anschreiben"), validators=[Optional(), Length(max=8000)])


class NoticeForm(Form):
    """Note where and when the notice appeared."""

    place = StringField(_l("Ort der Bekanntmachung"), validators=[InputRequired(_l("Bitte nennen Sie den Ort.")), Length(max=200)])
    published_on = DateField(_l("Erschienen am"), validators=[InputRequired(_l("Bitte geben Sie den Tag an."))])
    address = StringField(_l("Adresse im Netz"), validators=[Optional(), Length(max=500)])
