"""Take something else, with one tap, instead of what an incident or a defect took away."""

from sqlalchemy import select

from booking import incidents, reserving, waiting
from booking.displacing import offered
from booking.models import Displacement, Effect, WaitingWish
from booking.occupying import Wish
from booking.queries.displaced import find_open, get_displacement
from booking.queries.impact import item_hit
from booking.queries.offers import Alternative
from booking.reserving import Details, Placed
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import say


class OfferGone(RuleBroken):
    """What was offered may be taken meanwhile; the page shows what is free now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Dieser Vorschlag ist nicht mehr frei. Bitte wählen Sie einen der neuen Vorschläge."))


def accept(displacement_id: int, number: int, resource_id: int, *, by: Actor) -> Placed:
    """Book the alternative of this number, as it was shown: same purpose, same number; the owner is asked where the owner wants to be."""
    displacement: Displacement = get_displacement(displacement_id, by)
    _lock(displacement)
    if displacement.replacement is not None:
        return Placed(id=displacement.replacement.id, stage=displacement.replacement.stage, repeated=True)
    found = offered(displacement)
    if not 0 <= number < len(found) or found[number].resource_id != resource_id:
        raise OfferGone
    take = _exchange if displacement.effect is Effect.WARNED else _book
    placed = take(displacement, found[number], by=by)
    incidents.note_accepted(displacement.id, placed.id, by=by)
    return placed


def _book(displacement: Displacement, offer: Alternative, *, by: Actor) -> Placed:
    old = displacement.booking
    details = Details(purpose=old.purpose, note=old.note, contact_name=old.contact_name, contact_phone=old.contact_phone)
    return reserving.request_booking([Wish(resource_id=offer.resource_id, quantity=displacement.quantity)], offer.period, details=details, by=by)


def _exchange(displacement: Displacement, offer: Alternative, *, by: Actor) -> Placed:
    """Change a booking that is only endangered: it still stands, and nobody wants both."""
    booking = displacement.booking
    if offer.resource_id == displacement.resource_id:
        changed = reserving.move(booking.id, offer.period, by=by)
    else:
        item = item_hit(booking, [displacement.resource_id])
        changed = reserving.swap(booking.id, item.id, offer.resource_id, by=by, cause=say("Ersatz"))
    return Placed(id=changed.id, stage=changed.stage)


def _lock(displacement: Displacement) -> None:
    """Let two taps at the same moment book once: the second sees what the first has accepted."""
    db.session.execute(select(Displacement.id).where(Displacement.id == displacement.id).with_for_update())
    db.session.expire(displacement)


def accept_by_link(secret: str, number: int, resource_id: int) -> Placed:
    """Take an alternative through a personal link, on a telephone that nobody signed in on."""
    displacement, actor = _opened(secret)
    return accept(displacement.id, number, resource_id, by=actor)


def read_by_link(secret: str) -> Displacement:
    """Note through a personal link that the notice was read."""
    displacement, actor = _opened(secret)
    return incidents.acknowledge(displacement.id, by=actor)


def wait_by_link(secret: str) -> WaitingWish:
    """Wait through a personal link for what was taken away."""
    displacement, actor = _opened(secret)
    return wait(displacement.id, by=actor)


def _opened(secret: str) -> tuple[Displacement, Actor]:
    found = find_open(secret)
    if found is None:
        raise NotFound
    return found


def wait(displacement_id: int, *, by: Actor) -> WaitingWish:
    """Wait for the same device at the same time, in case it is ready sooner."""
    displacement = get_displacement(displacement_id, by)
    wish = Wish(resource_id=displacement.resource_id, quantity=displacement.quantity)
    joined = waiting.join(wish, displacement.period, purpose=displacement.booking.purpose, by=by)
    incidents.acknowledge(displacement.id, by=by)
    return joined
