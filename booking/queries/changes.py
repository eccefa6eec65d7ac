"""What happened to a booking since somebody looked at it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.models import Booking
from booking.stages import LABELS, Stage
from commons.journal import JournalEntry, entries_about
from commons.people import Actor
from commons.words import Message, say

ACTS: dict[str, Message] = {
    "booking.requested": say("eingetragen"),
    "booking.imported": say("aus einer Datei übernommen"),
    "booking.handed_out": say("ausgegeben"),
    "booking.taken_back": say("zurückgenommen"),
    "booking.approved": say("bestätigt"),
    "booking.declined": say("abgelehnt"),
    "booking.cancelled": say("storniert"),
    "booking.lapsed": say("verfallen"),
    "booking.moved": say("verlegt"),
    "booking.amended": say("Angaben geändert"),
    "booking.swapped": say("Gerät getauscht"),
    "booking.displaced": say("durch Einsatz oder Defekt entfallen"),
    "booking.recalled": say("zurückgerufen"),
    "booking.warned": say("vor Einsatz oder Defekt gewarnt"),
    "displacement.read": say("Nachricht gelesen"),
    "displacement.accepted": say("Ersatz angenommen"),
    "booking.overdue": say("Rückgabe überfällig"),
    "booking.overdue_warned": say("Vor verspäteter Rückgabe gewarnt"),
}
NOTICES = {
    "booking.overdue",
    "booking.overdue_warned",
    "booking.warned",
    "displacement.read",
    "displacement.accepted",
}  # they change nothing that a form could overwrite, and count no version
OTHER = say("geändert")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Say who changed what and when."""

    at: datetime
    who: str
    act: Message
    now: Sequence[Message]


def changes_since(booking: Booking, known_version: int | None) -> list[Change]:
    """Return the changes of a booking, loaded for its reader, after the version that the reader knew; every change counts one version."""
    if known_version is None or known_version >= booking.version:
        return []
    changes = [entry for entry in entries_about("booking", booking.id) if entry.act not in NOTICES]
    return [_change(entry) for entry in changes[known_version - booking.version :]]


def is_last_change(booking: Booking, act: str, known_version: int, actor: Actor) -> bool:
    """Say whether the only change since the version that the actor knew is the actor's own act: the same button pressed twice."""
    changes = [entry for entry in entries_about("booking", booking.id) if entry.act not in NOTICES]
    return known_version == booking.version - 1 and (changes[-1].act, changes[-1].person_id) == (f"booking.{act}", actor.person_id)


def history_of(booking: Booking) -> list[Change]:
    """Return all that happened to a booking, which the caller has loaded for its reader."""
    return [_change(entry) for entry in entries_about("booking", booking.id)]


def _change(entry: JournalEntry) -> Change:
    payload = json.loads(entry.payload) if entry.payload else {}
    before, after = payload.get("before") or {}, payload.get("after") or {}
    return Change(at=entry.at, who=entry.person.name if entry.person else "Verbund", act=ACTS.get(entry.act, OTHER), now=_now(before, after))


def _now(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Message]:
    said: list[Message] = []
    if {"start", "end"} <= after.keys() and (before.get("start"), before.get("end")) != (after["start"], after["end"]):
        said.append(say("Neue Zeit: %(start)s bis %(end)s.", start=datetime.fromisoformat(after["start"]), end=datetime.fromisoformat(after["end"])))
    if "purpose" in after and before.get("purpose") != after["purpose"]:
        said.append(say("Neuer Zweck: %(purpose)s.", purpose=after["purpose"]))
    if "stage" in after and before.get("stage") != after["stage"]:
        said.append(say("Neuer Stand: %(stage)s.", stage=LABELS[Stage(after["stage"])]))
    if after.get("reason"):
        said.append(say("Grund: %(reason)s", reason=after["reason"]))
    return said
