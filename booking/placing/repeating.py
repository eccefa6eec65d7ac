"""Know a request again that comes twice under one key; another request under it is refused."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from booking.models import Booking, BookingItem
from booking.occupying import Wish
from booking.periods import Period
from booking.placing.terms import Details
from booking.rules.equivalents import AnyOf
from booking.stages import Stage
from commons.database import db
from commons.errors import RuleBroken
from commons.journal import JournalEntry
from commons.people import Actor
from commons.words import say


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Say which booking a request became, and whether it was there already."""

    id: int
    stage: Stage
    repeated: bool = False


class KeyUsedOtherwise(RuleBroken):
    """A key of one request cannot stand for another."""

    def __init__(self) -> None:
        super().__init__(
            say("Dieser Schlüssel gehört schon zu einer anderen Anfrage. Bitte öffnen Sie das Formular neu; ein Programm sendet einen neuen Schlüssel.")
        )


def find_repeated(
    key: str | None, wishes: Sequence[Wish], period: Period, details: Details, *, by: Actor, for_id: int | None = None, wanted: AnyOf | None = None
) -> Placed | None:
    """Find the booking that the same key made before, whatever has become of it since; `wanted` is what any like device would have done for."""
    found = db.session.scalar(select(Booking).where(Booking.created_by_id == by.person_id, Booking.idempotency_key == key)) if key else None
    if found is None:
        return None
    said = found.version > 1 or (details.note, details.contact_name) == (found.note, found.contact_name)
    same = said and _any_of(found.id) == (wanted and (wanted.category_id, wanted.feature, wanted.least))
    if not same or not asked_before(found.id, wishes, period, details, for_id=for_id or by.organisation_id, more=int(wanted is not None)):
        raise KeyUsedOtherwise
    return Placed(id=found.id, stage=found.stage, repeated=True)


def asked_before(booking_id: int, wishes: Sequence[Wish], period: Period, details: Details, *, for_id: int, more: int = 0) -> bool:
    """Say whether a booking was asked for just so, by what the journal kept of the request; where that was erased nothing speaks against it."""
    told = _told(booking_id)
    if told is None:
        return True
    items = {(item["resource"], item["quantity"]) for item in told["items"]}
    named = {(wish.resource_id, wish.quantity) for wish in wishes}
    times = tuple(datetime.fromisoformat(told[name]) for name in ("start", "end"))
    same = (times, told["purpose"], told["for"]) == ((period.start, period.end), details.purpose, for_id)
    return same and named <= items and len(items) == len(named) + more


def _told(booking_id: int) -> Mapping[str, Any] | None:
    about = select(JournalEntry.payload).where(JournalEntry.subject_kind == "booking", JournalEntry.subject_id == booking_id)
    payload = db.session.scalar(about.where(JournalEntry.act == "booking.requested").order_by(JournalEntry.id).limit(1))
    return json.loads(payload)["after"] if payload else None


def _any_of(booking_id: int) -> tuple[Any, ...] | None:
    columns = (BookingItem.any_category_id, BookingItem.any_feature, BookingItem.any_least)
    row = db.session.execute(select(*columns).where(BookingItem.booking_id == booking_id, BookingItem.any_category_id.is_not(None))).first()
    return None if row is None else tuple(row)
