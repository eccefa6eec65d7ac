"""Hand out, take back, enter later, object, report a defect."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from booking.forms.moments import MomentForm
from booking.handover import Entry, Record
from booking.handover.opening import Photo
from booking.models import Booking, BookingItem, Fuel, Inspection, Resource, Use
from commons.calendar_days import from_wall
from commons.errors import RuleBroken
from commons.forms import Form
from commons.municipalities import Organisation
from commons.numbers import read_number

FUELS = [
    SelectChoice(Fuel.NONE.value, _l("entfällt")),
    SelectChoice(Fuel.FULL.value, _l("voll")),
    SelectChoice(Fuel.THREE_QUARTERS.value, _l("drei viertel")),
    SelectChoice(Fuel.HALF.value, _l("halb")),
    SelectChoice(Fuel.QUARTER.value, _l("ein viertel")),
    SelectChoice(Fuel.EMPTY.value, _l("leer")),
]
NOON = time(12)
UNITS = {"h": _l("Betriebsstunden"), "km": _l("Kilometerstand")}


class HandoverForm(MomentForm):
    """Write down in a minute what both sides agree on; a device with a meter gets a field for it."""

    fuel = SelectField(_l("Tank oder Akku"), choices=FUELS, default=Fuel.NONE.value)
    accessories = SelectMultipleField(_l("Zubehör, das dabei ist"), option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False), validate_choice=False)
    condition = TextAreaField(_l("Zustand"), [Optional(), Length(max=1000)], description=_l("Nur was auffällt, zum Beispiel „Kratzer links hinten“."))
    photos = MultipleFileField(_l("Fotos"), [Optional()], description=_l("Höchstens sechs Bilder."))
    giver = StringField(_l("Wer gibt"), [InputRequired(_l("Bitte nennen Sie, wer das Gerät gibt.")), Length(max=120)])
    taker = StringField(_l("Wer nimmt"), [InputRequired(_l("Bitte nennen Sie, wer das Gerät nimmt.")), Length(max=120)])
    version = HiddenField()

    @classmethod
    def about(cls, booking: Booking, accessories: Sequence[str], *, mine: str, numbers: Sequence[str] = ()) -> "HandoverForm":
        """Return the form for the devices of a booking; the names that are known stand there already, numbered items wait to be ticked."""
        form: HandoverForm = type(cls.__name__, (cls,), {f"meter_{item.resource_id}": _meter(item) for item in metered(booking.items)})()
        form.accessories.choices = [SelectChoice(name, name) for name in (*accessories, *numbers)]
        if not form.is_submitted():
            form.fill_now()
            form.accessories.data = list(accessories)
            form.version.data = booking.version
            form.propose(mine=mine, theirs=booking.contact_name)
        form.meters = [form[f"meter_{item.resource_id}"] for item in metered(booking.items)]
        return form

    meters: Sequence[Any] = ()

    @property
    def known_version(self) -> int | None:
        """Return the version that the page showed."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 16 else None

    def record(self) -> Record:
        """Return what was written down; raises the rule that a number or time breaks."""
        return Record(
            at=self.moment,
            giver=self.giver.data or "",
            taker=self.taker.data or "",
            fuel=Fuel(self.fuel.data),
            condition=self.condition.data or "",
            meters={int(field.name.removeprefix("meter_")): number for field in self.meters if (number := reading(field)) is not None},
            accessories=[name for name in self.accessories.data or [] if name in {choice.value for choice in self.accessories.choices}],
            photos=[Photo(name=file.filename, media_type=file.mimetype, content=file.read()) for file in self.photos.data or [] if file and file.filename],
            **self.more(),
        )

    def more(self) -> dict[str, Any]:
        """Return what only one of both acts asks."""
        return {}

    def propose(self, *, mine: str, theirs: str) -> None:
        """Put the names of both sides in: who has the device gives it."""
        self.giver.data, self.taker.data = mine, theirs


class HandOutForm(HandoverForm):
    """Hand out: the operator is named here at the latest."""

    operator = StringField(_l("Wer bedient das Gerät?"), [InputRequired(_l("Bitte nennen Sie, wer das Gerät bedient.")), Length(max=120)])
    order_confirmed = BooleanField(_l("Der Arbeitgeber hat den Auftrag zum Bedienen erteilt und die Befähigung geprüft."))

    def propose(self, *, mine: str, theirs: str) -> None:
        """Propose who was named for the place as operator too."""
        super().propose(mine=mine, theirs=theirs)
        self.operator.data = theirs

    def more(self) -> dict[str, Any]:
        """Return who operates."""
        return {"operator": self.operator.data or "", "order_confirmed": bool(self.order_confirmed.data)}


class TakeBackForm(HandoverForm):
    """Take back on the same list."""

    def propose(self, *, mine: str, theirs: str) -> None:
        """Put the names of both sides in: who has the device gives it."""
        self.giver.data, self.taker.data = theirs, mine


