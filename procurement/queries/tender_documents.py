"""The versions of a tender's documents, as pages show them and as the rules read them."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from commons.database import db
from commons.errors import NotFound
from procurement.models import Tender, TenderPosition, TenderQuestion, TenderVersion
from procurement.queries.wording import unit_name
from procurement.rules.bid_check import Position
from procurement.rules.scoring import Announced, TieStep


def find_draft(tender: Tender) -> TenderVersion | None:
    """Return the version that is being written, None where every version is published."""
    return db.session.scalar(select(TenderVersion).where(TenderVersion.tender_id == tender.id, TenderVersion.published_at.is_(None)))


def find_version(tender: Tender, number: int) -> TenderVersion | None:
    """Return a published version by its number."""
    query = select(TenderVersion).where(TenderVersion.tender_id == tender.id, TenderVersion.number == number)
    return db.session.scalar(query.where(TenderVersion.published_at.is_not(None)))


def get_version(tender: Tender, number: int) -> TenderVersion:
    """Return a published version by its number."""
    found = find_version(tender, number)
    if found is None:
        raise NotFound
    return found


def current_version(tender: Tender) -> TenderVersion:
    """Return the version in force: the last published one, before publication the draft."""
    found = find_version(tender, tender.version) or find_draft(tender)
    if found is None:
        raise NotFound
    return found


def versions_of(tender: Tender) -> list[TenderVersion]:
    """Return the published versions, the oldest first."""
    query = select(TenderVersion).where(TenderVersion.tender_id == tender.id, TenderVersion.published_at.is_not(None))
    return list(db.session.scalars(query.order_by(TenderVersion.number)))


def positions_to_check(version: TenderVersion) -> list[Position]:
    """Return the published positions as rules/bid_check reads them."""
    return [checked_position(position) for position in version.positions]


def checked_position(position: TenderPosition) -> Position:
    """Return one published position as rules/bid_check reads it; the unit is written out as on the price sheet."""
    return Position(
        number=position.number,
        text=position.text,
        quantity=position.quantity,
        unit=unit_name(position.unit),
        lot=position.tender_lot.name,
        is_essential=position.is_essential,
    )


def announced_of(version: TenderVersion, *, seed_hash: str = "") -> Announced:
    """Return what was announced on the award, as rules/scoring reads it."""
    return Announced(
        method=version.method,
        weights={criterion.name: criterion.weight for criterion in version.criteria},
        price_weight=version.price_weight,
        max_points=version.max_points,
        constant=version.constant,
        places=version.places,
        corridor_percent=version.corridor_percent,
        deciding=version.deciding,
        performance_share=version.performance_share,
        price_share=version.price_share,
        reference=version.reference,
        tie_rule=tuple(TieStep(step) for step in version.tie_rule),
        seed_hash=seed_hash,
    )


def shares_of(position: TenderPosition) -> Mapping[int, Decimal]:
    """Return how much of a position each municipality needs."""
    return {int(municipality_id): Decimal(text) for municipality_id, text in position.shares.items()}


def questions_of(tender: Tender) -> list[TenderQuestion]:
    """Return all questions, the oldest first; who asked is for the record only."""
    return list(db.session.scalars(select(TenderQuestion).where(TenderQuestion.tender_id == tender.id).order_by(TenderQuestion.id)))


def answers_for_all(tender: Tender) -> list[TenderQuestion]:
    """Return what every bidder sees alike: answered questions in their published wording."""
    return [question for question in questions_of(tender) if question.answered_at is not None]


def get_question(tender: Tender, question_id: int) -> TenderQuestion:
    """Return a question on a tender that the caller has already loaded for its actor."""
    found = db.session.get(TenderQuestion, question_id)
    if found is None or found.tender_id != tender.id:
        raise NotFound
    return found
