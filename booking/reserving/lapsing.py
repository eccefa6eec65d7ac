"""A request that nobody answers lapses visibly instead of blocking for weeks."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from booking import occupying, telling
from booking.models import Booking
from booking.occupying import Claim
from booking.placing.terms import lock_for_change, tell_changed, title_of, touch
from booking.queries.house import house_numbers
from booking.stages import Stage
from commons import clock, jobs
from commons.calendar_days import today_of
from commons.database import db, write
from commons.words import say


@jobs.periodic("booking.lapse_requests", every=timedelta(minutes=15))
def lapse_unanswered() -> None:
    """Let every request lapse that is too old or whose time has come."""
    overdue = select(Booking.id).where(Booking.stage == Stage.REQUESTED, or_(Booking.created_at < _limit(), Booking.starts_at < clock.now()))
    ids = list(db.session.scalars(overdue.order_by(Booking.id)))
    db.session.rollback()
    for booking_id in ids:
        write(lapse, booking_id)


def lapse(booking_id: int) -> None:
    """Give the time of an unanswered request back and tell both sides."""
    lock_for_change(booking_id)
    booking = db.session.get_one(Booking, booking_id, populate_existing=True)
    if booking.stage is not Stage.REQUESTED or (booking.created_at >= _limit() and booking.starts_at >= clock.now()):
        return  # answered meanwhile
    before = telling.snapshot(booking)
    booking.stage, booking.reason = Stage.LAPSED, str(say("Die Anfrage wurde nicht rechtzeitig beantwortet."))
    occupying.release(Claim(booking_id=booking.id))
    touch(booking)
    tell_changed(booking, "lapsed", say("Anfrage verfallen: %(device)s", device=title_of(booking)), by=None, before=before)


def _limit() -> datetime:
    at = clock.now()
    return at - timedelta(days=house_numbers("request_lapse_days", day=today_of(at))["request_lapse_days"])
