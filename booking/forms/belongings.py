"""Say what a kit consists of, whose items a pool holds, when a site is open; add a file."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField, TimeField
from wtforms.validators import Length, Optional

from booking.fleet import Items
from booking.fleet.sites import Week
from booking.models import Resource, Site
from booking.rules.terms import WEEKDAYS
from commons.forms import Form, without_control_characters

MORE_ROWS = 3


class RowsForm(Form):
    """Guard a page of rows that the browser sends by number."""


class FileForm(Form):
    """Add a photo or a document."""

    file = FileField(_l("Foto oder PDF"), [FileRequired(_l("Bitte wählen Sie eine Datei aus."))])
    caption = StringField(_l("Was zeigt es?"), [Optional(), Length(max=200)], description=_l("Zum Beispiel „Bedienungsanleitung“."))


class HoursForm(Form):
    """Ask for the address and for each weekday from when until when; an empty day is closed."""

    address = StringField(_l("Adresse"), [Optional(), Length(max=200)])
    always = BooleanField(_l("Jederzeit zugänglich"), description=_l("Ohne feste Zeiten wird zu jeder Stunde geholt und gebracht."))

    @property
    def rows(self) -> list[tuple[object, object, object]]:
        """Return for each weekday its name and the two fields."""
        return [(name, self[f"opens_{day}"], self[f"closes_{day}"]) for day, name in enumerate(WEEKDAYS)]

    def fill(self, site: Site) -> None:
        """Put a site into the fields."""
        self.address.data, self.always.data = site.address, site.opening is None
        for day, (opens, closes) in (site.opening or {}).items():
            self[f"opens_{day}"].process_formdata([opens])
            self[f"closes_{day}"].process_formdata([closes])

    @property
    def opening(self) -> Week | None:
        """Return the hours, none for at any time."""
        if self.always.data:
            return None
        pairs = {day: (self[f"opens_{day}"].data, self[f"closes_{day}"].data) for day in range(7)}
        return {day: pair for day, pair in pairs.items() if all(pair)}


for _day, _name in enumerate(("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")):
    setattr(HoursForm, f"opens_{_day}", TimeField(_l("von"), [Optional()]))
    setattr(HoursForm, f"closes_{_day}", TimeField(_l("bis"), [Optional()]))


def parts_in(typed: Mapping[str, str], devices: Iterable[Resource]) -> list[tuple[int, int]]:
    """Return the ticked parts with their numbers."""
    return [(device.id, _number(typed.get(f"number_{device.id}", "1"))) for device in devices if typed.get(f"part_{device.id}")]


def items_in(typed: Mapping[str, str]) -> list[Items]:
    """Return the rows that name a number of items."""
    rows = [name.removeprefix("owner_") for name in typed if name.startswith("owner_")]
    found = [
        Items(owner_id=_number(typed[f"owner_{row}"]), quantity=_number(typed.get(f"number_{row}", "")), serial=_text(typed.get(f"serial_{row}", "")))
        for row in rows
    ]
    return [items for items in found if items.quantity]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _text(text: str) -> str:
    return (without_control_characters(text) or "").strip()[:60]
