"""What incidents and defects took away, as those may see it whom it concerns."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from booking.models import Block, Booking, Displacement, Effect, Resource
from booking.queries.numbers import check_number
from booking.stages import GONE
from commons import clock
from commons.database import db
from commons.deputies import absent_behind
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor, find_actor
from commons.permissions import Permission
from commons.tokens import find_visitor

SCOPE = "displacement"


def get_displacement(displacement_id: int, actor: Actor) -> Displacement:
    """Return what was taken from the actor's own booking, or one of the organisation acted for."""
    check_number(displacement_id)
    mine = or_(Displacement.person_id == actor.person_id, Booking.for_organisation_id == actor.organisation_id)
    query = select(Displacement).join(Booking, Booking.id == Displacement.booking_id).where(Displacement.id == displacement_id, mine)
    found = db.session.scalar(query.execution_options(populate_existing=True).options(joinedload(Displacement.block), joinedload(Displacement.accepted)))
    if found is None:
        raise NotFound
    return found


def find_open(secret: str) -> tuple[Displacement, Actor] | None:
    """Return what a personal link in force opens, and for whom: who booked, for the organisation that the booking is for."""
    link = find_visitor(secret, SCOPE)
    found = db.session.get(Displacement, link.subject_id, populate_existing=True) if link is not None else None
    actor = find_actor(found.person_id, found.booking.for_organisation_id) if found is not None else None
    return (found, actor) if found is not None and actor is not None and actor.may(Permission.BOOKING_REQUEST) else None


def unread(actor: Actor) -> list[Displacement]:
    """Return what was taken from the actor, or from somebody absent for whom the actor stands in, and not read yet."""
    absent = and_(Displacement.person_id.in_(absent_behind(actor)), Booking.for_organisation_id == actor.organisation_id)
    query = select(Displacement).join(Booking, Booking.id == Displacement.booking_id).where(or_(Displacement.person_id == actor.person_id, absent))
    query = query.where(*_still_news())
    return list(db.session.scalars(query.options(joinedload(Displacement.block), joinedload(Displacement.resource)).order_by(Displacement.id)))


def unread_of_owner(actor: Actor, *, incident_id: int | None = None) -> list[Displacement]:
    """Return whom to ring up: who lost a device of the actor's municipality to an open block, or to one incident, or may lose it next, and has not read it."""
    query = (
        select(Displacement)
        .join(Block, Block.id == Displacement.block_id)
        .join(Resource, Resource.id == Block.resource_id)
        .join(Organisation, Organisation.id == Resource.owner_id)
        .join(Booking, Booking.id == Displacement.booking_id)
        .where(Organisation.municipality_id == actor.municipality_id, Block.lifted_at.is_(None), *_still_news())
    )
    if incident_id is not None:
        query = query.where(Block.incident_id == incident_id)
    query = query.options(joinedload(Displacement.person), joinedload(Displacement.resource))
    return list(db.session.scalars(query.order_by(Displacement.effect == Effect.WARNED, Displacement.id)))


def _still_news() -> tuple[ColumnElement[bool], ...]:
    """Say what nobody has read yet, while there is time; a warning is none any more once the booking is gone."""
    warned_in_vain = (Displacement.effect == Effect.WARNED) & Booking.stage.in_(GONE)
    return Displacement.seen_at.is_(None), Displacement.ends_at > clock.now(), ~warned_in_vain
