"""Which devices would do as well: of the same kind, with what was asked for, open to who booked, and inspected long enough."""

from collections.abc import Iterable

from sqlalchemy import select

from booking.models import Booking, BookingItem, ReadinessClass, Resource
from booking.periods import Period
from booking.queries.approval import may_book, may_decide
from booking.queries.availability import free_in
from booking.queries.fleet import due_inspections, resources
from booking.queries.lending import Lending
from booking.rules.equivalents import AnyOf, Likeness, alike, measurable
from booking.rules.terms import expiring
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor
from cooperation.queries import is_member


def wanted_of(item: BookingItem) -> AnyOf | None:
    """Return what the booker asked for instead of one named device."""
    if item.any_category is None:
        return None
    return AnyOf(category_id=item.any_category.id, category=item.any_category.name, feature=item.any_feature, least=item.any_least)


def are_alike(one: Resource, other: Resource) -> bool:
    """Say whether two devices stand in for each other."""
    return one.kind is other.kind and alike(
        *(Likeness(category_id=each.category_id, equivalence=each.equivalence, features=each.features) for each in (one, other))
    )


def alike_ids(resource_id: int, category_id: int) -> set[int]:
    """Return which devices in service stand in for one of their category, in one statement."""
    columns = (Resource.id, Resource.kind, Resource.category_id, Resource.equivalence, Resource.features)
    rows = db.session.execute(select(*columns).where(Resource.category_id == category_id, Resource.retired_at.is_(None))).all()
    known = {row.id: (row.kind, Likeness(category_id=row.category_id, equivalence=row.equivalence, features=row.features)) for row in rows}
    if resource_id not in known:
        return set()
    kind, mine = known[resource_id]
    return {id_ for id_, (other, likeness) in known.items() if id_ != resource_id and other is kind and alike(mine, likeness)}


def candidates(wanted: AnyOf, period: Period, *, quantity: int, organisation: Organisation) -> list[Resource]:
    """Return what fits and may be booked for an organisation: the own first, then what needs no approval; whether it is free is asked of the guard."""
    if not is_member(organisation.municipality_id):
        return []
    query = select(Resource).where(Resource.category_id == wanted.category_id, Resource.retired_at.is_(None), Resource.quantity >= quantity)
    found = [
        device
        for device in db.session.scalars(query).unique()
        if wanted.fits(device.category_id, device.features) and _open_to(device, organisation=organisation)
    ]
    due = due_inspections([device.id for device in found], on=today_of(period.end))
    inspected = [device for device in found if not expiring(period, due.get(device.id, []))]
    return sorted(inspected, key=lambda device: (device.owner.municipality_id != organisation.municipality_id, device.approval_by is not None, device.id))


def candidates_of(bookings: Iterable[Booking]) -> set[int]:
    """Return what may be held instead by those bookings that leave the choice open."""
    return {
        device.id
        for booking in bookings
        for item in booking.items
        if (wanted := wanted_of(item))
        for device in candidates(wanted, booking.period, quantity=item.quantity, organisation=booking.for_organisation)
    }


def substitutes_for(device: Resource, actor: Actor) -> list[Resource]:
    """List what could stay in the place of a device of class A that goes to another municipality; nothing where none has to."""
    home = device.owner.municipality_id
    if device.readiness_class is not ReadinessClass.A or home == actor.municipality_id:
        return []
    alike = resources(actor, category_id=device.category_id)
    return [other for other in alike if other.id != device.id and other.owner.municipality_id == home and other.quantity >= 1]


def swaps_for(item: BookingItem, by: Actor) -> list[Resource]:
    """List which devices an item could have instead, as their owners lend, and are free at its time."""
    booking, wanted = item.booking, wanted_of(item)
    asked = wanted or AnyOf(category_id=item.resource.category_id, category=item.resource.category.name)
    found = [
        device
        for device in candidates(asked, booking.period, quantity=item.quantity, organisation=booking.for_organisation)
        if device.id not in {one.resource_id for one in booking.items} and (wanted or are_alike(device, item.resource))
    ]
    free, lending = free_in([device.id for device in found], booking.period), Lending()
    return [device for device in found if free[device.id].suffices(item.quantity) and lends_instead(lending, device, booking, by) is None]


def lends_instead(lending: Lending, device: Resource, booking: Booking, by: Actor) -> RuleBroken | None:
    """Return why a device is not lent for a booking that stands; who decides on it needs no notice, nor does what has begun."""
    told = booking.starts_at <= clock.now() or may_decide(by, owner_id=device.owner_id, approval_by=device.approval_by)
    return lending.refusal(booking.period, device, told=told)


def features_asked(actor: Actor) -> list[str]:
    """List the features for which a least can be asked, over the whole fleet."""
    return sorted({name for device in resources(actor) for name in measurable(device.features)})


def _open_to(device: Resource, *, organisation: Organisation) -> bool:
    own = device.owner.municipality_id == organisation.municipality_id
    return (own or device.readiness_class is not ReadinessClass.A) and may_book(organisation.kind, device.bookers, own=own)
