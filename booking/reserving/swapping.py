"""Give a booking an equivalent device, until it is handed out."""

from booking import swapping
from booking.models import Booking, BookingItem, Resource
from booking.occupying import Wish
from booking.placing.terms import approval_of, check_owner, is_done, open_for_change
from booking.queries.approval import BOOKERS, may_book
from booking.queries.bookings import is_bookers_side
from booking.queries.equivalents import are_alike, lends_instead, wanted_of
from booking.queries.fleet import due_inspections
from booking.queries.lending import Lending
from booking.queries.numbers import check_number
from booking.rules.equivalents import NotAlike, NotEquivalent
from booking.rules.fitness import InspectionExpired
from booking.rules.lending import TiedToOperations, check_booker, check_in_service
from booking.rules.occupancy import check_quantity
from booking.rules.terms import expiring
from booking.stages import check_movable
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.words import Message, say

CHANGED = say("Gerät getauscht")


def swap(booking_id: int, item_id: int, resource_id: int, *, by: Actor, version: int | None = None, cause: Message = CHANGED) -> Booking:
    """Hold another device for an item of a booking: as its owner for a like one, as its booker for one that meets the wish."""
    check_number(item_id)
    check_number(resource_id)
    booking, locked = open_for_change(booking_id, *_besides(booking_id, item_id, resource_id), by=by)
    item = next(one for one in booking.items if one.id == item_id)
    if is_done(booking, "swapped", by=by, version=version, as_asked=item.resource_id == resource_id):
        return booking
    if item.resource_id == resource_id:
        raise NotFound
    check_movable(booking.stage)
    if not is_bookers_side(booking, by):
        check_owner(booking, by)
    device = db.session.get_one(Resource, resource_id)
    check_instead(item, device, by=by)
    before, old = swapping.state(booking), item.resource
    swapping.put_instead(item, device, locked, approval=approval_of(locked.devices[device.id], by, quantity=item.quantity, period=booking.period))
    swapping.tell(booking, {device.name: old}, cause=cause, by=by, before=before)
    return booking


def check_instead(item: BookingItem, device: Resource, *, by: Actor) -> None:
    """Refuse what is not alike, not lent to who booked or at that time, out of service, or inspected too long ago by then."""
    booking, wanted = item.booking, wanted_of(item)
    own = device.owner.municipality_id == booking.for_municipality_id
    if wanted and not wanted.fits(device.category_id, device.features):
        raise NotEquivalent(device.name, wanted.label)
    if wanted is None and not are_alike(device, item.resource):
        raise NotAlike(device.name, item.resource.name)
    check_quantity(item.quantity, total=device.quantity, resource=device.name)
    if device.readiness_class == "A" and not own:
        raise TiedToOperations(device.name)
    check_booker(device.name, allowed=may_book(booking.for_organisation.kind, device.bookers, own=own), bookers=BOOKERS[device.bookers])
    check_in_service(device.name, retired_at=device.retired_at, period=booking.period)
    if refusal := lends_instead(Lending(), device, booking, by):
        raise refusal
    for expired in expiring(booking.period, due_inspections([device.id], on=today_of(booking.ends_at)).get(device.id, [])):
        raise InspectionExpired(device.name, expired)


def _besides(booking_id: int, item_id: int, resource_id: int) -> list[Wish]:
    item = db.session.get(BookingItem, item_id)
    if item is None or item.booking_id != booking_id or db.session.get(Resource, resource_id) is None:
        raise NotFound
    return [Wish(resource_id=resource_id, quantity=item.quantity)]
