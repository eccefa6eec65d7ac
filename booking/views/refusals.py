"""What a refused change of the fleet shows besides its sentence: whom it would hit, with proposals."""

from collections.abc import Sequence

from booking.fleet import BookingsAffected
from booking.models import Resource
from booking.queries.impact import NOTHING, Changed, Impact, impacts
from commons.access import current_actor
from commons.errors import RuleBroken


def hit_by(broken: RuleBroken | None, hit: Sequence[Resource], changed: Changed = NOTHING) -> list[Impact]:
    """Return whom a change of the fleet would hit, with proposals, where it was refused for that."""
    if not isinstance(broken, BookingsAffected):
        return []
    return impacts(broken.bookings, hit, current_actor, changed)
