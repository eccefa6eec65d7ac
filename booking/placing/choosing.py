"""Ask for any device of a kind: one that is free is held, and may be swapped until hand-out."""

from collections.abc import Sequence

from booking import occupying, telling
from booking.occupying import Locked, Wish
from booking.periods import Period
from booking.placing.repeating import Placed, find_repeated
from booking.placing.requesting import place, tell_requested
from booking.placing.terms import Details, check_rules, check_wishes
from booking.queries.equivalents import candidates
from booking.queries.waiting import held_until
from booking.rules.equivalents import AnyOf, NothingFits
from booking.rules.occupancy import Occupied, Rival, check_quantity
from commons.errors import RuleBroken
from commons.municipalities import get_organisation
from commons.people import Actor


def request_any(
    wanted: AnyOf, period: Period, *, quantity: int = 1, besides: Sequence[Wish] = (), details: Details, by: Actor, idempotency_key: str | None = None
) -> Placed:
    """Hold the first device that fits and is free, with what is named besides: the own before others', what needs no approval before what does."""
    repeated = find_repeated(idempotency_key, besides, period, details, by=by, wanted=wanted)
    if repeated is not None:
        return repeated  # whatever became of the fleet since
    locked = lock_fitting(wanted, period, quantity=quantity, besides=besides, by=by)
    check_wishes(locked.wishes, details)
    repeated = find_repeated(idempotency_key, besides, period, details, by=by, wanted=wanted)
    if repeated is not None:
        return repeated  # made while this one waited for the lock
    at = telling.now()
    news = place(first_free(locked, period, wanted, by), period, details=details, by=by, at=at, key=idempotency_key)
    event = telling.enter_calendar([news], at=at)[0]
    tell_requested(news, event, by=by)
    telling.write_down("requested", news, by=by)
    return Placed(id=news.booking_id, stage=news.stage)


def lock_fitting(wanted: AnyOf, period: Period, *, quantity: int, besides: Sequence[Wish] = (), by: Actor) -> Locked:
    """Lock what is named and all that would do, what the person holds already first."""
    check_quantity(quantity, total=max(1, quantity), resource=wanted.category)
    named = {id_ for wish in besides for id_, _ in wish.held}
    found = candidates(wanted, period, quantity=quantity, organisation=get_organisation(by.organisation_id))
    fitting = [device.id for device in found if device.id not in named]
    if not fitting:
        raise NothingFits(wanted.label)
    held = held_until(fitting, period, by)
    ordered = sorted(fitting, key=lambda id_: id_ not in held)
    return occupying.lock([*besides, *(Wish(resource_id=id_, quantity=quantity, any_of=wanted) for id_ in ordered)], holder=by.person_id)


def first_free(locked: Locked, period: Period, wanted: AnyOf, by: Actor) -> Locked:
    """Try one after the other beside what is named; where a single one fits, its own refusal says why not."""
    named = [wish for wish in locked.wishes if wish.any_of is None]
    fitting = [wish for wish in locked.wishes if wish.any_of is not None]
    _check(locked.narrowed(named), period, by)
    rivals: list[Rival] = []
    for wish in fitting:
        one = locked.narrowed([*named, wish])
        try:
            _check(one, period, by)
        except RuleBroken as broken:
            if len(fitting) == 1:
                raise
            rivals += broken.rivals if isinstance(broken, Occupied) else ()
            continue
        return one
    raise NothingFits(wanted.label, rivals=rivals)


def _check(locked: Locked, period: Period, by: Actor) -> None:
    check_rules(locked, period, by=by)
    occupying.check(locked, period)
