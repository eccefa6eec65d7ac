"""What counts as equivalent: the same kind of device, with a feature that is large enough."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from booking.rules.occupancy import Occupied, Rival
from commons.errors import RuleBroken
from commons.words import Message, say

_NUMBER = re.compile(r"\d{1,12}(?:\.\d{3})*(?:,\d{1,6})?")


class NothingFits(Occupied):
    """Whoever wants any device of a kind gets one that is free, or hears that none is."""

    def __init__(self, wanted: Message, *, rivals: Sequence[Rival] = ()) -> None:
        super().__init__(say("Zu dieser Zeit ist nichts frei, das passt: %(wanted)s.", wanted=wanted), rivals=rivals)


class NotAlike(RuleBroken):
    """Who booked one device by name gets another only where it does the same work."""

    status = 409

    def __init__(self, device: str, booked: str) -> None:
        super().__init__(say("„%(device)s“ ist nicht gleichwertig mit „%(booked)s“.", device=device, booked=booked), field="resource")


class NotEquivalent(RuleBroken):
    """A swap keeps what was asked for."""

    status = 409

    def __init__(self, device: str, wanted: Message) -> None:
        super().__init__(say("„%(device)s“ erfüllt den Wunsch nicht: %(wanted)s.", device=device, wanted=wanted), field="resource")


@dataclass(frozen=True, kw_only=True, slots=True)
class AnyOf:
    """Ask for any device of a kind, with a number that a feature reaches at least."""

    category_id: int
    category: str
    feature: str = ""
    least: Decimal | None = None

    @property
    def label(self) -> Message:
        """Return the wish in words."""
        if self.least is None:
            return say("irgendein Gerät der Art „%(category)s“", category=self.category)
        return say("irgendein Gerät der Art „%(category)s“, %(feature)s mindestens %(least)s", category=self.category, feature=self.feature, least=self.least)

    def fits(self, category_id: int, features: Mapping[str, object]) -> bool:
        """Say whether a device is what was asked for."""
        if category_id != self.category_id:
            return False
        found = number_in(features.get(self.feature)) if self.least is not None else None
        return self.least is None or (found is not None and found >= self.least)


@dataclass(frozen=True, kw_only=True, slots=True)
class Likeness:
    """Hold what tells whether two devices of a kind stand in for each other."""

    category_id: int
    equivalence: str
    features: Mapping[str, object]


def alike(one: Likeness, other: Likeness) -> bool:
    """Say whether two devices do the same work: by the owners' word, else by what is known of them both.

    Without a word most features of the one with fewer are known of the other too, and of those in words at least one says the same.
    """
    if one.category_id != other.category_id:
        return False
    if one.equivalence or other.equivalence:
        return one.equivalence.casefold() == other.equivalence.casefold()
    shared = one.features.keys() & other.features.keys()
    words = [name for name in shared if not str(one.features[name])[:1].isdecimal()]
    same = [name for name in words if str(one.features[name]).casefold() == str(other.features[name]).casefold()]
    fewer = min(len(one.features), len(other.features))
    return fewer == 0 or (2 * len(shared) > fewer and (not words or bool(same)))


def number_in(text: object) -> Decimal | None:
    """Read the first number of a feature like „18 m“ or „2,4 t“; none where there is none."""
    found = _NUMBER.search(str(text or ""))
    return Decimal(found.group().replace(".", "").replace(",", ".")) if found else None


def measurable(features: Mapping[str, object]) -> list[str]:
    """List the features that begin with a number, so that a least can be asked for."""
    return [name for name, text in features.items() if str(text)[:1].isdecimal() and number_in(text) is not None]
