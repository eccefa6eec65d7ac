"""What must be right before a device goes out."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from booking.rules.terms import Due
from commons.errors import RuleBroken
from commons.words import say


class OperatorMissing(RuleBroken):
    """Whoever operates a device is named at hand-out at the latest."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie, wer das Gerät bedient."), field="operator")


class OrderMissing(RuleBroken):
    """An operator works on the employer's order (DGUV Grundsatz 308-008 and 301-005)."""

    def __init__(self, device: str) -> None:
        super().__init__(
            say("Für „%(device)s“ braucht der Bediener den Auftrag des Arbeitgebers. Bitte bestätigen Sie ihn.", device=device), field="order_confirmed"
        )


class InspectionExpired(RuleBroken):
    """A device goes out only with inspections that are valid to the end of the booking."""

    status = 409

    def __init__(self, device: str, due: Due) -> None:
        super().__init__(
            say(
                "„%(device)s“ wird nicht ausgegeben: „%(inspection)s“ gilt bis %(until)s und läuft vor dem Ende der Buchung ab.",
                device=device,
                inspection=due.name,
                until=due.valid_until,
            )
        )
        self.due = due


class StillOut(RuleBroken):
    """A single device is out once at a time."""

    status = 409

    def __init__(self, device: str, since: datetime) -> None:
        super().__init__(say("„%(device)s“ ist seit %(since)s ausgegeben und noch nicht zurück.", device=device, since=since))


class Blocked(RuleBroken):
    """What is in an incident, defective or in test does not go out."""

    status = 409

    def __init__(self, device: str, cause: object) -> None:
        super().__init__(say("„%(device)s“ wird nicht ausgegeben: %(cause)s.", device=device, cause=cause))


class MeterBackwards(RuleBroken):
    """A meter runs forward only."""

    def __init__(self, field: str, known: Decimal) -> None:
        super().__init__(say("Der Zählerstand liegt unter dem letzten bekannten Stand %(known)s.", known=known), field=field)


class MomentWrong(RuleBroken):
    """Out comes before back, and neither lies in the future."""

    def __init__(self, field: str) -> None:
        super().__init__(say("Bitte prüfen Sie die Zeit: Die Rückgabe liegt nach der Ausgabe, und keine von beiden in der Zukunft."), field=field)


def check_operator(operator: str) -> None:
    """Refuse without a name."""
    if not operator.strip():
        raise OperatorMissing


def check_order(devices: Sequence[str], *, confirmed: bool) -> None:
    """Refuse where a device asks for qualifications and nobody confirmed the order."""
    if devices and not confirmed:
        raise OrderMissing(devices[0])


def check_meter(reading: Decimal | None, *, known: Decimal | None, field: str) -> None:
    """Refuse a reading below the last one."""
    if reading is not None and known is not None and reading < known:
        raise MeterBackwards(field, known)


def check_moments(out_at: datetime, back_at: datetime | None, *, now: datetime) -> None:
    """Refuse what has not happened yet or happened backwards."""
    if out_at > now:
        raise MomentWrong("out")
    if back_at is not None and not out_at <= back_at <= now:
        raise MomentWrong("back")
