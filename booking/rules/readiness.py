"""How ready a device is, from what is known of it; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from commons.words import Message, counted, say


class Readiness(StrEnum):
    """Name the states of the board, the gravest first."""

    OUT_OF_SERVICE = "out_of_service"
    IN_INCIDENT = "in_incident"
    IN_TEST = "in_test"
    LENT = "lent"
    LIMITED = "limited"
    READY = "ready"


NAMES: dict[Readiness, Message] = {
    Readiness.READY: say("einsatzbereit"),
    Readiness.LIMITED: say("eingeschränkt"),
    Readiness.IN_TEST: say("in Prüfung"),
    Readiness.IN_INCIDENT: say("im Einsatz"),
    Readiness.LENT: say("verliehen"),
    Readiness.OUT_OF_SERVICE: say("außer Dienst"),
}
BADGES: dict[Readiness, str] = {
    Readiness.READY: "success",
    Readiness.LIMITED: "warning",
    Readiness.IN_TEST: "warning",
    Readiness.IN_INCIDENT: "info",
    Readiness.LENT: "info",
    Readiness.OUT_OF_SERVICE: "danger",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Say how many of a device are in which state, why, and when they are expected back."""

    readiness: Readiness
    quantity: int
    reason: str | Message = ""
    expected_at: datetime | None = None
    since: datetime | None = None
    block_id: int | None = None


def age(known_at: datetime, now: datetime) -> Message:
    """Say how old a status is, roughly: nobody counts minutes of what is days old."""
    minutes = int((now - known_at).total_seconds()) // 60
    if minutes < 60:
        return counted(minutes, say("vor 1 Minute"), say("vor %(count)s Minuten")) if minutes > 0 else say("gerade eben")
    hours = minutes // 60
    if hours < 24:
        return counted(hours, say("vor 1 Stunde"), say("vor %(count)s Stunden"))
    return counted(hours // 24, say("vor 1 Tag"), say("vor %(count)s Tagen"))


def remaining(total: int, parts: Iterable[Part]) -> list[Part]:
    """Add how many are left: limited devices still count, nothing is counted below none."""
    parts = sorted(parts, key=lambda part: list(Readiness).index(part.readiness))
    gone = sum(part.quantity for part in parts)
    return [*parts, Part(readiness=Readiness.READY, quantity=total - gone)] if gone < total else parts


def able(total: int, parts: Iterable[Part]) -> int:
    """Count what can respond now: ready and limited ones."""
    gone = sum(part.quantity for part in parts if part.readiness not in (Readiness.READY, Readiness.LIMITED))
    return max(0, total - gone)
