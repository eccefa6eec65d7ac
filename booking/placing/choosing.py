"""Ask for any device of a kind: one that is free is held, and may be swapped until hand-out."""

from sqlalchemy import select

from booking import occupying, telling
from booking.models import BookingItem
from booking.occupying import Locked, Wish
from booking.periods import Period
from booking.placing.requesting import KeyUsedOtherwise, Placed, find_repeated, place, tell_requested
from booking.placing.terms import Details, check_rules, check_wishes
from booking.queries.equivalents import candidates
from booking.queries.waiting import held_until
from booking.rules.equivalents import AnyOf, NothingFits
from booking.rules.occupancy import check_quantity
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import get_organisation
from commons.people import Actor


def request_any(wanted: AnyOf, period: Period, *, quantity: int = 1, details: Details, by: Actor, idempotency_key: str | None = None) -> Placed:
    """Hold the first device that fits and is free: the own before others', what needs no approval before what does."""
    repeated = _find_repeated(idempotency_key, period, wanted, by)
    if repeated is not None:
        return repeated  # whatever became of the fleet since
    locked = lock_fitting(wanted, period, quantity=quantity, by=by)
    check_wishes(locked.wishes, details)
    repeated = _find_repeated(idempotency_key, period, wanted, by)
    if repeated is not None:
        return repeated  # made while this one waited for the lock
    at = telling.now()
    news = place(first_free(locked, period, wanted, by), period, details=details, by=by, at=at, key=idempotency_key)
    event = telling.enter_calendar([news], at=at)[0]
    tell_requested(news, event, by=by)
    telling.write_down("requested", news, by=by)
    return Placed(id=news.booking_id, stage=news.stage)


def lock_fitting(wanted: AnyOf, period: Period, *, quantity: int, by: Actor) -> Locked:
    """Lock all that would do, what the person holds already first."""
    check_quantity(quantity, total=max(1, quantity), resource=wanted.category)
    fitting = candidates(wanted, period, quantity=quantity, organisation=get_organisation(by.organisation_id))
    if not fitting:
        raise NothingFits(wanted.label)
    held = held_until([device.id for device in fitting], period, by)
    ordered = sorted(fitting, key=lambda device: device.id not in held)
    return occupying.lock([Wish(resource_id=device.id, quantity=quantity, any_of=wanted) for device in ordered], holder=by.person_id)


def first_free(locked: Locked, period: Period, wanted: AnyOf, by: Actor) -> Locked:
    """Try one after the other; where a single one fits, its own refusal says why not."""
    refused: RuleBroken = NothingFits(wanted.label)
    for wish in locked.wishes:
        one = locked.narrowed([wish])
        try:
            check_rules(one, period, by=by)
            occupying.check(one, period)
        except RuleBroken as broken:
            refused = broken if len(locked.wishes) == 1 else refused
            continue
        return one
    raise refused


def _find_repeated(key: str | None, period: Period, wanted: AnyOf, by: Actor) -> Placed | None:
    """Find the booking that the same key made before, whichever device it holds by now."""
    found = find_repeated(key, period, by)
    if found is None:
        return None
    same = select(BookingItem.id).where(BookingItem.booking_id == found.id, BookingItem.any_category_id == wanted.category_id)
    if db.session.scalar(same.limit(1)) is None:
        raise KeyUsedOtherwise
    return found
