"""Hand in a file with bookings, and say which devices it means."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from booking.importing.reading import Choices, code_of
from booking.models import Resource
from commons.forms import Form


class ImportFileForm(Form):
    """Ask for the file, and for the device where the file is about one alone."""

    file = FileField(
        _l("Datei"),
        [FileRequired(_l("Bitte wählen Sie eine Datei aus."))],
        description=_l("Kalender (.ics) aus Outlook, Google, Apple oder Thunderbird, oder eine Tabelle (.xlsx, .ods, .csv)."),
    )
    device = SelectField(
        _l("Für welches Gerät?"), coerce=int, validate_choice=False, description=_l("Wählen Sie ein Gerät, wenn die Datei nur dieses eine betrifft.")
    )

    def offer(self, devices: Iterable[Resource]) -> None:
        """Fill the choice of devices."""
        self.device.choices = [SelectChoice(0, _l("steht bei jedem Termin")), *(SelectChoice(device.id, device.name) for device in devices)]


class TakeOverForm(Form):
    """Take over what the preview showed as free."""

    seen = HiddenField()


def chosen(values: Mapping[str, str]) -> Choices:
    """Read which devices are meant from an address or a form."""
    named = {name.partition("-")[2]: device for name, value in values.items() if name.startswith("als-") and (device := _number(value))}
    return Choices(all_for=_number(values.get("geraet", "")) or None, named=named)


def field_of(name: str) -> str:
    """Return the name of the field in which somebody says what a name in the file means."""
    return f"als-{code_of(name)}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
