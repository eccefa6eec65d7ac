"""What is on the account between municipalities for a use, and who may put it there."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from booking.models import Use
from booking.queries.approval import may_manage
from commons.database import db
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, say
from cooperation.models import Charge
from cooperation.queries import charges_of


def may_charge(use: Use, actor: Actor) -> bool:
    """Say whether the actor reckons what others owe for this use: its owner's head or chief, or who keeps the money of the owner's municipality."""
    owner = use.resource.owner
    if owner.municipality_id == use.municipality_id or not actor.may(Permission.CHARGE_POST):
        return False
    return may_manage(actor, owner_id=owner.id) or (actor.may(Permission.CHARGE_READ_ALL) and actor.municipality_id == owner.municipality_id)


def charges_about(use_id: int, actor: Actor) -> list[Charge]:
    """Return what was charged for a use and taken back, oldest first, as far as the actor sees accounts."""
    query = select(Charge).where(Charge.subject_kind == "use", Charge.subject_id == use_id, charges_of(actor))
    return list(db.session.scalars(query.order_by(Charge.id)))


def standing_charge(use_id: int) -> Charge | None:
    """Return the charge for a use that nobody has taken back."""
    counter = aliased(Charge)
    query = select(Charge).where(Charge.subject_kind == "use", Charge.subject_id == use_id, Charge.reverses_id.is_(None))
    return db.session.scalar(query.where(~select(counter.id).where(counter.reverses_id == Charge.id).exists()))


def amounts(uses: Iterable[Use], actor: Actor) -> dict[int, Decimal]:
    """Return what is owed for each of these uses; what was charged and taken back is nothing."""
    query = select(Charge.subject_id, func.sum(Charge.amount)).where(Charge.subject_kind == "use", Charge.subject_id.in_([use.id for use in uses]))
    rows = db.session.execute(query.where(charges_of(actor)).group_by(Charge.subject_id))
    return {use_id: amount for use_id, amount in rows if amount}


def proposed_text(use: Use) -> Message:
    """Propose what a charge says of a use."""
    if use.metered is not None:
        return say("%(device)s, %(start)s bis %(end)s, Zähler %(metered)s", device=use.resource.name, start=use.out_at, end=use.back_at, metered=use.metered)
    return say("%(device)s, %(start)s bis %(end)s", device=use.resource.name, start=use.out_at, end=use.back_at)
