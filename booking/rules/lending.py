"""Who may be lent what at all."""

from datetime import datetime

from booking.periods import Period
from commons.errors import RuleBroken
from commons.words import say


class TiedToOperations(RuleBroken):
    """A device of class A is never lent away without a substitute."""

    def __init__(self, device: str) -> None:
        super().__init__(say("„%(device)s“ gehört zum Einsatzdienst und wird nicht an andere verliehen.", device=device), field="resource")


class Retired(RuleBroken):
    """What is out of service is not booked."""

    def __init__(self, device: str) -> None:
        super().__init__(say("„%(device)s“ ist außer Dienst und kann nicht gebucht werden.", device=device), field="resource")


class NothingWished(RuleBroken):
    """A booking names at least one device, and each only once."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie mindestens ein Gerät und jedes nur einmal."), field="resource")


def check_lendable(device: str, *, tied: bool, own: bool) -> None:
    """Refuse to lend a device of class A to another municipality."""
    if tied and not own:
        raise TiedToOperations(device)


def check_in_service(device: str, *, retired_at: datetime | None, period: Period) -> None:
    """Refuse a booking that lasts beyond the device's service."""
    if retired_at is not None and period.end > retired_at:
        raise Retired(device)
