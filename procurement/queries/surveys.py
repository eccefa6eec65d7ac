"""Which surveys of demand an actor may see, and who is missing."""

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import selectinload

from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from commons.scopes import within
from commons.tokens import VisitorLink, find_visitor, hash_of
from procurement.models import DemandRound, RoundInvitation, RoundParticipation
from procurement.stages import RoundAnswer, RoundStage

SCOPE = "demand_round"


def _visible(actor: Actor) -> ColumnElement[bool]:
    if not actor.may(Permission.DEMAND_READ):
        return false()
    asked = select(RoundParticipation.round_id).where(RoundParticipation.municipality_id == actor.municipality_id)
    part = or_(DemandRound.lead_municipality_id == actor.municipality_id, DemandRound.id.in_(asked))
    return and_(part, within(actor, Permission.DEMAND_READ, DemandRound.created_at))


def rounds(actor: Actor) -> list[DemandRound]:
    """Return the surveys in which the own municipality is asked or leads, the latest first."""
    query = select(DemandRound).where(_visible(actor)).options(selectinload(DemandRound.participations))
    return list(db.session.scalars(query.order_by(DemandRound.id.desc())))


def get_round(round_id: int, actor: Actor) -> DemandRound:
    """Return a survey that the actor may see."""
    return _one(select(DemandRound).where(_visible(actor), DemandRound.id == round_id))


def lock_round(round_id: int, actor: Actor) -> DemandRound:
    """Return a survey for changing it; nobody else changes it meanwhile."""
    query = select(DemandRound).where(_visible(actor), DemandRound.id == round_id)
    return _one(query.with_for_update(of=DemandRound).execution_options(populate_existing=True))


def _one(query: Select[DemandRound]) -> DemandRound:
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def leads_round(survey: DemandRound, actor: Actor) -> bool:
    """Tell whether the actor is a procurement officer of the municipality that asks."""
    return actor.may(Permission.BUNDLE_EDIT) and survey.lead_municipality_id == actor.municipality_id


def find_open_round(measure_id: int, year: int) -> DemandRound | None:
    """Return the survey that is open for a measure and a year."""
    query = select(DemandRound).where(DemandRound.measure_id == measure_id, DemandRound.year == year, DemandRound.stage == RoundStage.OPEN)
    return db.session.scalar(query.order_by(DemandRound.id.desc()).limit(1))


def own_participation(survey: DemandRound, actor: Actor) -> RoundParticipation | None:
    """Return what the own municipality has answered."""
    return next((part for part in survey.participations if part.municipality_id == actor.municipality_id), None)


def missing(survey: DemandRound) -> list[RoundParticipation]:
    """Return who has not answered."""
    return [part for part in survey.participations if part.answer is RoundAnswer.MISSING]


def find_invitation(secret: str) -> RoundInvitation | None:
    """Return the personal invitation in force that a link opens."""
    link = find_visitor(secret, SCOPE)
    return db.session.get(RoundInvitation, link.subject_id) if link is not None else None


def was_invited(secret: str) -> bool:
    """Tell whether a link was ever given out, though it may no longer be in force."""
    query = select(VisitorLink.id).where(VisitorLink.token_hash == hash_of(secret), VisitorLink.scope == SCOPE)
    return db.session.scalar(query) is not None


def waiting_rounds(actor: Actor) -> list[DemandRound]:
    """Return the open surveys that the own municipality has not answered, for those who may."""
    if not actor.may(Permission.DEMAND_SUBMIT):
        return []
    asked = select(RoundParticipation.round_id).where(
        RoundParticipation.municipality_id == actor.municipality_id, RoundParticipation.answer == RoundAnswer.MISSING
    )
    return list(db.session.scalars(select(DemandRound).where(DemandRound.stage == RoundStage.OPEN, DemandRound.id.in_(asked)).order_by(DemandRound.closes_on)))
