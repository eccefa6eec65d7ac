"""What is free at the wished time, and what to offer where it is not, with the reason in words."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.models import Bookers, Kind, ReadinessClass, Resource
from booking.periods import Period
from booking.queries.approval import BOOKERS, may_book
from booking.queries.availability import Free, blocked, free_in, holders_until
from booking.queries.equivalents import alike_ids
from booking.queries.fleet import due_inspections, keys_of, resources, why_closed
from booking.queries.house import house_numbers
from booking.queries.lending import Lending
from booking.queries.listed import Listed, get_listed, listed_in
from booking.queries.series import who_holds
from booking.rules.alternatives import Lent, how_other, is_daytime, other_day, shifted
from booking.rules.occupancy import Rival
from booking.rules.terms import Due, TooLong, expiring
from commons import clock
from commons.calendar_days import today_of
from commons.people import Actor
from commons.words import Message, say

LOOK_AHEAD = timedelta(days=28)
Wanted = tuple[int, int]  # a resource and how many of it


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
    until, asked = holders_until(free.values()), _Asked(period=period, quantity=quantity, actor=actor, lending=Lending())
    found = [_offer(resource, free[resource.id], asked, due=due.get(resource.id, []), until=until.get(resource.id)) for resource in fleet]
    return sorted(found, key=lambda offer: not offer.fits)


def alternatives(resource_id: int, period: Period, *, quantity: int, actor: Actor, besides: Sequence[Wanted] = ()) -> list[Alternative]:
    """Offer the same device a little later or earlier, and others that do the same work at the same time; what is wanted besides is free then too."""
    most = house_numbers("alternatives_max", day=today_of(clock.now()))["alternatives_max"]
    resource, others, lending = get_listed(resource_id, actor), [get_listed(id_, actor) for id_, _ in besides], Lending()
    same = _shifted(resource, period, lending.lent(resource, *others), quantity=quantity, besides=besides)
    taken = (
        any(not one.suffices(dict(besides)[id_]) for id_, one in free_in([id_ for id_, _ in besides], period, holder=actor.person_id).items())
        if besides
        else False
    )
    alike = [] if taken or not lending.lent(*others)(period) else _equivalents(resource, period, lending, quantity=quantity, actor=actor, but=dict(besides))
    return [*same[:1], *alike, *same[1:]][:most]


def soonest(resource_ids: Iterable[int], period: Period, *, quantity: int, actor: Actor, besides: Sequence[Wanted] = ()) -> list[Alternative]:
    """Offer of devices that would all do the times nearest to the wished one, each device once."""
    most = house_numbers("alternatives_max", day=today_of(clock.now()))["alternatives_max"]
    lending, others = Lending(), [get_listed(id_, actor) for id_, _ in besides]
    devices = [get_listed(id_, actor) for id_ in resource_ids]
    found = [_shifted(device, period, lending.lent(device, *others), quantity=quantity, besides=besides)[:1] for device in devices]
    return sorted((one for some in found for one in some), key=lambda one: abs(one.period.start - period.start))[:most]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """Hold what is the same for all devices of one question."""

    period: Period
    quantity: int
    actor: Actor
    lending: Lending


def _offer(resource: Resource, free: Free, asked: _Asked, *, due: Sequence[Due], until: datetime | None) -> Offer:
    own = resource.owner.municipality_id == asked.actor.municipality_id
    tied, allowed = resource.readiness_class is ReadinessClass.A and not own, may_book(asked.actor.organisation_kind, resource.bookers, own=own)
    refused = asked.lending.refusal(asked.period, resource) if free.suffices(asked.quantity) else None
    fits = free.suffices(asked.quantity) and not tied and allowed and refused is None
    reason = why_barred(resource.bookers, tied=tied, allowed=allowed) or (refused and refused.message)
    never = tied or not allowed or asked.quantity > resource.quantity or isinstance(refused, TooLong)
    return Offer(
        resource=resource,
        free=free,
        fits=fits,
        reason=reason or how_free(resource.kind, resource.quantity, free.left, asked.quantity, until),
        alternatives=() if fits or never else tuple(_shifted(resource, asked.period, asked.lending.lent(resource), quantity=asked.quantity)),
        expiring=tuple(expiring(asked.period, due)),
        needs_substitute=tied and allowed,
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


def _shifted(resource: Resource | Listed, period: Period, lent: Lent, *, quantity: int, besides: Sequence[Wanted] = ()) -> list[Alternative]:
    """Offer the same device a little later and earlier, where that would be at night on another day; and later the same day also the next day."""
    now = clock.now()
    window = Period(min(now, period.start) - timedelta(days=1), period.end + LOOK_AHEAD)
    if window.end <= now:
        return []
    taken = [piece for id_, number in ((resource.id, quantity), *besides) for piece in blocked(id_, quantity=number, within=window)]
    ahead, since = Period(now, window.end), max(now, period.start - LOOK_AHEAD)
    after = _daily(period, taken, ahead, lent, step=1)
    before = _daily(period, taken, Period(since, period.end), lent, step=-1) if since < period.start else None
    next_day = other_day(period, blocked=taken, within=ahead, lent=lent, step=1) if after else None
    found = [offered for offered in dict.fromkeys((after, before, next_day)) if offered is not None]
    return [Alternative(resource_id=resource.id, key=resource.key, name=resource.name, period=offered, reason=_same(period, offered)) for offered in found]


def _same(wish: Period, offered: Period) -> Message:
    return say("dasselbe Gerät, %(how)s", how=how_other(wish, offered))


def _daily(wish: Period, taken: list[Period], within: Period, lent: Lent, *, step: int) -> Period | None:
    near = shifted(wish, blocked=taken, within=within, lent=lent, step=step)
    if near is None and lent(wish):
        return None
    if near is not None and (is_daytime(near) or not is_daytime(wish)):
        return near
    return other_day(wish, blocked=taken, within=within, lent=lent, step=step) or near


def _equivalents(resource: Listed, period: Period, lending: Lending, *, quantity: int, actor: Actor, but: Container[int]) -> list[Alternative]:
    fleet, same = listed_in(resource.category_id, actor), alike_ids(resource.id, resource.category_id)
    kind, here = actor.organisation_kind, actor.municipality_id
    others = [
        other
        for other in fleet
        if other.id in same and other.id not in but and other.readiness_class is not ReadinessClass.A
        if may_book(kind, other.bookers, own=other.owner_municipality_id == here) and lending.refusal(period, other) is None
    ]
    free = free_in([other.id for other in others], period, holder=actor.person_id)
    return [
        Alternative(resource_id=other.id, key=other.key, name=other.name, period=period, reason=say("gleiche Zeit, Standort %(site)s", site=other.site))
        for other in others
        if free[other.id].suffices(quantity)
    ]
