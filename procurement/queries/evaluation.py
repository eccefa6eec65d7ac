"""What examination and comparison found, for whoever may see the bids of a tender."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import func, select

from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from procurement.models import BidFinding, Clarification, CriterionScore, DrawCall, Evaluation, OpenedBid, Tender, TenderLot, TieDraw
from procurement.queries.bids import may_see_bids
from procurement.queries.tenders import get_tender, leads
from procurement.rules.bid_check import Weight
from procurement.tender_stages import FindingOutcome


def get_opened_tender(tender_id: int, actor: Actor) -> Tender:
    """Return a tender whose bids the actor may see; before the opening there is nothing to see for anybody."""
    tender = get_tender(tender_id, actor)
    if not may_see_bids(tender, actor):
        raise NotFound
    return tender


def get_led_opened_tender(tender_id: int, actor: Actor) -> Tender:
    """Return an opened tender that the actor leads."""
    tender = get_opened_tender(tender_id, actor)
    if not leads(tender, actor):
        raise NotFound
    return tender


def findings_of(tender: Tender) -> list[BidFinding]:
    """Return all findings of a tender that the caller has already loaded for its actor, stage by stage."""
    order = (BidFinding.opened_bid_id, BidFinding.id)
    found = list(db.session.scalars(select(BidFinding).join(OpenedBid).where(OpenedBid.tender_id == tender.id).order_by(*order)))
    stages = list(type(found[0].stage)) if found else []
    return sorted(found, key=lambda finding: stages.index(finding.stage))


def get_finding(tender: Tender, finding_id: int) -> BidFinding:
    """Return a finding of a tender that the caller has already loaded for its actor."""
    found = db.session.get(BidFinding, finding_id)
    if found is None or found.opened_bid.tender_id != tender.id:
        raise NotFound
    return found


def is_settled(finding: BidFinding) -> bool:
    """Tell whether a finding stands in nobody's way any more: a note, or decided by two people, or gone by itself."""
    if finding.weight is Weight.NOTE:
        return True
    return finding.outcome is not FindingOutcome.OPEN and (finding.decided_by_id is None or finding.second_by_id is not None)


def excludes(finding: BidFinding) -> bool:
    """Tell whether two people excluded a bid for this finding."""
    return finding.outcome is FindingOutcome.EXCLUDED and finding.second_by_id is not None


def excluded_by(findings: Iterable[BidFinding], opened: OpenedBid, lot: TenderLot | None = None) -> list[BidFinding]:
    """Return the findings for which a bid is excluded: as a whole, or for one lot."""
    return [
        finding
        for finding in findings
        if finding.opened_bid_id == opened.id and excludes(finding) and (finding.tender_lot_id is None or (lot is not None and finding.tender_lot_id == lot.id))
    ]


def clarifications_of(tender: Tender) -> list[Clarification]:
    """Return every question to a bidder with its answer, the oldest first."""
    query = select(Clarification).join(OpenedBid, OpenedBid.id == Clarification.opened_bid_id).where(OpenedBid.tender_id == tender.id)
    return list(db.session.scalars(query.order_by(Clarification.id)))


def get_clarification(tender: Tender, clarification_id: int) -> Clarification:
    """Return a question to a bidder of a tender that the caller has already loaded for its actor."""
    found = db.session.get(Clarification, clarification_id)
    if found is None or found.opened_bid.tender_id != tender.id:
        raise NotFound
    return found


def scores_of(tender: Tender) -> list[CriterionScore]:
    """Return the points given so far."""
    query = select(CriterionScore).join(OpenedBid, OpenedBid.id == CriterionScore.opened_bid_id).where(OpenedBid.tender_id == tender.id)
    return list(db.session.scalars(query.order_by(CriterionScore.opened_bid_id, CriterionScore.criterion_id)))


def points_by_bid(scores: Sequence[CriterionScore]) -> dict[int, dict[str, Decimal]]:
    """Return the points of each bid by the name of the criterion."""
    points: dict[int, dict[str, Decimal]] = {}
    for score in scores:
        points.setdefault(score.opened_bid_id, {})[score.criterion.name] = score.points
    return points


def evaluations_of(tender: Tender) -> list[Evaluation]:
    """Return the rankings in force, one a lot, in the order of the lots."""
    latest = db.session.scalar(select(func.max(Evaluation.version)).where(Evaluation.tender_id == tender.id))
    query = select(Evaluation).join(TenderLot, TenderLot.id == Evaluation.tender_lot_id)
    return list(db.session.scalars(query.where(Evaluation.tender_id == tender.id, Evaluation.version == latest).order_by(TenderLot.number)))


def count_evaluations(tender: Tender) -> int:
    """Return the number of the last ranking, 0 before the first."""
    return db.session.scalar(select(func.max(Evaluation.version)).where(Evaluation.tender_id == tender.id)) or 0


def find_draw(tender: Tender) -> TieDraw | None:
    """Return the lot drawn for a tender."""
    return db.session.scalar(select(TieDraw).where(TieDraw.tender_id == tender.id).order_by(TieDraw.id.desc()).limit(1))


def find_draw_call(tender: Tender) -> DrawCall | None:
    """Return who last called for a draw."""
    return db.session.scalar(select(DrawCall).where(DrawCall.tender_id == tender.id).order_by(DrawCall.id.desc()).limit(1))


def may_examine(actor: Actor) -> bool:
    """Tell whether the actor decides on findings and points as the first or the second person."""
    return actor.may(Permission.BID_EXAMINE)
