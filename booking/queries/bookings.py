"""Bookings as the actor may see them: the booker's side and the owner's side, nobody else."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from booking.models import Approval, Booking, BookingItem, Resource
from booking.queries.approval import may_decide
from booking.queries.numbers import check_number
from booking.stages import OPEN, Stage
from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor, find_actor
from commons.permissions import Permission
from commons.scopes import within


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Say which bookings show their names and purposes: of the own municipality, or of its devices, or made by oneself; to its auditor those of the scope."""
    owned = (
        select(BookingItem.booking_id)
        .join(Resource, Resource.id == BookingItem.resource_id)
        .join(Organisation, Organisation.id == Resource.owner_id)
        .where(Organisation.municipality_id == actor.municipality_id)
    )
    ours = or_(Booking.for_municipality_id == actor.municipality_id, Booking.id.in_(owned))
    return or_(Booking.created_by_id == actor.person_id, and_(ours, within(actor, Permission.BOOKING_READ, Booking.starts_at, Booking.ends_at)))


def get_booking(booking_id: int, actor: Actor) -> Booking:
    """Return a booking that the actor may see."""
    check_number(booking_id)
    found = db.session.scalar(loaded(select(Booking)).where(Booking.id == booking_id, visible_to(actor)).execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def bookings_by_id(ids: Iterable[int], actor: Actor) -> dict[int, Booking]:
    """Return those of the bookings that the actor may see."""
    query = loaded(select(Booking)).where(Booking.id.in_(list(ids)), visible_to(actor))
    return {booking.id: booking for booking in db.session.scalars(query).unique()}


def bookings_seen(actor: Actor, *, most: int = 50_000) -> list[Booking]:
    """Return the bookings that the actor may see, the earliest first: of the municipality, to its auditor those of the scope."""
    return list(db.session.scalars(loaded(select(Booking)).where(visible_to(actor)).order_by(Booking.starts_at, Booking.id).limit(most)).unique())


def my_bookings(actor: Actor, *, past: bool = False) -> list[Booking]:
    """Return the bookings made by the actor or for the organisation acted for: what comes and what went."""
    mine = or_(Booking.created_by_id == actor.person_id, Booking.for_organisation_id == actor.organisation_id)
    moment = clock.now()
    if past:
        query = loaded(select(Booking)).where(mine, or_(Booking.ends_at < moment, Booking.stage.not_in(OPEN))).order_by(Booking.starts_at.desc()).limit(100)
    else:
        query = loaded(select(Booking)).where(mine, Booking.ends_at >= moment, Booking.stage.in_(OPEN)).order_by(Booking.starts_at, Booking.id)
    return list(db.session.scalars(query).unique())


def undecided(actor: Actor) -> list[Booking]:
    """Return the requests that wait for this actor's decision, the nearest first."""
    pending = exists().where(
        BookingItem.booking_id == Booking.id,
        BookingItem.approval == Approval.PENDING,
        BookingItem.resource_id == Resource.id,
        Resource.owner_id == Organisation.id,
        Organisation.municipality_id == actor.municipality_id,
    )
    query = loaded(select(Booking)).where(Booking.stage == Stage.REQUESTED, pending).order_by(Booking.starts_at, Booking.id)
    return [booking for booking in db.session.scalars(query).unique() if items_to_decide(booking, actor)]


def items_to_decide(booking: Booking, actor: Actor) -> list[BookingItem]:
    """Return the items of a booking on which this actor still decides."""
    return [
        item
        for item in booking.items
        if item.approval is Approval.PENDING and may_decide(actor, owner_id=item.resource.owner_id, approval_by=item.resource.approval_by)
    ]


def is_owner_side(booking: Booking, actor: Actor) -> bool:
    """Say whether the actor decides on a device of the booking."""
    return any(may_decide(actor, owner_id=item.resource.owner_id, approval_by=item.resource.approval_by) for item in booking.items)


def is_bookers_side(booking: Booking, actor: Actor) -> bool:
    """Say whether the actor booked, or acts for the organisation that did."""
    return actor.person_id == booking.created_by_id or actor.organisation_id == booking.for_organisation_id


def owes_reason(booking: Booking, actor: Actor) -> bool:
    """Say whether the actor would take away or move what others rely on: as an owner, also where the owner had booked it for who called."""
    if actor.organisation_id == booking.for_organisation_id:
        return False
    return actor.person_id != booking.created_by_id or is_owner_side(booking, actor)


def is_lent(booking: Booking) -> bool:
    """Say whether the booker does not act for whom the booking is; asked of the database only where the employer does not tell."""
    booker, place = booking.created_by, booking.for_organisation_id
    return booker.employer_id != place and find_actor(booker.id, place) is None


def is_either_side(booking: Booking, actor: Actor) -> bool:
    """Say whether the actor is on the side of who booked or of who owns."""
    return is_bookers_side(booking, actor) or is_owner_side(booking, actor)


def next_bookings(resource_id: int, *, after: datetime, most: int = 10) -> Sequence[Booking]:
    """Return what is booked next on a device; the page shows names only of what its reader may see."""
    query = (
        loaded(select(Booking))
        .join(BookingItem, BookingItem.booking_id == Booking.id)
        .where(BookingItem.resource_id == resource_id, Booking.ends_at > after, Booking.stage.in_(OPEN))
        .order_by(Booking.starts_at)
        .limit(most)
    )
    return list(db.session.scalars(query).unique())


def loaded(query: Select[Booking]) -> Select[Booking]:
    """Read with a booking what every page of it shows."""
    return query.options(
        selectinload(Booking.items).joinedload(BookingItem.resource),
        joinedload(Booking.for_organisation),
        joinedload(Booking.created_by),
        joinedload(Booking.decided_by),
    )
