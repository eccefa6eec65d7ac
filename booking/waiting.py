"""Holds: a device stays free for whoever fills in the form, for a few minutes and no longer."""

from datetime import timedelta

from sqlalchemy import delete, select

from booking import occupying
from booking.models import Hold, Occupancy
from booking.occupying import Claim, Wish
from booking.periods import Period
from booking.queries.house import house_numbers
from commons import clock, jobs
from commons.calendar_days import today_of
from commons.database import db, write
from commons.people import Actor


def hold(wishes: list[Wish], period: Period, *, by: Actor) -> Hold:
    """Hold what somebody is about to book; a new hold replaces the person's old one."""
    locked = occupying.lock(wishes)
    let_go(by=by)
    at = clock.now()
    minutes = house_numbers("hold_minutes", day=today_of(at))["hold_minutes"]
    made = Hold(person_id=by.person_id, starts_at=period.start, ends_at=period.end, expires_at=at + timedelta(minutes=minutes))
    db.session.add(made)
    db.session.flush()
    occupying.occupy(Claim(hold_id=made.id), locked, period, expires_at=made.expires_at)
    return made


def let_go(*, by: Actor) -> None:
    """Give back what the person holds."""
    mine = select(Hold.id).where(Hold.person_id == by.person_id)
    db.session.execute(delete(Occupancy).where(Occupancy.hold_id.in_(mine)))
    db.session.execute(delete(Hold).where(Hold.person_id == by.person_id))


@jobs.periodic("booking.drop_expired_holds", every=timedelta(minutes=5))
def drop_expired() -> None:
    """Forget holds that have run out; the guard ignores them before."""
    write(_drop_expired)


def _drop_expired() -> None:
    at = clock.now()
    db.session.execute(delete(Occupancy).where(Occupancy.expires_at <= at))
    db.session.execute(delete(Hold).where(Hold.expires_at <= at))
