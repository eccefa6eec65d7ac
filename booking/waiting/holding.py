"""Holds: a device stays free for whoever fills in the form, for a few minutes and no longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update

from booking import occupying
from booking.models import Hold, Occupancy, WaitingWish
from booking.occupying import Claim, Locked, Wish
from booking.periods import Period
from booking.placing.choosing import first_free, lock_fitting
from booking.placing.terms import check_rules, on_behalf_of
from booking.queries.house import house_numbers
from booking.rules.equivalents import AnyOf
from booking.rules.lending import NothingWished
from commons import clock, jobs
from commons.calendar_days import today_of
from commons.database import db, write
from commons.people import Actor


def hold(wishes: Sequence[Wish], period: Period, *, by: Actor, lent_to_id: int | None = None) -> Hold:
    """Hold what somebody may and is about to book; a new hold replaces the person's old one, and the same once more lasts no longer than the first."""
    if not wishes:
        raise NothingWished
    locked = occupying.lock(wishes)
    check_rules(locked, period, by=on_behalf_of(lent_to_id, locked, by) if lent_to_id else by)
    return _hold(locked, period, by=by)


def hold_any(wanted: AnyOf, period: Period, *, quantity: int = 1, by: Actor) -> Hold:
    """Hold the device that a booking of any of a kind would get."""
    locked = lock_fitting(wanted, period, quantity=quantity, by=by)
    standing = _same(locked.wishes[:1], period, by)  # what is held already comes first, and is asked before it gives way
    return standing or _hold(first_free(locked, period, wanted, by), period, by=by)


def _hold(locked: Locked, period: Period, *, by: Actor) -> Hold:
    standing = _same(locked.wishes, period, by)
    if standing is not None:
        return standing
    let_go(by=by)
    at = clock.now()
    minutes = house_numbers("hold_minutes", day=today_of(at))["hold_minutes"]
    return hold_until(at + timedelta(minutes=minutes), locked, period, person_id=by.person_id)


def _same(wishes: Sequence[Wish], period: Period, by: Actor) -> Hold | None:
    """Find the person's own hold of just this; whoever reloads the form holds nothing longer."""
    mine = select(Hold).where(Hold.person_id == by.person_id, Hold.starts_at == period.start, Hold.ends_at == period.end, Hold.expires_at > clock.now())
    wanted = {pair for wish in wishes for pair in wish.held}
    for found in db.session.scalars(mine).all():
        held = db.session.execute(select(Occupancy.resource_id, Occupancy.quantity).where(Occupancy.hold_id == found.id)).all()
        if wanted <= {(row.resource_id, row.quantity) for row in held}:
            return found
    return None


def hold_until(moment: datetime, locked: Locked, period: Period, *, person_id: int) -> Hold:
    """Hold locked resources for a person until a moment and no longer."""
    made = Hold(person_id=person_id, starts_at=period.start, ends_at=period.end, expires_at=moment)
    db.session.add(made)
    db.session.flush()
    occupying.occupy(Claim(hold_id=made.id), locked, period, expires_at=moment)
    return made


def let_go(*, by: Actor) -> None:
    """Give back what the person holds while filling in a form; an offer of the waiting list stays."""
    offered = select(WaitingWish.hold_id).where(WaitingWish.hold_id.is_not(None))
    drop(select(Hold.id).where(Hold.person_id == by.person_id, Hold.id.not_in(offered)))


def drop(holds: Select[int]) -> None:
    """Forget holds and what they occupy."""
    ids = list(db.session.scalars(holds))
    db.session.execute(delete(Occupancy).where(Occupancy.hold_id.in_(ids)))
    db.session.execute(update(WaitingWish).where(WaitingWish.hold_id.in_(ids)).values(hold_id=None))
    db.session.execute(delete(Hold).where(Hold.id.in_(ids)))


@jobs.periodic("booking.drop_expired_holds", every=timedelta(minutes=5))
def drop_expired() -> None:
    """Forget holds that have run out; the guard ignores them before."""
    write(_drop_expired)


def _drop_expired() -> None:
    drop(select(Hold.id).where(Hold.expires_at <= clock.now()))
