"""Let a booking have an equivalent device: the plan, the calendar, both owners and the booker; by a person, or at once when one was taken away."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, delete

from booking import occupying, telling
from booking.models import Approval, Booking, BookingItem, CalendarEntry, Resource
from booking.occupying import Claim, Locked, Wish
from booking.queries.equivalents import candidates, wanted_of
from booking.rules.occupancy import Occupied
from booking.stages import MOVABLE, Stage
from commons.database import db
from commons.people import Actor
from commons.words import Message, say

_entry = cast(Table, CalendarEntry.__table__)


def free_equivalent(item: BookingItem, locked: Locked, *, but: set[int]) -> Resource | None:
    """Find a device that would do and is free, where the booker left the choice open and it is not handed out yet."""
    wanted, booking = wanted_of(item), item.booking
    if wanted is None or booking.stage not in MOVABLE:
        return None
    taken = but | {one.resource_id for one in booking.items}
    for device in candidates(wanted, booking.period, quantity=item.quantity, organisation=booking.for_organisation):
        if device.id in taken or device.id not in locked.devices:
            continue
        try:
            occupying.check(locked.narrowed([Wish(resource_id=device.id, quantity=item.quantity)]), booking.period)
        except Occupied:
            continue
        return device
    return None


def put_instead(item: BookingItem, device: Resource, locked: Locked, *, approval: Approval) -> None:
    """Hold another device for an item; a confirmed booking waits again where its owner is to be asked."""
    booking = item.booking
    occupying.release(Claim(booking_id=booking.id))
    item.resource, item.resource_id, item.substitute_id = device, device.id, None
    item.tariff_text, item.approval = device.tariff_text, approval
    pending = any(one.approval is Approval.PENDING for one in booking.items)
    booking.stage = Stage.REQUESTED if pending else Stage.CONFIRMED
    holding = [_wish(one) for one in booking.items if not pending or locked.devices[one.resource_id].request_blocks]
    if len(holding) < len(booking.items):
        occupying.check(locked.narrowed(_wish(one) for one in booking.items), booking.period)
    if holding:
        occupying.occupy(Claim(booking_id=booking.id), locked.narrowed(holding), booking.period)
    booking.version, booking.changed_at = booking.version + 1, telling.now()
    db.session.flush()


def tell(booking: Booking, lost: Mapping[str, Resource], *, cause: Message, by: Actor | None, before: Mapping[str, Any]) -> None:
    """Renew the calendar, write to the booker and to the owners of what came and what went, and record the swap."""
    at = telling.now()
    gone = [device.id for device in lost.values()]
    db.session.execute(delete(_entry).where(_entry.c.booking_id == booking.id, _entry.c.resource_id.in_(gone)))
    news = telling.news_of(booking)
    event = telling.renew_calendar(news, at=at)
    telling.enter_devices(news, [item.resource_id for item in booking.items], at=at)
    for new, old in lost.items():
        subject = say("%(cause)s: Sie erhalten %(new)s statt %(old)s", cause=cause, new=new, old=old.name)
        telling.tell_booker(news, subject, event)
        telling.tell_owners(news, subject, event, but=by.person_id if by else None)
        telling.tell_former_owner(news, say("%(old)s wird nicht mehr gebraucht: die Buchung bekommt %(new)s", old=old.name, new=new), old, but=by)
    telling.write_down("swapped", news, by=by, before=before)


def state(booking: Booking) -> dict[str, Any]:
    """Keep which devices a booking had, for the journal."""
    items = [{"resource": item.resource_id, "quantity": item.quantity} for item in booking.items]
    return telling.snapshot(booking) | {"items": items}


def _wish(item: BookingItem) -> Wish:
    return Wish(resource_id=item.resource_id, quantity=item.quantity, substitute_id=item.substitute_id)
