"""Enter a device into the fleet."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp

from booking.fleet import Registration
from booking.forms.terms import TermsForm
from booking.models import Approver, Category, Kind, ReadinessClass, Resource
from commons.forms import named
from commons.municipalities import Organisation

_KINDS = [
    SelectChoice(Kind.SINGLE.value, _l("Einzelgerät")),
    SelectChoice(Kind.POOL.value, _l("Bestand mit Stückzahl")),
    SelectChoice(Kind.KIT.value, _l("Satz oder Ganzes aus Teilen")),
]
_APPROVERS = [
    SelectChoice("", _l("niemand, Buchungen gelten sofort")),
    SelectChoice(Approver.BUILDING_YARD_HEAD.value, _l("Bauhofleitung")),
    SelectChoice(Approver.ADMINISTRATION.value, _l("Verwaltung")),
    SelectChoice(Approver.BRIGADE_CHIEF.value, _l("Ortswehrleitung")),
    SelectChoice(Approver.MUNICIPAL_FIRE_CHIEF.value, _l("Gemeindewehrleitung")),
    SelectChoice(Approver.EQUIPMENT_OFFICER.value, _l("Gerätewart")),
]
_CLASSES = [
    SelectChoice("", _l("keine")),
    SelectChoice("A", _l("A – gehört zum Einsatzdienst")),
    SelectChoice("B", _l("B – kann zurückgerufen werden")),
    SelectChoice("C", _l("C – frei")),
]
_MINUTES = [InputRequired(_l("Bitte geben Sie Minuten an, 0 für keine.")), NumberRange(min=0, max=20160)]


class ResourceForm(TermsForm):
    """Ask what a yard head or chief knows of a device."""

    name = StringField(_l("Name"), [InputRequired(_l("Bitte geben Sie den Namen an.")), Length(max=120)])
    key = StringField(
        _l("Kurzbezeichnung"),
        [
            InputRequired(_l("Bitte geben Sie die Kurzbezeichnung an.")),
            Length(max=40),
            Regexp(r"^[a-z0-9-]+$", message=_l("Nur Kleinbuchstaben, Ziffern und Bindestriche.")),
        ],
        description=_l("Für Etiketten und Programme, zum Beispiel „radlader-2“."),
    )
    owner = SelectField(_l("Eigentümer"), coerce=int)
    category = SelectField(_l("Art des Geräts"), coerce=int)
    kind = SelectField(_l("Zählweise"), choices=_KINDS)
    quantity = IntegerField(_l("Stückzahl"), [InputRequired(_l("Bitte geben Sie die Stückzahl an.")), NumberRange(min=1, max=100000)], default=1)
    site = StringField(_l("Standort"), [InputRequired(_l("Bitte geben Sie den Standort an.")), Length(max=120)])
    features = TextAreaField(_l("Merkmale"), [Optional()], description=_l("Eines je Zeile, zum Beispiel „Arbeitshöhe: 18 m“."))
    contact = StringField(_l("Kontakt"), [Optional(), Length(max=120)])
    key_place = StringField(_l("Wo der Schlüssel hängt"), [Optional(), Length(max=200)])
    approval_by = SelectField(_l("Wer genehmigt Buchungen?"), choices=_APPROVERS)
    request_blocks = BooleanField(_l("Eine offene Anfrage hält die Zeit schon frei"), default=True)
    asks_beyond_share = BooleanField(
        _l("Wer mehr als den eigenen Anteil nimmt, fragt an"),
        description=_l("Nur für einen Bestand mit mehreren Eigentümern: den eigenen Anteil bucht jede Gemeinde ohne zu fragen."),
    )
    buffer_before_min = IntegerField(_l("Minuten vor jeder Buchung"), _MINUTES, default=0, description=_l("Für Transport oder Vorbereitung."))
    buffer_after_min = IntegerField(_l("Minuten nach jeder Buchung"), _MINUTES, default=0, description=_l("Für Reinigung, Trocknung oder Laden."))
    tariff_text = TextAreaField(_l("Tarif"), [Optional(), Length(max=500)])
    readiness_class = SelectField(_l("Einsatzklasse der Feuerwehr"), choices=_CLASSES)
    measure_number = SelectField(
        _l("Maßnahme"),
        [DataRequired(_l("Bitte wählen Sie die Maßnahme, zu der das Gerät gehört."))],
        coerce=int,
        description=_l("Jedes Gerät gehört zu einer Maßnahme der Zusammenarbeit. Auf deren Seite steht es dann."),
    )
    notes = TextAreaField(_l("Hinweise"), [Optional(), Length(max=2000)])
    version = HiddenField()

    @property
    def known_version(self) -> int:
        """Return the version that the page showed."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 16 else 0

    def offer(self, *, owners: list[Organisation], categories: list[Category], measures: list[tuple[int, str]]) -> None:
        """Fill the choices of owner, category and measure."""
        self.measure_number.choices = [SelectChoice(0, gettext("Bitte wählen")), *(SelectChoice(number, title) for number, title in measures)]
        self.owner.choices = [SelectChoice(owner.id, owner.name) for owner in owners]
        self.category.choices = [SelectChoice(category.id, named(category.name)) for category in categories]

    def fill(self, resource: Resource) -> None:
        """Put a resource into the fields."""
        plain = (
            "name",
            "key",
            "quantity",
            "contact",
            "key_place",
            "request_blocks",
            "asks_beyond_share",
            "buffer_before_min",
            "buffer_after_min",
            "tariff_text",
            "measure_number",
            "notes",
        )
        for name in (*plain, "version"):
            self[name].data = getattr(resource, name)
        self.fill_terms(resource)
        self.owner.data, self.category.data, self.site.data = resource.owner_id, resource.category_id, resource.site.name
        self.approval_by.data, self.readiness_class.data = resource.approval_by or "", resource.readiness_class or ""
        self.features.data = "\n".join(f"{name}: {value}" for name, value in resource.features.items())

    def registration(self, resource: Resource | None = None) -> Registration:
        """Return what was entered; what the form does not ask stays as it was."""
        return Registration(
            **self.terms(),
            source="" if resource is None else resource.source,
            key=self.key.data or "",
            name=self.name.data or "",
            category_id=self.category.data,
            site_name=self.site.data or "",
            owner_id=self.owner.data,
            kind=Kind(self.kind.data) if resource is None else resource.kind,
            quantity=self.quantity.data or 1,
            readiness_class=ReadinessClass(self.readiness_class.data) if self.readiness_class.data else None,
            features=_features(self.features.data or ""),
            contact=self.contact.data or "",
            key_place=self.key_place.data or "",
            approval_by=Approver(self.approval_by.data) if self.approval_by.data else None,
            request_blocks=bool(self.request_blocks.data),
            asks_beyond_share=bool(self.asks_beyond_share.data),
            buffer_before_min=self.buffer_before_min.data or 0,
            buffer_after_min=self.buffer_after_min.data or 0,
            tariff_text=self.tariff_text.data or "",
            measure_number=self.measure_number.data,
            notes=self.notes.data or "",
            confirmed=True,
        )


class ChangeForm(ResourceForm):
    """Change what is known of a device; how it is counted stays."""

    kind = None


def _features(text: str) -> dict[str, str]:
    pairs = [line.partition(":") for line in text.splitlines() if line.strip()]
    return {name.strip(): value.strip() for name, _, value in pairs}
