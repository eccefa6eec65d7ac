"""Ask for resources: one booking, told, or one of many that are told together."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, insert

from booking import occupying, telling
from booking.exchange import ical
from booking.models import Approval, Booking, BookingItem
from booking.occupying import Claim, Locked, Wish
from booking.periods import Period
from booking.placing.repeating import Placed, find_repeated
from booking.placing.terms import Details, approval_of, check_rules, check_wishes, occupy, on_behalf_of
from booking.stages import Stage
from booking.telling import Lent, News
from commons.people import Actor
from commons.prepared import Prepared
from commons.words import say

_booking, _item = cast(Table, Booking.__table__), cast(Table, BookingItem.__table__)
_SAID = ("purpose", "note", "contact_name", "contact_phone", "for_organisation_id", "for_municipality_id", "created_by_id", "created_at", "changed_at")
_STATE = ("stage", "version", "starts_at", "ends_at", "decided_by_id", "decided_at", "reason", "idempotency_key")
_INSERT_BOOKING = Prepared(insert(_booking).returning(_booking.c.id), *_STATE, *_SAID)
_INSERT_ITEM = Prepared(
    insert(_item),
    *("booking_id", "resource_id", "quantity", "approval", "tariff_text", "any_category_id", "any_feature", "any_least", "substitute_id"),
)


def request_booking(
    wishes: Sequence[Wish], period: Period, *, details: Details, by: Actor, idempotency_key: str | None = None, lent_to_id: int | None = None
) -> Placed:
    """Ask for resources for a period: confirmed at once where the owner's rule says so, else waiting for the owner; an owner also books for who calls."""
    check_wishes(wishes, details)
    locked = occupying.lock(wishes, holder=by.person_id)
    repeated = find_repeated(idempotency_key, wishes, period, details, by=by, for_id=lent_to_id)
    if repeated is not None:
        return repeated
    lent_to = on_behalf_of(lent_to_id, locked, by) if lent_to_id else by
    check_rules(locked, period, by=lent_to)
    at = telling.now()
    news = place(locked, period, details=details, by=by, at=at, key=idempotency_key, lent_to=lent_to)
    event = telling.enter_calendar([news], at=at)[0]
    tell_requested(news, event, by=by)
    telling.write_down("requested", news, by=by)
    return Placed(id=news.booking_id, stage=news.stage)


def place(locked: Locked, period: Period, *, details: Details, by: Actor, at: datetime, key: str | None = None, lent_to: Actor | None = None) -> News:
    """Write a booking whose rules were checked and hold its time, `lent_to` whom it is for where that is somebody else; whoever calls tells of it."""
    approvals = {device.id: approval_of(device, by, quantity=number, period=period, lent_to=lent_to) for device, number in locked.wished()}
    stage = Stage.REQUESTED if Approval.PENDING in approvals.values() else Stage.CONFIRMED
    booking_id = _insert(locked, period, details, approvals, stage=stage, by=lent_to or by, at=at, key=key)
    occupy(Claim(booking_id=booking_id), locked, period, stage=stage)
    return _news(booking_id, stage, locked, period, details, lent_to or by, lent=lent_to is not None and lent_to is not by)


def _insert(locked: Locked, period: Period, details: Details, approvals: dict[int, Approval], *, stage: Stage, by: Actor, at: datetime, key: str | None) -> int:
    decided = by.person_id if Approval.GIVEN in approvals.values() and stage is Stage.CONFIRMED else None
    row = {
        "stage": stage,
        "version": 1,
        "starts_at": period.start,
        "ends_at": period.end,
        "purpose": details.purpose,
        "note": details.note,
        "contact_name": details.contact_name,
        "contact_phone": details.contact_phone,
        "for_organisation_id": by.organisation_id,
        "for_municipality_id": by.municipality_id,
        "created_by_id": by.person_id,
        "created_at": at,
        "changed_at": at,
        "decided_by_id": decided,
        "decided_at": at if decided else None,
        "reason": "",
        "idempotency_key": key,
    }
    booking_id = _INSERT_BOOKING.number(row)
    for wish in locked.wishes:
        _INSERT_ITEM.run(
            {
                "booking_id": booking_id,
                "resource_id": wish.resource_id,
                "quantity": wish.quantity,
                "approval": approvals[wish.resource_id],
                "tariff_text": locked.devices[wish.resource_id].tariff_text,
                "any_category_id": wish.any_of and wish.any_of.category_id,
                "any_feature": wish.any_of.feature if wish.any_of else "",
                "any_least": wish.any_of and wish.any_of.least,
                "substitute_id": wish.substitute_id,
            }
        )
    return booking_id


def _news(booking_id: int, stage: Stage, locked: Locked, period: Period, details: Details, by: Actor, *, lent: bool) -> News:
    devices = [
        Lent(
            resource_id=device.id,
            name=device.name,
            quantity=quantity,
            site=device.site,
            owner_id=device.owner_id,
            owner_municipality_id=device.owner_municipality_id,
            approval_by=device.approval_by,
        )
        for device, quantity in locked.wished()
    ]
    return News(
        booking_id=booking_id,
        stage=stage,
        period=period,
        purpose=details.purpose,
        reason="",
        for_organisation_id=by.organisation_id,
        for_organisation=by.organisation_name,
        for_municipality_id=by.municipality_id,
        booker_id=by.person_id,
        booker=by.person_name,
        devices=devices,
        lent=lent,
    )


def tell_requested(news: News, event: ical.Event, *, by: Actor) -> None:
    """Write to the owners who are asked, or to the booker whose booking holds at once."""
    if news.stage is Stage.REQUESTED:
        telling.tell_owners(news, say("Neue Anfrage: %(device)s", device=news.title), event, but=by.person_id)
    else:
        telling.tell_booker(news, say("Ihre Buchung ist bestätigt: %(device)s", device=news.title), event)
