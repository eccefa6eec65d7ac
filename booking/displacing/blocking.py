"""Block, move the end on, and lift; through the locks of the one guard."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select

from booking import occupying
from booking.displacing import rows
from booking.displacing.exchanging import exchange
from booking.displacing.notices import CAUSES, tell_back, tell_displaced, tell_owner, tell_warned
from booking.displacing.ousting import Ousted, oust
from booking.models import Block, Booking, BookingItem, Cause, Closure
from booking.occupying import Locked, Need, Wish
from booking.periods import Period
from booking.queries.equivalents import candidates_of
from booking.queries.fleet import wholes_of
from booking.queries.house import house_numbers
from booking.queries.numbers import check_number
from booking.rules import reach
from booking.rules.reach import Reach
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import say

KEYS = ("incident_block_minutes", "incident_warning_minutes", "defect_release_minutes", "defect_warning_days", "booking_advance_days")


class AlreadyLifted(RuleBroken):
    """What is ready again is not reported ready twice."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Das Gerät ist schon wieder bereit gemeldet."))


def lock(wishes: Sequence[Wish], *, cause: Cause, expected_at: datetime | None = None) -> Locked:
    """Lock the devices, and with them in the same id order all that the bookings in the way hold besides."""
    at = clock.now()
    within, known = Period(at, reach_of(cause, at, expected_at).free_until), set[int]()
    while True:
        ids = dict.fromkeys([*(wish.resource_id for wish in wishes), *sorted(known)])
        locked = occupying.lock([Wish(resource_id=id_) for id_ in ids])
        found = _held_besides(_needs(locked, wishes), within)
        if found <= locked.devices.keys():
            return locked.narrowed(wishes)
        known |= found


def block(locked: Locked, wish: Wish, *, cause: Cause, since: datetime, by: Actor, reason: str = "", expected_at: datetime | None = None, **more: int) -> Block:
    """Take a device out of plan from now on until it is lifted; what stands in the way is displaced and told, what comes next is warned."""
    at = clock.now()
    reaching = reach_of(cause, at, expected_at)
    closure = Closure(
        resource_id=wish.resource_id, quantity=wish.quantity, reason=str(CAUSES[cause]), created_by_id=by.person_id, starts_at=at, ends_at=reaching.free_until
    )
    db.session.add(closure)
    db.session.flush()
    made = _made(wish, cause=cause, since=since, by=by, reason=reason, expected_at=expected_at, closure_id=closure.id, **more)
    _hold(made, locked, reaching, at=at, by=by)
    tell_owner(made, by=by)
    return made


def limit(wish: Wish, *, since: datetime, by: Actor, reason: str, expected_at: datetime | None = None) -> Block:
    """Note that a device is usable with limits; that blocks nothing."""
    return _made(wish, cause=Cause.LIMITED, since=since, by=by, reason=reason, expected_at=expected_at, closure_id=None)


def roll(block_id: int) -> bool:
    """Move the end of a block on; tell whether it still stands."""
    found = db.session.get(Block, block_id)
    if found is None or found.closure_id is None:
        return False
    locked = lock([Wish(resource_id=found.resource_id, quantity=found.quantity)], cause=found.cause, expected_at=found.expected_at)
    db.session.refresh(found)
    if not found.is_open:
        return False
    at = clock.now()
    _hold(found, locked, reach_of(found.cause, at, found.expected_at), at=at, by=None)
    return True


def open_for_lifting(block_id: int) -> tuple[Block, Locked]:
    """Load a block for change: its devices are locked first."""
    check_number(block_id)
    found = db.session.get(Block, block_id)
    if found is None:
        raise NotFound
    locked = lock([Wish(resource_id=found.resource_id, quantity=found.quantity)], cause=found.cause, expected_at=found.expected_at)
    db.session.refresh(found)
    if not found.is_open:
        raise AlreadyLifted
    return found, locked


def lift(locked: Locked, found: Block, *, by: Actor) -> None:
    """Give the device back to the plan; other closures cover again what is theirs."""
    at = clock.now()
    found.lifted_at, found.lifted_by_id = at, by.person_id
    closure = db.session.get(Closure, found.closure_id) if found.closure_id else None
    if closure is None:
        return
    closure.lifted_at, closure.ends_at = at, at if at > closure.starts_at else closure.ends_at
    rows.cut("closure_id", closure.id, at=at)
    db.session.flush()
    _restore(_needs(locked, [Wish(resource_id=found.resource_id, quantity=found.quantity)]), at=at)
    tell_back(found)


def give_up(locked: Locked, found: Block, number: int, *, by: Actor) -> None:
    """Give so many back; what is left stays blocked."""
    if number >= found.quantity:
        lift(locked, found, by=by)
        return
    found.quantity -= number
    db.session.get_one(Closure, found.closure_id).quantity = found.quantity
    rows.keep_of_closure(cast(int, found.closure_id), found.quantity)
    db.session.flush()


