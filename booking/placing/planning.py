"""Look at many times at once: what refuses each, and what would be free instead; shared by series and by what comes in from files."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from booking import occupying
from booking.occupying import Locked, Need, Wish
from booking.periods import Period
from booking.placing.terms import check_rules, house_terms
from booking.queries.availability import taken_in
from booking.rules.alternatives import nearest
from booking.rules.occupancy import Taken, short
from commons import clock
from commons.errors import RuleBroken
from commons.people import Actor

AROUND = timedelta(days=28)


def check_needs(needs: Sequence[Need], period: Period, taken: Mapping[int, Sequence[Taken]]) -> None:
    """Refuse a period in which something needed is taken; `taken` was read for the whole window."""
    occupying.check_apart(needs)
    for need in needs:
        during = need.during(period)
        occupying.check_need(need, during, [row for row in taken[need.device.id] if row.period.overlaps(during)])


def find_refusal(
    locked: Locked, needs: Sequence[Need], period: Period, taken: Mapping[int, Sequence[Taken]], house: Mapping[str, int], by: Actor
) -> RuleBroken | None:
    """Return what stands against a period, none where it can be booked."""
    try:
        check_rules(locked, period, by=by, house=house)
        check_needs(needs, period, taken)
    except RuleBroken as broken:
        return broken
    return None


def why_not(wishes: Sequence[Wish], period: Period, *, by: Actor) -> RuleBroken | None:
    """Look, without locking or writing anything, at what stands against a booking."""
    locked = occupying.look(wishes, holder=by.person_id)
    needs = locked.needs()
    during = [need.during(period) for need in needs]
    window = Period(min(each.start for each in during), max(each.end for each in during))
    taken = taken_in({need.device.id: need.device.exclusive for need in needs}, window, holder=locked.holder)
    return find_refusal(locked, needs, period, taken, house_terms(), by)


def nearest_free(wish: Period, blocked: Iterable[Period]) -> Period | None:
    """Find the nearest time within four weeks at which the whole wish is free."""
    around = Period(max(clock.now(), wish.start - AROUND), wish.end + AROUND) if wish.end + AROUND > clock.now() else wish
    return nearest(wish, blocked=blocked, within=around) if around.covers(wish) else None


def blocked_for(need: Need, taken: Sequence[Taken], window: Period) -> list[Period]:
    """List when a wish could not run; a time too full for it with its buffers is too full this much earlier and later."""
    full = [row.period for row in taken] if need.device.exclusive else short(need.quantity, capacity=need.device.quantity, taken=taken, within=window)
    return [period.buffered(before=need.after, after=need.before) for period in full]
