"""Offer a time that became free to whoever waits for it longest, and hold it while the offer stands."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from booking import occupying
from booking.models import Standing, WaitingWish
from booking.occupying import Wish
from booking.queries.house import house_numbers
from booking.rules.occupancy import Occupied
from booking.waiting.holding import hold_until
from commons import clock, jobs, journal, letters
from commons.calendar_days import today_of
from commons.database import db, write
from commons.words import Message, say


@jobs.periodic("booking.offer_waiting", every=timedelta(minutes=1))
def offer_what_is_free() -> None:
    """Let old offers and wishes end, then offer in the order of the list what became free."""
    at = clock.now()
    over = or_(WaitingWish.starts_at <= at, WaitingWish.offered_until <= at)
    ended = select(WaitingWish.id).where(WaitingWish.standing.in_([Standing.WAITING, Standing.OFFERED]), over)
    waiting = select(WaitingWish.id).where(WaitingWish.standing == Standing.WAITING, WaitingWish.starts_at > at)
    for verb, query in ((_end, ended), (_offer, waiting)):
        ids = list(db.session.scalars(query.order_by(WaitingWish.created_at, WaitingWish.id)))
        db.session.rollback()
        for wish_id in ids:
            write(verb, wish_id)


def _end(wish_id: int) -> None:
    """Let an offer or a wish end and tell who waited."""
    wish = _locked(wish_id)
    at = clock.now()
    if wish.standing not in (Standing.WAITING, Standing.OFFERED) or (wish.starts_at > at and (wish.offered_until is None or wish.offered_until > at)):
        return
    wish.standing, wish.hold_id = Standing.LAPSED, None
    _write(wish, say("Warteliste beendet: %(device)s", device=wish.resource.name))
    _record("lapsed", wish)


def _offer(wish_id: int) -> None:
    """Hold the wished time for who waits, where it is free now."""
    wish = db.session.get_one(WaitingWish, wish_id)
    locked = occupying.lock([Wish(resource_id=wish.resource_id, quantity=wish.quantity)])
    db.session.refresh(wish)
    if wish.standing is not Standing.WAITING:
        return
    until = _until(wish, clock.now())
    try:
        occupying.check(locked, wish.period)
    except Occupied:
        return
    wish.hold_id = hold_until(until, locked, wish.period, person_id=wish.person_id).id
    wish.standing, wish.offered_until = Standing.OFFERED, until
    db.session.flush()
    _write(wish, say("Jetzt frei: %(device)s", device=wish.resource.name))
    _record("offered", wish)


def _until(wish: WaitingWish, at: datetime) -> datetime:
    minutes = house_numbers("waiting_offer_minutes", day=today_of(at))["waiting_offer_minutes"]
    return min(at + timedelta(minutes=minutes), wish.starts_at)


def _locked(wish_id: int) -> WaitingWish:
    wish = db.session.get_one(WaitingWish, wish_id)
    occupying.lock([Wish(resource_id=wish.resource_id)])
    db.session.refresh(wish)
    return wish


def _write(wish: WaitingWish, subject: Message) -> None:
    body = [
        say("%(number)s × %(device)s", number=wish.quantity, device=wish.resource.name),
        say("Von %(start)s bis %(end)s.", start=wish.starts_at, end=wish.ends_at),
    ]
    if wish.standing is Standing.OFFERED and wish.offered_until is not None:
        body.append(say("Das Gerät ist bis %(until)s für Sie vorgemerkt. Auf der verlinkten Seite buchen Sie es mit einem Tipp.", until=wish.offered_until))
    else:
        body.append(say("Die gewünschte Zeit oder die Frist des Angebots ist vorbei. Sie stehen nicht mehr auf der Warteliste."))
    letters.post_at_once(wish.person_id, subject, body, link="/buchung/warteliste", about=("waiting_wish", wish.id))


def _record(act: str, wish: WaitingWish) -> None:
    after = {"resource": wish.resource_id, "start": wish.starts_at.isoformat(), "end": wish.ends_at.isoformat()}
    journal.record(f"waiting.{act}", subject=("waiting_wish", wish.id), by=None, after=after)
