"""Keep the fleet: what a yard head or a brigade chief enters about the own devices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from booking import occupying, telling
from booking.fleet.refusing import BookingsAffected, ConditionsAffect, CountRefused, KeyTaken, MeasureUnknown, NotOwner, PartOfItself
from booking.models import Approver, Bookers, Booking, BookingItem, Category, Kind, ReadinessClass, Resource, ResourcePart, Site
from booking.occupying import Device, Wish
from booking.periods import Period
from booking.queries.approval import may_manage
from booking.queries.fleet import wholes_of
from booking.queries.tightening import Conditions, hit_by
from booking.stages import OPEN
from commons import clock, journal
from commons.database import db
from commons.errors import ChangedMeanwhile, NotFound
from commons.municipalities import Organisation, get_organisation
from commons.people import Actor
from commons.permissions import Permission
from cooperation import links
from cooperation.models import Measure
from cooperation.queries import find_measure

FAR = timedelta(days=10 * 365)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """Hold what is entered about a resource."""

    key: str
    name: str
    category_id: int
    site_name: str
    owner_id: int
    measure_number: int
    kind: Kind = Kind.SINGLE
    quantity: int = 1
    readiness_class: ReadinessClass | None = None
    min_standby: int = 0
    features: Mapping[str, str] = field(default_factory=dict)
    contact: str = ""
    key_place: str = ""
    required_qualifications: tuple[str, ...] = ()
    meter: str = "none"
    tariff_text: str = ""
    accessories: tuple[str, ...] = ()
    equivalence: str = ""
    notes: str = ""
    source: str = ""
    confirmed: bool = False
    buffer_before_min: int = 0
    buffer_after_min: int = 0
    approval_by: Approver | None = None
    bookers: Bookers = Bookers.MEMBERS
    request_blocks: bool = True
    asks_beyond_share: bool = False
    notice_minutes: int = 0
    advance_days: int | None = None
    longest_minutes: int | None = None


def register(registration: Registration, *, by: Actor | None) -> Resource:
    """Enter a resource into the fleet of its owner; without an actor it comes from shipped rows."""
    owner = get_organisation(registration.owner_id)
    check_keeper(owner, by)
    _check_count(registration)
    _measure(registration.measure_number)
    if db.session.scalar(select(Resource.id).where(Resource.key == registration.key)):
        raise KeyTaken(registration.key)
    resource = Resource(key=registration.key)
    _fill(resource, registration)
    db.session.add(resource)
    db.session.flush()
    _attach(resource)
    _record("registered", resource, before=None, after=_plain(registration), by=by, municipality_id=owner.municipality_id)
    return resource


def change(resource_id: int, registration: Registration, *, version: int, by: Actor, knowing: frozenset[int] = frozenset()) -> Resource:
    """Change what is known of a resource; calendars follow a new name or place.

    A smaller number, tighter terms and longer buffers are refused with the bookings that no longer fit, unless the actor has seen them: they stay.
    """
    locked = occupying.lock([Wish(resource_id=resource_id)])
    resource = get_for_change(resource_id)
    check_keeper(resource.owner, by)
    _check_count(registration)
    _measure(registration.measure_number)
    if resource.version != version:
        raise ChangedMeanwhile
    affected = set(hit_by(resource, conditions_in(registration)))
    if registration.quantity < resource.quantity:
        affected |= _cut(locked.devices[resource_id], registration.quantity)
    check_known(affected, knowing)
    before = _state(resource)
    _fill(resource, registration)
    resource.version += 1
    db.session.flush()
    db.session.refresh(resource)
    _attach(resource)
    _renew_calendars(resource)
    _record("changed", resource, before=before, after=_state(resource), by=by, municipality_id=resource.owner.municipality_id)
    return resource


def retire(resource_id: int, *, by: Actor) -> Resource:
    """Take a resource out of service; refused while bookings are ahead."""
    occupying.lock([Wish(resource_id=resource_id)])
    resource = get_for_change(resource_id)
    check_keeper(resource.owner, by)
    ahead = bookings_around(resource_id, after=clock.now())
    if ahead:
        raise BookingsAffected(ahead)
    resource.retired_at = clock.now()
    resource.version += 1
    db.session.flush()
    links.detach("resource", resource.id)
    _record("retired", resource, before=None, after=_state(resource), by=by, municipality_id=resource.owner.municipality_id)
    return resource


def put_together(whole_id: int, part_ids: Iterable[tuple[int, int]], *, by: Actor | None) -> None:
    """Say what a kit contains or a whole consists of; whoever takes it takes all of it."""
    parts = list(part_ids)
    locked = occupying.lock([Wish(resource_id=id_) for id_ in sorted({whole_id, *(part_id for part_id, _ in parts)})])
    whole = get_for_change(whole_id)
    check_keeper(whole.owner, by)
    _check_outside(whole, [part_id for part_id, _ in parts])
    db.session.add_all([ResourcePart(whole_id=whole_id, part_id=part_id, quantity=quantity) for part_id, quantity in parts])
    db.session.flush()
    _check_singles(whole_id)
    names = [locked.devices[part_id].name for part_id, _ in parts]
    _record("put_together", whole, before=None, after={"parts": names}, by=by, municipality_id=whole.owner.municipality_id)


def _check_outside(whole: Resource, part_ids: Sequence[int]) -> None:
    """Refuse a whole inside itself, also where kits lie in kits."""
    inside = occupying.parts_of(part_ids)
    if whole.id in {*part_ids, *(id_ for parts in inside.values() for id_, _ in parts)}:
        raise PartOfItself(whole.name)


def _check_singles(whole_id: int) -> None:
    """Refuse one device twice in a kit, directly and inside another; such a kit could never be booked."""
    for outer_id in (whole_id, *wholes_of([whole_id])):
        occupying.check_apart(occupying.look([Wish(resource_id=outer_id)]).needs())


def bookings_ahead(resource_id: int, *, after: datetime) -> list[int]:
    """List the open bookings of a resource that end later."""
    query = select(Booking.id).join(BookingItem, BookingItem.booking_id == Booking.id)
    held = or_(BookingItem.resource_id == resource_id, BookingItem.substitute_id == resource_id)
    return list(db.session.scalars(query.where(held, Booking.ends_at > after, Booking.stage.in_(OPEN))))


def bookings_around(resource_id: int, *, after: datetime) -> list[int]:
    """List the open bookings of a resource and of every kit that it lies in: they hold it too."""
    return sorted({id_ for one in (resource_id, *wholes_of([resource_id])) for id_ in bookings_ahead(one, after=after)})


def find_or_add_site(name: str, *, owner: Organisation) -> Site:
    """Return the site of this name, entering it for its owner when it is new."""
    site = db.session.scalar(select(Site).where(Site.name == name))
    if site is None:
        site = Site(name=name, organisation_id=owner.id)
        db.session.add(site)
        db.session.flush()
    return site


def get_for_change(resource_id: int) -> Resource:
    """Return a resource that was locked before."""
    resource = db.session.get(Resource, resource_id)
    if resource is None:
        raise NotFound
    return resource


def check_keeper(owner: Organisation, by: Actor | None) -> None:
    """Refuse who does not keep this owner's devices; shipped rows come without an actor."""
    if by is not None and not may_manage(by, owner_id=owner.id):
        raise NotOwner


