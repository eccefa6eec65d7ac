"""Who may be lent what at all."""

from datetime import datetime

from booking.periods import Period
from commons.errors import RuleBroken
from commons.words import Message, say


class TiedToOperations(RuleBroken):
    """A device of class A is never lent away without a substitute."""

    def __init__(self, device: str) -> None:
        super().__init__(
            say("„%(device)s“ gehört zum Einsatzdienst (Klasse A) und wird nur verliehen, wenn ein Ersatz am Ort bleibt. Bitte nennen Sie ihn.", device=device),
            field="substitute",
        )


class SubstituteUnfit(RuleBroken):
    """A substitute is another device of the same kind in the same municipality."""

    def __init__(self, device: str) -> None:
        super().__init__(
            say("Der Ersatz für „%(device)s“ muss ein anderes Gerät derselben Art sein, das in derselben Gemeinde bleibt.", device=device), field="substitute"
        )


class NotForYou(RuleBroken):
    """An owner says whose people may book a device."""

    def __init__(self, device: str, bookers: Message) -> None:
        super().__init__(say("„%(device)s“ bucht nur: %(bookers)s.", device=device, bookers=bookers), field="resource")


class Retired(RuleBroken):
    """What is out of service is not booked."""

    def __init__(self, device: str) -> None:
        super().__init__(say("„%(device)s“ ist ausgemustert und kann nicht gebucht werden.", device=device), field="resource")


class NothingWished(RuleBroken):
    """A booking names at least one device, and each only once."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie mindestens ein Gerät und jedes nur einmal."), field="resource")


def check_lendable(device: str, *, tied: bool, own: bool, substituted: bool) -> None:
    """Refuse to lend a device of class A to another municipality unless a substitute stays."""
    if tied and not own and not substituted:
        raise TiedToOperations(device)


def check_in_service(device: str, *, retired_at: datetime | None, period: Period) -> None:
    """Refuse a booking that lasts beyond the device's service."""
    if retired_at is not None and period.end > retired_at:
        raise Retired(device)


def check_booker(device: str, *, allowed: bool, bookers: Message) -> None:
    """Refuse whose people the owner does not let book."""
    if not allowed:
        raise NotForYou(device, bookers)
