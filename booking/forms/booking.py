"""Search, request, move, amend, and give a reason."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from booking.forms.least import LeastForm
from booking.forms.times import TimesForm
from booking.models import Booking, Category, Resource
from booking.occupying import Wish
from booking.periods import Period
from booking.queries.changes import Change, changes_since
from booking.reserving import Details
from booking.rules.wording import understood
from commons.errors import ChangedMeanwhile
from commons.forms import Form, named
from commons.municipalities import Organisation


class SearchForm(TimesForm, LeastForm):
    """Dates first: when, what kind, how many."""

    class Meta(TimesForm.Meta):
        """A search changes nothing and may be bookmarked."""

        csrf = False

    sentence = StringField(
        _l("In einem Satz"), [Optional(), Length(max=200)], description=_l("Zum Beispiel „Freitag 16 Uhr bis Montag 7 Uhr, Hubarbeitsbühne“.")
    )
    what = HiddenField()
    category = SelectField(_l("Was brauchen Sie?"), coerce=int, validate_choice=False)
    quantity = IntegerField(_l("Wie viele?"), [Optional(), NumberRange(min=1, message=_l("Bitte geben Sie eine Zahl ab 1 an."))], default=1)

    def offer(self, categories: list[Category]) -> None:
        """Fill the choice of categories."""
        self.category.choices = [SelectChoice(0, _l("alle Geräte")), *(SelectChoice(category.id, named(category.name)) for category in categories)]

    def understand(self, today: date) -> dict[str, str]:
        """Return what the sentence asks for, as the fields of this form have it."""
        found = understood(self.sentence.data or "", today=today, language=str(get_locale()))
        start = {"start_day": f"{found.start_day}", "start_time": f"{found.start_time:%H:%M}"}
        end = {"end_day": f"{found.end_day}", "end_time": f"{found.end_time:%H:%M}"}
        return {**start, **end, "what": found.what, "quantity": str(found.quantity), "category": "0"}

    @property
    def is_asked(self) -> bool:
        """Say whether somebody asked already; the first visit brings a proposal only."""
        return self.start_day.raw_data is not None and bool(self.start_day.raw_data)

    @property
    def category_id(self) -> int | None:
        """Return the wished category, none for all."""
        return self.category.data or None


class _SaidToBook(InputRequired):  # type: ignore[misc]
    """Ask for a text where the form books, not yet where it holds the time."""

    def __call__(self, form: Any, field: Any) -> None:
        """Let the text be missing while the time is held only."""
        if not form.hold.data:
            super().__call__(form, field)


class DetailsForm(Form):
    """Ask what a booking is for; another button holds the time first, for as long as the house says."""

    hold = SubmitField(_l("Zeit prüfen und vormerken"))
    purpose = StringField(_l("Zweck"), [_SaidToBook(_l("Bitte nennen Sie den Zweck der Buchung.")), Length(max=200)])
    note = TextAreaField(_l("Hinweis an den Eigentümer"), [Optional(), Length(max=2000)])
    contact_name = StringField(
        _l("Name vor Ort"), [Optional(), Length(max=120)], description=_l("Wenn Sie am Telefon für jemand anderen buchen oder jemand anderes das Gerät abholt.")
    )
    contact_phone = StringField(_l("Telefon vor Ort"), [Optional(), Length(max=60)])

    @property
    def says_nothing(self) -> bool:
        """Say whether nothing was entered but the time and the device."""
        return self.details == Details(purpose="")

    @property
    def details(self) -> Details:
        """Return what was entered."""
        return Details(
            purpose=self.purpose.data or "", note=self.note.data or "", contact_name=self.contact_name.data or "", contact_phone=self.contact_phone.data or ""
        )


class RequestForm(TimesForm, DetailsForm):
    """Ask when, what for, and for whom an owner books; a repeated click is one booking."""

    key = HiddenField(default=lambda: uuid.uuid4().hex)
    lent_to = SelectField(_l("Für wen?"), [Optional()], coerce=int, validate_choice=False, description=_l("Zum Beispiel, wenn eine andere Stelle anruft."))

    @property
    def given(self) -> dict[str, Any]:
        """Return what a booking needs besides what and when."""
        return {"details": self.details, "lent_to_id": self.lent_to.data, "idempotency_key": self.key.data}

    def offer_borrowers(self, places: Iterable[Organisation], own_id: int) -> None:
        """Fill the choice of who borrows, the own organisation first; empty where one books for oneself only."""
        ordered = sorted(places, key=lambda place: place.id != own_id)
        self.lent_to.choices = [SelectChoice(place.id, place.name) for place in ordered]
        if self.lent_to.data is None:
            self.lent_to.data = own_id


class BookingForm(RequestForm):
    """Ask for one resource."""

    quantity = IntegerField(_l("Stückzahl"), [Optional()], default=1)
    substitute = SelectField(
        _l("Ersatz am Ort"),
        [Optional()],
        coerce=int,
        validate_choice=False,
        description=_l("Das Gerät gehört zum Einsatzdienst (Klasse A). Es wird nur verliehen, wenn dieses so lange an seinem Standort bleibt."),
    )

    def begin(self, period: Period, arguments: Mapping[str, str]) -> None:
        """Take time, number, who borrows and what stays from the address that led here."""
        self.fill(period)
        for field in (self.quantity, self.lent_to, self.substitute):
            number = arguments.get(field.name, "")
            field.data = int(number) if number.isdecimal() and len(number) < 10 else field.default

    @property
    def asked(self) -> dict[str, Any]:
        """Return what an address keeps of the form: the time, the number, who borrows and what stays."""
        more = {field.name: field.data or None for field in (self.quantity, self.lent_to, self.substitute)}
        return {"start": self.period.start.isoformat(), "end": self.period.end.isoformat(), **more}

    def wishes(self, resource_id: int) -> list[Wish]:
        """Return what is asked for."""
        quantity = 1 if self.quantity.data is None else self.quantity.data
        return [Wish(resource_id=resource_id, quantity=quantity, substitute_id=self.substitute.data or None)]

    def offer_substitutes(self, devices: list[Resource]) -> None:
        """Fill the choice of what stays at home; empty where nothing needs to."""
        self.substitute.choices = [SelectChoice(0, gettext("Bitte wählen")), *(SelectChoice(device.id, device.name) for device in devices)]


class _KnownForm(Form):
    """Change what somebody has seen: a change in between is told, with who changed what."""

    version = HiddenField()
    changes: Sequence[Change] = ()

    @property
    def known_version(self) -> int | None:
        """Return the version that the page showed."""
        text = str(self.version.data or "")
        return int(text) if text.isdecimal() and len(text) < 16 else None

    def renew(self, booking: Booking) -> None:
        """Show the version that stands now, and what led to it where the reader knew another."""
        if isinstance(self.refused, ChangedMeanwhile):
            self.changes = changes_since(booking, self.known_version)
        self.version.data = booking.version


class ReasonForm(_KnownForm):
    """Ask why; who changes what the own side booked owes no reason."""

    reason = TextAreaField(_l("Grund"), [Length(max=1000)], description=_l("Der Grund wird der anderen Seite mitgeteilt."))
    owes_reason = True

    def about(self, booking: Booking, *, own: bool = False) -> Booking:
        """Remember which version the page shows, and whether the reader's own side booked."""
        self.owes_reason, self.reason.flags.optional = not own, own
        self.renew(booking)
        return booking


class MoveForm(TimesForm, ReasonForm):
    """Ask for another time; an owner who moves what somebody else booked says why."""

    def show(self, period: Period, *, days: int = 0) -> None:
        """Show a time on the first visit, some days on or back where the booking was dragged there."""
        if not self.is_submitted():
            self.fill(period)
            for field in (self.start_day, self.end_day):
                field.data += timedelta(days=max(-366, min(days, 366)))


class AmendForm(DetailsForm, _KnownForm):
    """Ask for another purpose, note or contact."""

    def about(self, booking: Booking) -> Booking:
        """Show what stands on the first visit."""
        if not self.is_submitted():
            self.process(obj=booking)
        self.renew(booking)
        return booking


class ClosureForm(TimesForm):
    """Ask when a device is closed, how many of a pool, and why."""

    quantity = IntegerField(_l("Stückzahl"), [Optional()])
    reason = StringField(
        _l("Grund"), [InputRequired(_l("Bitte nennen Sie den Grund der Sperre.")), Length(max=200)], description=_l("Zum Beispiel „Reparatur“.")
    )