class DefectForm(Form):
    """Report a defect: the button is enough, the rest helps."""

    reason = StringField(_l("Was ist defekt?"), [Optional(), Length(max=200)])
    quantity = IntegerField(_l("Wie viele Stück?"), [Optional(), NumberRange(min=1, message=_l("Bitte geben Sie eine Zahl ab 1 an."))], default=1)
    expected_day = DateField(_l("Voraussichtlich wieder da am"), [Optional()])
    expected_time = TimeField(_l("um"), [Optional()])

    @property
    def expected_at(self) -> datetime | None:
        """Return when the device is expected back; a day alone means noon."""
        if self.expected_day.data is None:
            return None
        return from_wall(self.expected_day.data, self.expected_time.data or NOON)


class EntryForm(Form):
    """Enter a use that is over."""

    resource = SelectField(_l("Gerät"), coerce=int)
    quantity = IntegerField(_l("Stückzahl"), [Optional(), NumberRange(min=1)], default=1)
    organisation = SelectField(_l("Wer hat es genutzt?"), coerce=int)
    out_day = DateField(_l("Ausgabe: Tag"), [InputRequired(_l("Bitte geben Sie den Tag der Ausgabe an."))])
    out_time = TimeField(_l("Ausgabe: Uhrzeit"), [InputRequired(_l("Bitte geben Sie die Uhrzeit der Ausgabe an."))])
    back_day = DateField(_l("Rückgabe: Tag"), [InputRequired(_l("Bitte geben Sie den Tag der Rückgabe an."))])
    back_time = TimeField(_l("Rückgabe: Uhrzeit"), [InputRequired(_l("Bitte geben Sie die Uhrzeit der Rückgabe an."))])
    operator = StringField(_l("Wer hat das Gerät bedient?"), [InputRequired(_l("Bitte nennen Sie, wer das Gerät bedient hat.")), Length(max=120)])
    purpose = StringField(_l("Zweck"), [Optional(), Length(max=200)])
    meter_out = StringField(_l("Zählerstand bei der Ausgabe"), [Optional(), Length(max=20)])
    meter_back = StringField(_l("Zählerstand bei der Rückgabe"), [Optional(), Length(max=20)])

    def offer(self, *, devices: Iterable[Resource], organisations: Iterable[Organisation]) -> None:
        """Fill the choices."""
        self.resource.choices = [SelectChoice(device.id, device.name) for device in devices]
        self.organisation.choices = [SelectChoice(place.id, place.name) for place in organisations]

    def entry(self) -> Entry:
        """Return what was entered."""
        return Entry(
            resource_id=self.resource.data,
            organisation_id=self.organisation.data,
            out_at=from_wall(self.out_day.data, self.out_time.data),
            back_at=from_wall(self.back_day.data, self.back_time.data),
            operator=self.operator.data or "",
            quantity=self.quantity.data or 1,
            purpose=self.purpose.data or "",
            meter_out=reading(self.meter_out),
            meter_back=reading(self.meter_back),
        )

    def refuse(self, broken: RuleBroken) -> None:
        """Show a rule about the moments at their times."""
        if broken.field in ("out", "back"):
            broken.field = f"{broken.field}_time"
        super().refuse(broken)


class InspectionForm(Form):
    """Say which inspection was passed when."""

    inspection = SelectField(_l("Prüfung"), coerce=int)
    day = DateField(_l("Bestanden am"), [InputRequired(_l("Bitte geben Sie den Tag der Prüfung an."))])

    def offer(self, inspections: Iterable[Inspection]) -> None:
        """Fill the choice."""
        self.inspection.choices = [SelectChoice(inspection.id, inspection.name) for inspection in inspections]


class ObjectionForm(Form):
    """Say what is wrong."""

    objection = TextAreaField(_l("Was stimmt nicht?"), [InputRequired(_l("Bitte schreiben Sie, was nicht stimmt.")), Length(max=2000)])


def metered(items: Iterable[BookingItem]) -> list[BookingItem]:
    """Return the items with a meter."""
    return [item for item in items if item.resource.meter in UNITS]


def reading(field: Any) -> Decimal | None:
    """Read a German number, none where nothing was typed; the refusal stands at the field."""
    if not (field.data or "").strip():
        return None
    try:
        return read_number(field.data)
    except RuleBroken as broken:
        broken.field = field.name
        raise


def accessories_of(booking: Booking) -> list[str]:
    """List what goes along: keys, parts of kits, and what the device names as accessories."""
    names: list[str] = []
    for item in booking.items:
        device = item.resource
        names += [part.part.name for part in device.parts]
        names += device.accessories
        names += [_key(device)] if device.key_place else []
    return list(dict.fromkeys(names))


def accessories_out(uses: Iterable[Use]) -> list[str]:
    """List what went along."""
    return list(dict.fromkeys(name for use in uses for name in use.accessories))


def _key(device: Resource) -> str:
    return f"Schlüssel: {device.name}"


def _meter(item: BookingItem) -> StringField:
    label = UNITS[item.resource.meter]
    return StringField(label, [Optional(), Length(max=20)], description=item.resource.name)
