"""Give a booking an equivalent at once instead of what is taken away, where its booker left the choice open."""

from booking import swapping
from booking.displacing.ousting import locked_booking, reaches
from booking.models import Approval, Booking, BookingItem, Resource
from booking.occupying import Locked
from booking.stages import MOVABLE
from commons.words import Message


def exchange(booking_id: int, resource_ids: set[int], locked: Locked, *, cause: Message) -> Booking | None:
    """Swap all that is hit, or nothing: who asked for any device keeps the booking as long as one is free."""
    booking = locked_booking(booking_id)
    hit = [item for item in booking.items if reaches(item.resource_id, resource_ids, locked.parts) or item.substitute_id in resource_ids]
    found = _instead(hit, locked, resource_ids) if booking.stage in MOVABLE else []
    if not hit or len(found) < len(hit):
        return None
    before, lost = swapping.state(booking), {device.name: item.resource for item, device in zip(hit, found, strict=True)}
    for item, device in zip(hit, found, strict=True):
        swapping.put_instead(item, device, locked, approval=Approval.PENDING if device.approval_by else Approval.NOT_NEEDED)
    swapping.tell(booking, lost, cause=cause, by=None, before=before)
    return booking


def _instead(hit: list[BookingItem], locked: Locked, gone: set[int]) -> list[Resource]:
    found: list[Resource] = []
    for item in hit:
        device = swapping.free_equivalent(item, locked, but=gone | {one.id for one in found})
        if device is None:
            return []
        found.append(device)
    return found
