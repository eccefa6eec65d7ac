"""What keeps devices from being ready just now: blocks and loans, also of the vehicles that carry them, and what is missing of their own load."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from booking.models import Block, Booking, BookingItem, Cause, Resource, ResourcePart, StatusCheck
from booking.queries.fleet import wholes_of
from booking.rules.readiness import Part, Readiness
from booking.stages import Stage
from commons import clock
from commons.database import db
from commons.municipalities import Municipality
from commons.words import say

Carriers = Mapping[int, Sequence[tuple[int, int]]]  # device → what it goes with, itself first, and how many of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Say how many of a device a block takes."""

    block: Block
    quantity: int


def carriers_of(ids: Sequence[int]) -> Carriers:
    """Return with which vehicles and kits each device goes, directly or inside another part."""
    edges = db.session.scalars(select(ResourcePart).where(ResourcePart.whole_id.in_(wholes_of(ids)))).all()
    found: dict[int, list[tuple[int, int]]] = {id_: [(id_, 1)] for id_ in ids}
    for carriers in found.values():
        for inner, number in carriers:  # grows while it is walked: upwards to the outermost whole
            carriers += [(edge.whole_id, number * edge.quantity) for edge in edges if edge.part_id == inner]
    return found


def shares(carriers: Carriers) -> dict[int, list[Share]]:
    """Return what is open, and the last that was lifted, of each device and of what carries it."""
    latest = select(func.max(Block.id)).where(Block.lifted_at.is_not(None)).group_by(Block.resource_id)
    concerned = {whole for wholes in carriers.values() for whole, _ in wholes}
    query = select(Block).where(Block.resource_id.in_(concerned), or_(Block.lifted_at.is_(None), Block.id.in_(latest))).order_by(Block.id)
    blocks = list(db.session.scalars(query.options(joinedload(Block.reported_by), joinedload(Block.lifted_by))))
    return {
        id_: [Share(block=block, quantity=block.quantity * number) for block in blocks for whole, number in wholes if whole == block.resource_id]
        for id_, wholes in carriers.items()
    }


def lent(carriers: Carriers) -> dict[int, list[Part]]:
    """Return what others have: handed out, or confirmed for now."""
    at = clock.now()
    running = or_(Booking.stage == Stage.OUT, (Booking.stage == Stage.CONFIRMED) & (Booking.starts_at <= at) & (Booking.ends_at > at))
    query = (
        select(BookingItem.resource_id, BookingItem.quantity, Booking.ends_at, Booking.starts_at, Municipality.name)
        .join(Booking, Booking.id == BookingItem.booking_id)
        .join(Municipality, Municipality.id == Booking.for_municipality_id)
        .where(BookingItem.resource_id.in_({whole for wholes in carriers.values() for whole, _ in wholes}), running)
        .order_by(Booking.ends_at)
    )
    rows = db.session.execute(query).all()
    return {
        id_: [
            Part(readiness=Readiness.LENT, quantity=row.quantity * number, reason=row.name, expected_at=row.ends_at, since=row.starts_at)
            for row in rows
            for whole, number in wholes
            if whole == row.resource_id
        ]
        for id_, wholes in carriers.items()
    }


def incomplete(ids: Sequence[int]) -> dict[int, list[Part]]:
    """Return which vehicles and kits miss something of their load: usable, but limited."""
    query = (
        select(ResourcePart.whole_id, Resource.name, func.min(Block.since).label("since"))
        .join(Resource, Resource.id == ResourcePart.part_id)
        .join(Block, Block.resource_id == ResourcePart.part_id)
        .where(ResourcePart.whole_id.in_(ids), Block.lifted_at.is_(None), Block.cause != Cause.LIMITED)
        .group_by(ResourcePart.whole_id, Resource.id, Resource.name, Resource.quantity, ResourcePart.quantity)
        .having(Resource.quantity - func.sum(Block.quantity) < ResourcePart.quantity)
        .order_by(Resource.name)
    )
    found: dict[int, list[Part]] = {}
    for whole_id, name, since in db.session.execute(query):
        found.setdefault(whole_id, []).append(Part(readiness=Readiness.LIMITED, quantity=1, reason=say("Es fehlt: %(part)s", part=name), since=since))
    return found


def checks(ids: Sequence[int]) -> dict[int, StatusCheck]:
    """Return who looked at each device last."""
    latest = select(func.max(StatusCheck.id)).where(StatusCheck.resource_id.in_(ids)).group_by(StatusCheck.resource_id)
    rows = db.session.scalars(select(StatusCheck).where(StatusCheck.id.in_(latest)).options(joinedload(StatusCheck.checked_by)))
    return {check.resource_id: check for check in rows}
