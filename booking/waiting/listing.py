"""Join the waiting list, leave it, and take what it offers with one tap."""

from sqlalchemy import Select, select

from booking import occupying
from booking.models import Hold, Standing, WaitingWish
from booking.occupying import Wish
from booking.periods import Period
from booking.placing import Details, Placed, request_booking
from booking.placing.terms import check_rules, check_wishes
from booking.queries.waiting import get_wish
from booking.rules.occupancy import Occupied
from booking.waiting.holding import drop
from commons import clock, journal
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor, find_actor
from commons.permissions import Permission
from commons.words import say


class NotOffered(RuleBroken):
    """Only what is offered can be taken, and only until the offer ends."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Dieses Angebot gilt nicht mehr. Sie stehen nicht mehr auf der Warteliste; bitte suchen Sie neu."))


class FreeAlready(RuleBroken):
    """Nobody waits for what can be booked now."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Das Gerät ist zu dieser Zeit frei. Sie können es jetzt buchen."), field="start")


def join(wish: Wish, period: Period, *, purpose: str, by: Actor) -> WaitingWish:
    """Wait for a taken time; whoever came first is offered it first, and nobody stands twice for the same."""
    check_wishes([wish], Details(purpose=purpose))
    locked = occupying.lock([wish], holder=by.person_id)
    check_rules(locked, period, by=by)
    found = db.session.scalar(_same(wish, period, by.person_id))
    if found is not None:
        return found
    try:
        occupying.check(locked, period)
    except Occupied:
        pass
    else:
        raise FreeAlready
    made = WaitingWish(resource_id=wish.resource_id, quantity=wish.quantity, starts_at=period.start, ends_at=period.end, purpose=purpose.strip())
    made.person_id, made.organisation_id, made.created_at = by.person_id, by.organisation_id, clock.now()
    db.session.add(made)
    db.session.flush()
    _record("joined", made, by=by)
    return made


def withdraw(wish_id: int, *, by: Actor) -> WaitingWish:
    """Leave the waiting list; what was offered is offered to the next."""
    wish = _locked(wish_id, by)
    if wish.standing in (Standing.WAITING, Standing.OFFERED):
        wish.standing = Standing.WITHDRAWN
        _give_back(wish)
        _record("withdrawn", wish, by=by)
    return wish


def accept(wish_id: int, *, by: Actor) -> Placed:
    """Book what is offered; the offer's hold gives way to the booking."""
    wish = _locked(wish_id, by)
    if wish.standing is Standing.ACCEPTED and wish.booking is not None:
        return Placed(id=wish.booking.id, stage=wish.booking.stage, repeated=True)
    if wish.standing is not Standing.OFFERED or wish.offered_until is None or wish.offered_until <= clock.now():
        raise NotOffered
    _give_back(wish)
    waited = _as_waited(wish, by)
    placed = request_booking([Wish(resource_id=wish.resource_id, quantity=wish.quantity)], wish.period, details=Details(purpose=wish.purpose), by=waited)
    wish.standing, wish.booking_id = Standing.ACCEPTED, placed.id
    _record("accepted", wish, by=waited)
    return placed


def _as_waited(wish: WaitingWish, by: Actor) -> Actor:
    """Act for the organisation that waited, whatever organisation the person acts for when the offer comes."""
    if wish.organisation_id == by.organisation_id:
        return by
    waited = find_actor(by.person_id, wish.organisation_id)
    if waited is None or not waited.may(Permission.BOOKING_REQUEST):
        raise NotAllowed
    return waited


def _same(wish: Wish, period: Period, person_id: int) -> Select[WaitingWish]:
    return select(WaitingWish).where(
        WaitingWish.resource_id == wish.resource_id,
        WaitingWish.person_id == person_id,
        WaitingWish.starts_at == period.start,
        WaitingWish.ends_at == period.end,
        WaitingWish.standing.in_([Standing.WAITING, Standing.OFFERED]),
    )


def _locked(wish_id: int, by: Actor) -> WaitingWish:
    """Load an entry of one's own; the device is locked first, so that no offer runs meanwhile."""
    occupying.lock([Wish(resource_id=get_wish(wish_id, by).resource_id)])
    db.session.expire_all()
    return get_wish(wish_id, by)


def _give_back(wish: WaitingWish) -> None:
    if wish.hold_id is not None:
        drop(select(Hold.id).where(Hold.id == wish.hold_id))
        wish.hold_id = None
        db.session.flush()


def _record(act: str, wish: WaitingWish, *, by: Actor) -> None:
    after = {"resource": wish.resource_id, "quantity": wish.quantity, "start": wish.starts_at.isoformat(), "end": wish.ends_at.isoformat()}
    journal.record(f"waiting.{act}", subject=("waiting_wish", wish.id), by=by, after=after, municipalities=[by.municipality_id])
