"""Out today, back today, what is defect, and what each municipality lent and borrowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from booking.models import Block, Booking, BookingItem, OverdueNotice, Resource, Use, UsePhoto
from booking.queries.approval import owned_by
from booking.queries.numbers import check_number
from booking.stages import MOVABLE, Stage
from commons import clock
from commons.calendar_days import day_bounds, today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality, Organisation
from commons.people import Actor
from commons.permissions import Permission
from commons.scopes import within


@dataclass(frozen=True, kw_only=True, slots=True)
class Today:
    """Hold what a yard head does today."""

    out: list[Booking]
    back: list[Booking]
    blocks: list[Block]

    @property
    def due_back(self) -> list[Booking]:
        """Return what comes back today, or should be back already."""
        _, tomorrow = day_bounds(today_of(clock.now()))
        return [booking for booking in self.back if booking.ends_at <= tomorrow]

    @property
    def late(self) -> list[Booking]:
        """Return what should be back already."""
        return [booking for booking in self.back if booking.ends_at < clock.now()]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sum:
    """Count what one municipality had from another."""

    municipality: Municipality
    lent: list[Use]
    borrowed: list[Use]

    @property
    def lent_hours(self) -> Decimal:
        """Return how long the own devices were there."""
        return hours_of(self.lent)

    @property
    def borrowed_hours(self) -> Decimal:
        """Return how long foreign devices were here."""
        return hours_of(self.borrowed)


def today(actor: Actor) -> Today:
    """Return what goes out and comes back today, late ones first, and which own devices are blocked."""
    _, tomorrow = day_bounds(today_of(clock.now()))
    going = _concerning(actor).where(Booking.stage == Stage.CONFIRMED, Booking.starts_at < tomorrow, Booking.ends_at > clock.now())
    coming = _concerning(actor).where(Booking.stage == Stage.OUT)
    blocks = select(Block).join(Resource, Resource.id == Block.resource_id).where(Block.lifted_at.is_(None), Resource.owner_id.in_(owned_by(actor)))
    return Today(
        out=list(db.session.scalars(going.order_by(Booking.starts_at, Booking.id)).unique()),
        back=list(db.session.scalars(coming.order_by(Booking.ends_at, Booking.id)).unique()),
        blocks=list(db.session.scalars(blocks.options(joinedload(Block.resource), joinedload(Block.reported_by)).order_by(Block.since))),
    )


def open_blocks(resource_id: int) -> list[Block]:
    """Return what keeps a device from being ready just now."""
    query = select(Block).where(Block.resource_id == resource_id, Block.lifted_at.is_(None)).order_by(Block.since)
    return list(db.session.scalars(query.options(joinedload(Block.resource), joinedload(Block.reported_by))))


def open_use(resource_id: int) -> Use | None:
    """Return the use in which a device is out."""
    return db.session.scalar(select(Use).where(Use.resource_id == resource_id, Use.back_at.is_(None)).order_by(Use.id).limit(1))


def open_uses(resource_ids: Iterable[int]) -> list[Use]:
    """Return in which uses some of these devices are out."""
    return list(db.session.scalars(select(Use).where(Use.resource_id.in_(list(resource_ids)), Use.back_at.is_(None)).order_by(Use.id)))


def at_risk(actor: Actor) -> list[Booking]:
    """Return the actor's own bookings whose device somebody else has too long."""
    late = aliased(Booking)
    query = select(Booking).join(OverdueNotice, OverdueNotice.next_id == Booking.id).join(late, late.id == OverdueNotice.late_id)
    mine = query.where(Booking.created_by_id == actor.person_id, Booking.stage.in_(MOVABLE), late.stage == Stage.OUT, late.id != Booking.id)
    return list(db.session.scalars(mine.options(selectinload(Booking.items).joinedload(BookingItem.resource)).order_by(Booking.starts_at)).unique())


def late_before(booking_id: int) -> list[Booking]:
    """Return what is not back yet and was warned of for this booking; the caller has loaded it for its actor."""
    query = select(Booking).join(OverdueNotice, OverdueNotice.late_id == Booking.id).where(OverdueNotice.next_id == booking_id)
    return list(db.session.scalars(query.where(Booking.stage == Stage.OUT, Booking.id != booking_id)))


