"""Ask for several devices at once: all or nothing."""

import uuid
from collections.abc import Iterable, Mapping

from wtforms import HiddenField

from booking.forms.booking import DetailsForm
from booking.forms.times import TimesForm
from booking.models import Resource
from booking.occupying import Wish


class SeveralForm(TimesForm, DetailsForm):
    """Ask for times, numbers of devices and what they are for; a repeated click is one booking."""

    key = HiddenField(default=lambda: uuid.uuid4().hex)

    def wishes(self, typed: Mapping[str, str], devices: Iterable[Resource]) -> list[Wish]:
        """Return the devices with a number; what is no number is refused by the rule on numbers."""
        numbers = ((device.id, typed.get(f"number_{device.id}", "").strip()) for device in devices)
        return [
            Wish(resource_id=id_, quantity=int(number) if number.isdecimal() and len(number) < 10 else -1) for id_, number in numbers if number not in ("", "0")
        ]