def reach_of(cause: Cause, at: datetime, expected_at: datetime | None) -> Reach:
    """Return how far a block reaches by the rule values of the day."""
    house = house_numbers(*KEYS, day=today_of(at))
    if cause in (Cause.INCIDENT, Cause.RECALL):
        return reach.of_incident(at, block_minutes=house["incident_block_minutes"], warning_minutes=house["incident_warning_minutes"])
    return reach.of_defect(
        at,
        release_minutes=house["defect_release_minutes"],
        warning_days=house["defect_warning_days"],
        advance_days=house["booking_advance_days"],
        expected_at=expected_at,
    )


def _made(wish: Wish, *, cause: Cause, since: datetime, by: Actor, reason: str, expected_at: datetime | None, closure_id: int | None, **more: int) -> Block:
    made = Block(
        resource_id=wish.resource_id, quantity=wish.quantity, cause=cause, since=since, reason=reason, expected_at=expected_at, closure_id=closure_id, **more
    )
    made.reported_by_id = by.person_id
    db.session.add(made)
    db.session.flush()
    return made


def _hold(found: Block, locked: Locked, reaching: Reach, *, at: datetime, by: Actor | None) -> None:
    """Displace, write the occupancy anew and warn; a block that is as it was writes the same again."""
    closure = db.session.get_one(Closure, found.closure_id)
    needs = _needs(locked, [Wish(resource_id=found.resource_id, quantity=found.quantity)])
    rows.drop_of_closure(closure.id)
    near = Period(at, reaching.free_until)
    ousted = _oust_all(needs, near, locked, cause=found.cause, closure_id=closure.id)
    closure.ends_at = reaching.free_until
    for need in needs:
        rows.clear(need, near, but=closure.id)
        rows.fill(need, Period(closure.starts_at, max(reaching.hold_until, reaching.free_until)), closure_id=closure.id)
    db.session.flush()
    for each in ousted:
        tell_displaced(found, each, by=by)
    if reaching.warn_until > reaching.free_until:
        ahead = Period(reaching.free_until, reaching.warn_until)
        tell_warned(found, {id_ for need in needs for id_ in rows.in_the_way(need, ahead, but=closure.id)}, {need.device.id for need in needs}, locked.parts)


def _oust_all(needs: Iterable[Need], within: Period, locked: Locked, *, cause: Cause, closure_id: int) -> list[Ousted]:
    hit: dict[int, set[int]] = {}
    for need in needs:
        for booking_id in rows.in_the_way(need, within, but=closure_id):
            hit.setdefault(booking_id, set()).add(need.device.id)
    found = (
        exchange(booking_id, ids, locked, cause=CAUSES[cause]) or oust(booking_id, ids, locked, at=within.start, reason=str(CAUSES[cause]))
        for booking_id, ids in sorted(hit.items())
    )
    return [each for each in found if isinstance(each, Ousted)]


def _restore(needs: Iterable[Need], *, at: datetime) -> None:
    """Let other closures cover again what is theirs, those of a whole that contains the device too."""
    alone = {need.device.id: need for need in needs if need.device.exclusive}
    of_blocks = set(db.session.scalars(select(Block.closure_id).where(Block.lifted_at.is_(None))))
    meant = alone.keys() | wholes_of(alone)
    open_ = select(Closure).where(Closure.resource_id.in_(meant), Closure.lifted_at.is_(None), Closure.ends_at > at).order_by(Closure.starts_at, Closure.id)
    for closure in db.session.scalars(open_).all():
        covered = {closure.resource_id, *(_below(closure.resource_id) if closure.id in of_blocks else ())}
        for id_ in sorted(covered & alone.keys()):
            rows.fill(alone[id_], Period(max(at, closure.starts_at), closure.ends_at), closure_id=closure.id)


def _below(whole_id: int) -> set[int]:
    return {part_id for parts in occupying.parts_of([whole_id]).values() for part_id, _ in parts}


def _held_besides(needs: Iterable[Need], within: Period) -> set[int]:
    bookings = {row.booking_id for row in rows.overlapping([need.device.id for need in needs], within) if row.booking_id is not None}
    rows_of = db.session.execute(select(BookingItem.resource_id, BookingItem.substitute_id).where(BookingItem.booking_id.in_(bookings)))
    open_to_swap = db.session.scalars(select(Booking).where(Booking.id.in_(bookings), Booking.items.any(BookingItem.any_category_id.is_not(None))))
    return {id_ for pair in rows_of for id_ in pair if id_ is not None} | candidates_of(open_to_swap)


def _needs(locked: Locked, wishes: Sequence[Wish]) -> list[Need]:
    return locked.narrowed(wishes).needs()
