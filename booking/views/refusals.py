"""What a refused change of the fleet shows besides its sentence: whom it would hit, with proposals."""

from booking.fleet import BookingsAffected
from booking.models import Resource
from booking.periods import Period
from booking.queries.impact import Impact, impacts
from commons.access import current_actor
from commons.errors import RuleBroken


def hit_by(broken: RuleBroken | None, resource: Resource, *, closed: Period | None = None, fewer: int = 0) -> list[Impact]:
    """Return whom a change of the fleet would hit, with proposals, where it was refused for that."""
    if not isinstance(broken, BookingsAffected):
        return []
    return impacts(broken.bookings, resource, current_actor, closed=closed, fewer=fewer)