def uses_of(booking_id: int) -> list[Use]:
    """Return how a booking was really used; the caller has already loaded the booking for its actor."""
    query = select(Use).where(Use.booking_id == booking_id).order_by(Use.id)
    return list(db.session.scalars(query.options(joinedload(Use.resource), selectinload(Use.photos))).unique())


def last_reading(resource_id: int) -> Decimal | None:
    """Return the highest known reading of a device's meter."""
    found = db.session.execute(select(func.max(Use.meter_out), func.max(Use.meter_back)).where(Use.resource_id == resource_id)).one()
    return max((reading for reading in found if reading is not None), default=None)


def get_use(use_id: int, actor: Actor) -> Use:
    """Return a use of the actor's municipality, or of one of its devices."""
    check_number(use_id)
    ours = or_(Use.municipality_id == actor.municipality_id, Organisation.municipality_id == actor.municipality_id)
    query = _uses().where(Use.id == use_id, ours, within(actor, Permission.BOOKING_READ, Use.out_at, func.coalesce(Use.back_at, Use.out_at)))
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def get_photo(photo_id: int, actor: Actor) -> UsePhoto:
    """Return a photo of a use that the actor may see."""
    check_number(photo_id)
    found = db.session.get(UsePhoto, photo_id)
    if found is None:
        raise NotFound
    get_use(found.use_id, actor)
    return found


def lent_and_borrowed(actor: Actor, *, since: datetime, until: datetime) -> list[Sum]:
    """Return for each other municipality what it had from ours and ours from it, in a time."""
    mine = actor.municipality_id
    crossing = Use.municipality_id != Organisation.municipality_id
    query = _uses().where(crossing, _counted_for(actor), Use.out_at >= since, Use.out_at < until)
    uses = list(db.session.scalars(query.order_by(Use.out_at.desc())).unique())
    others = sorted({_other(use, mine).id: _other(use, mine) for use in uses}.values(), key=lambda place: place.name)
    return [
        Sum(
            municipality=place,
            lent=[use for use in uses if use.municipality_id == place.id],
            borrowed=[use for use in uses if use.resource.owner.municipality_id == place.id],
        )
        for place in others
    ]


def _counted_for(actor: Actor) -> ColumnElement[bool]:
    """Say which uses an actor sees summed: a head those of the own yard or brigade, whoever keeps the money those of the municipality."""
    if not actor.may(Permission.CHARGE_READ):
        return false()
    if actor.may(Permission.CHARGE_READ_ALL):
        ours = or_(Use.municipality_id == actor.municipality_id, Organisation.municipality_id == actor.municipality_id)
        return and_(ours, within(actor, Permission.CHARGE_READ_ALL, Use.out_at, func.coalesce(Use.back_at, Use.out_at)))
    places = owned_by(actor)
    return or_(Use.organisation_id.in_(places), Resource.owner_id.in_(places))


def _other(use: Use, mine: int) -> Municipality:
    return use.municipality if use.municipality_id != mine else use.resource.owner.municipality


def hours_of(uses: Iterable[Use]) -> Decimal:
    """Sum up to tenths of an hour."""
    minutes = sum((use.length for use in uses if use.length is not None), timedelta(0)) // timedelta(minutes=1)
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


def _uses() -> Select[Use]:
    query = select(Use).join(Resource, Resource.id == Use.resource_id).join(Organisation, Organisation.id == Resource.owner_id)
    return query.options(joinedload(Use.resource), joinedload(Use.organisation), joinedload(Use.municipality))


def _concerning(actor: Actor) -> Select[Booking]:
    own = select(BookingItem.booking_id).join(Resource, Resource.id == BookingItem.resource_id).where(Resource.owner_id.in_(owned_by(actor)))
    query = select(Booking).where(or_(Booking.id.in_(own), Booking.for_organisation_id == actor.organisation_id))
    return query.options(selectinload(Booking.items).joinedload(BookingItem.resource), joinedload(Booking.for_organisation), joinedload(Booking.created_by))
