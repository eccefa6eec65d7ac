"""What is free at the wished time, and what to offer where it is not, with the reason in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.models import Bookers, Kind, ReadinessClass, Resource
from booking.periods import Period
from booking.queries.approval import BOOKERS, may_book
from booking.queries.availability import Free, blocked, free_in, holders_until
from booking.queries.equivalents import alike_ids
from booking.queries.fleet import due_inspections, keys_of, resources, why_closed
from booking.queries.house import LENDING_TERMS, house_numbers
from booking.queries.listed import Listed, get_listed, listed_in
from booking.queries.series import who_holds
from booking.rules.alternatives import earlier, how_other, is_daytime, later, other_day
from booking.rules.occupancy import Rival
from booking.rules.terms import Due, check_terms, expiring, terms_of
from commons import clock
from commons.calendar_days import today_of
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import Message, say

LOOK_AHEAD = timedelta(days=28)


@dataclass(frozen=True, kw_only=True, slots=True)
class Alternative:
    """Offer a resource for a period that is free."""

    resource_id: int
    key: str
    name: str
    period: Period
    reason: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """Say of one resource whether it is free at the wished time."""

    resource: Resource
    free: Free
    fits: bool
    reason: Message
    alternatives: tuple[Alternative, ...] = ()
    expiring: tuple[Due, ...] = ()
    needs_substitute: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RivalFact:
    """Name what stands in the way, and who booked it where the reader may know."""

    key: str
    resource: str
    period: Period
    who: str | None
    booking_id: int | None
    closed: str | None = None


def offers(period: Period, *, quantity: int, category_id: int | None, actor: Actor) -> list[Offer]:
    """Return every resource with whether it is free then; first what is."""
    fleet = resources(actor, category_id=category_id)
    free = free_in([resource.id for resource in fleet], period, holder=actor.person_id)
    due = due_inspections(free, on=today_of(period.end))
    until = holders_until(free.values())
    found = [
        _offer(resource, free[resource.id], period, quantity=quantity, due=due.get(resource.id, []), until=until.get(resource.id), actor=actor)
        for resource in fleet
    ]
    return sorted(found, key=lambda offer: not offer.fits)


def on_terms(found: Sequence[Offer], period: Period) -> list[Offer]:
    """Take back what is free at a time at which its owner does not lend it, with the reason; what is lent stands first."""
    at = clock.now()
    house = house_numbers(*LENDING_TERMS, day=today_of(at))
    refused = {offer.resource.id: _refusal(offer.resource, period, house, at) for offer in found if offer.fits}
    told = [replace(offer, fits=False, reason=reason) if (reason := refused.get(offer.resource.id)) else offer for offer in found]
    return sorted(told, key=lambda offer: not offer.fits)


def _refusal(resource: Resource, period: Period, house: Mapping[str, int], at: datetime) -> Message | None:
    try:
        check_terms(period, terms_of(resource, resource.site.opening, house), at=at)
    except RuleBroken as broken:
        return broken.message
    return None


def alternatives(resource_id: int, period: Period, *, quantity: int, actor: Actor) -> list[Alternative]:
    """Offer the same device a little later or earlier, and others that do the same work at the same time."""
    most = house_numbers("alternatives_max", day=today_of(clock.now()))["alternatives_max"]
    resource = get_listed(resource_id, actor)
    same = _shifted(resource, period, quantity=quantity)
    return [*same[:1], *_equivalents(resource, period, quantity=quantity, actor=actor), *same[1:]][:most]


def rival_facts(rivals: Iterable[Rival], actor: Actor) -> list[RivalFact]:
    """Say who holds the time where the actor may know it, and only until when where not."""
    rivals = list(rivals)
    known = who_holds(rivals, actor)
    keys = keys_of(rival.resource_id for rival in rivals)
    facts = []
    for rival in rivals:
        who = known.get(rival.booking_id) if rival.booking_id else None
        closed = why_closed(rival.resource_id, rival.period) if rival.booking_id is None else None
        number = rival.booking_id if who else None
        facts.append(RivalFact(key=keys[rival.resource_id], resource=rival.resource, period=rival.period, who=who, booking_id=number, closed=closed))
    return facts


def _offer(
    resource: Resource,
    free: Free,
    period: Period,
    *,
    quantity: int,
    due: Sequence[Due],
    until: datetime | None,
    actor: Actor,
) -> Offer:
    own = resource.owner.municipality_id == actor.municipality_id
    tied, allowed = resource.readiness_class is ReadinessClass.A and not own, may_book(actor.organisation_kind, resource.bookers, own=own)
    fits = free.suffices(quantity) and not tied and allowed
    reason = why_barred(resource.bookers, tied=tied, allowed=allowed) or how_free(resource.kind, resource.quantity, free.left, quantity, until)
    other = () if fits or tied or not allowed or quantity > resource.quantity else tuple(_shifted(resource, period, quantity=quantity))
    return Offer(
        resource=resource, free=free, fits=fits, reason=reason, alternatives=other, expiring=tuple(expiring(period, due)), needs_substitute=tied and allowed
    )


def why_barred(bookers: Bookers, *, tied: bool, allowed: bool) -> Message | None:
    """Say why somebody does not get a device however free it is."""
    if not allowed:
        return say("Das Gerät bucht nur: %(bookers)s.", bookers=BOOKERS[bookers])
    return say("Gehört zum Einsatzdienst (Klasse A) und wird nur mit Ersatz am Ort verliehen.") if tied else None


def how_free(kind: Kind, total: int, left: int, quantity: int, until: datetime | None) -> Message:
    """Say how many are free, or until when none is."""
    if quantity > total:
        return say("Es gibt insgesamt nur %(total)s Stück.", total=total)
    if left >= quantity:
        return say("%(left)s von %(total)s Stück sind frei.", left=left, total=total) if kind is Kind.POOL else say("Frei.")
    if kind is Kind.POOL:
        return say("Nur %(left)s von %(total)s Stück sind frei.", left=left, total=total)
    return say("Vergeben bis %(until)s.", until=until) if until else say("Vergeben.")


def _shifted(resource: Resource | Listed, period: Period, *, quantity: int) -> list[Alternative]:
    """Offer the same device a little later and earlier, where that would be at night on another day; and later the same day also the next day."""
    now = clock.now()
    window = Period(min(now, period.start) - timedelta(days=1), period.end + LOOK_AHEAD)
    taken, ahead = blocked(resource.id, quantity=quantity, within=window), Period(now, window.end)
    since = max(now, period.start - LOOK_AHEAD)
    after = _daily(later(period, blocked=taken, until=window.end), period, taken, ahead, step=1)
    before = _daily(earlier(period, blocked=taken, since=since), period, taken, Period(since, period.end), step=-1) if since < period.start else None
    next_day = other_day(period, blocked=taken, within=ahead, step=1) if after else None
    found = [offered for offered in dict.fromkeys((after, before, next_day)) if offered is not None]
    return [Alternative(resource_id=resource.id, key=resource.key, name=resource.name, period=offered, reason=_same(period, offered)) for offered in found]


def _same(wish: Period, offered: Period) -> Message:
    return say("dasselbe Gerät, %(how)s", how=how_other(wish, offered))


def _daily(nearest: Period | None, wish: Period, taken: list[Period], within: Period, *, step: int) -> Period | None:
    if nearest is None or is_daytime(nearest) or not is_daytime(wish):
        return nearest
    return other_day(wish, blocked=taken, within=within, step=step) or nearest


def _equivalents(resource: Listed, period: Period, *, quantity: int, actor: Actor) -> list[Alternative]:
    fleet, same = listed_in(resource.category_id, actor), alike_ids(resource.id, resource.category_id)
    kind, here = actor.organisation_kind, actor.municipality_id
    others = [
        other
        for other in fleet
        if other.id in same and other.readiness_class is not ReadinessClass.A
        if may_book(kind, other.bookers, own=other.owner_municipality_id == here)
    ]
    free = free_in([other.id for other in others], period, holder=actor.person_id)
    return [
        Alternative(resource_id=other.id, key=other.key, name=other.name, period=period, reason=say("gleiche Zeit, Standort %(site)s", site=other.site))
        for other in others
        if free[other.id].suffices(quantity)
    ]