def conditions_in(registration: Registration) -> Conditions:
    """Return on what a device will be lent; a site that is not known yet has no hours."""
    site = db.session.scalar(select(Site).where(Site.name == registration.site_name))
    named = {name: getattr(registration, name) for name in Conditions.__slots__ if name != "opening"}
    return Conditions(**named, opening=site.opening if site else None)


def check_known(affected: Iterable[int], knowing: frozenset[int]) -> None:
    """Show whose bookings no longer fit before anything is saved."""
    if not knowing.issuperset(affected):
        raise ConditionsAffect(sorted(affected))


def _cut(device: Device, quantity: int) -> set[int]:
    """Let go what is only held for a form, and return the bookings that a smaller pool has no room for."""
    ahead = Period(clock.now(), clock.now() + FAR)
    occupying.shed_holds(device, ahead, left=quantity)
    return set(occupying.in_the_way(device, ahead, left=quantity))


def _check_count(registration: Registration) -> None:
    if registration.quantity < 1 or (registration.kind is not Kind.POOL and registration.quantity != 1):
        raise CountRefused


def _fill(resource: Resource, registration: Registration) -> None:
    values = asdict(registration)
    site = find_or_add_site(values.pop("site_name"), owner=get_organisation(registration.owner_id))
    values["required_qualifications"] = list(registration.required_qualifications)
    values["features"] = dict(registration.features)
    values["accessories"] = list(registration.accessories)
    for name, value in values.items():
        setattr(resource, name, value)
    resource.site_id = site.id


def _attach(resource: Resource) -> None:
    """Hang the device on its measure, so that the measure's page leads to it."""
    measure = _measure(resource.measure_number)
    values = {"resource_id": resource.id}
    links.attach(measure.id, "resource", resource.id, resource.name, "fleet.show_resource", values, permission=Permission.RESOURCE_READ)


def _measure(number: int) -> Measure:
    measure = find_measure(number)
    if measure is None:
        raise MeasureUnknown(number)
    return measure


def _renew_calendars(resource: Resource) -> None:
    at = telling.now()
    for booking_id in bookings_ahead(resource.id, after=at):
        booking = db.session.get_one(Booking, booking_id)
        booking.version, booking.changed_at = booking.version + 1, at  # feeds look here to see that something changed
        telling.renew_calendar(telling.news_of(booking), at=at)


def _state(resource: Resource) -> dict[str, Any]:
    names = (
        "name",
        "kind",
        "quantity",
        "category_id",
        "site_id",
        "contact",
        "key_place",
        "approval_by",
        "request_blocks",
        "asks_beyond_share",
        "buffer_before_min",
        "buffer_after_min",
        "bookers",
        "notice_minutes",
        "advance_days",
        "longest_minutes",
        "readiness_class",
        "min_standby",
        "accessories",
        "equivalence",
        "required_qualifications",
        "meter",
    )
    return {name: getattr(resource, name) for name in names}


def _plain(registration: Registration) -> dict[str, Any]:
    return {name: value for name, value in asdict(registration).items() if value not in (None, "", (), {})}


def _record(act: str, resource: Resource, *, before: Any, after: Any, by: Actor | None, municipality_id: int) -> None:
    journal.record(f"resource.{act}", subject=("resource", resource.id), by=by, before=before, after=after, municipalities=[municipality_id])


def category_named(key: str, name: str, position: int) -> Category:
    """Return the category with this key, entering it when it is new."""
    category = db.session.scalar(select(Category).where(Category.key == key))
    if category is None:
        category = Category(key=key, name=name, position=position)
        db.session.add(category)
        db.session.flush()
    return category
