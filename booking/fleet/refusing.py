"""What keepers of the fleet are refused, in words."""

from commons.errors import NotAllowed, RuleBroken
from commons.words import counted, say


class KeyTaken(RuleBroken):
    """Each device has a short name of its own, for labels and programs."""

    def __init__(self, key: str) -> None:
        super().__init__(say("Die Kurzbezeichnung „%(key)s“ ist schon vergeben.", key=key), field="key")


class NotOwner(NotAllowed):
    """Only the owner's people keep its devices."""

    def __init__(self) -> None:
        super().__init__(say("Nur der Eigentümer pflegt seine Geräte."))


class CountRefused(RuleBroken):
    """A pool counts at least one; single devices and kits are one."""

    def __init__(self) -> None:
        super().__init__(say("Nur ein Bestand hat eine Stückzahl über 1."), field="quantity")


class PartOfItself(RuleBroken):
    """A whole is larger than its parts."""

    def __init__(self, whole: str) -> None:
        super().__init__(say("„%(whole)s“ kann nicht Teil von sich selbst sein, auch nicht über andere Sätze.", whole=whole))


class MeasureUnknown(RuleBroken):
    """A device always belongs to a measure of the portfolio."""

    def __init__(self, number: int) -> None:
        sentence = say("Eine Maßnahme mit der Nummer %(number)s gibt es nicht. Jedes Gerät gehört zu einer Maßnahme.", number=number)
        super().__init__(sentence, field="measure_number")
        self.number = number


class BookingsAffected(RuleBroken):
    """A device with bookings ahead does not vanish silently: they are moved or cancelled first."""

    status = 409

    def __init__(self, bookings: list[int]) -> None:
        super().__init__(
            counted(
                len(bookings),
                say("Für das Gerät besteht noch eine Buchung. Bitte verlegen oder stornieren Sie diese zuerst."),
                say("Für das Gerät bestehen noch %(count)s Buchungen. Bitte verlegen oder stornieren Sie diese zuerst."),
            )
        )
        self.bookings = bookings


class ConditionsAffect(BookingsAffected):
    """Bookings that new conditions would refuse were promised under the old ones: somebody says of each what becomes of it."""

    def __init__(self, bookings: list[int]) -> None:
        super().__init__(bookings)
        self.message = counted(
            len(bookings),
            say("Eine Buchung passt nicht zu den neuen Angaben. Bitte sagen Sie, was aus ihr wird."),
            say("%(count)s Buchungen passen nicht zu den neuen Angaben. Bitte sagen Sie für jede, was aus ihr wird."),
        )
