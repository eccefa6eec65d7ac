"""Ask for several devices at once: all or nothing."""

from collections.abc import Iterable, Mapping

from booking.forms.booking import RequestForm
from booking.models import Resource
from booking.occupying import Wish


class SeveralForm(RequestForm):
    """Ask for times, numbers of devices and what they are for."""

    def wishes(self, typed: Mapping[str, str], devices: Iterable[Resource]) -> list[Wish]:
        """Return the devices with a number; what is no number is refused by the rule on numbers."""
        numbers = ((device.id, typed.get(f"number_{device.id}", "").strip()) for device in devices)
        return [
            Wish(resource_id=id_, quantity=int(number) if number.isdecimal() and len(number) < 10 else -1) for id_, number in numbers if number not in ("", "0")
        ]
