"""Give points on the announced criteria, confirmed by a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from commons import clock
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.words import german_number, say
from procurement.evaluating.deciding import ReasonTooShort, SecondPersonNeeded
from procurement.evaluating.examining import check_examinable
from procurement.models import CriterionScore, Tender
from procurement.queries.bids import opened_bids_of
from procurement.queries.evaluation import may_examine, scores_of
from procurement.queries.tender_documents import current_version
from procurement.queries.tenders import lock_seen_tender, lock_tender
from procurement.telling import write_down


@dataclass(frozen=True, kw_only=True)
class Points:
    """What one bid gets on one criterion, and why."""

    points: Decimal
    reason: str


class PointsOutOfScale(RuleBroken):
    """Points lie on the announced scale."""

    def __init__(self, most: Decimal) -> None:
        super().__init__(say("Bitte vergeben Sie 0 bis %(most)s Punkte, wie in den Unterlagen angegeben.", most=german_number(most)), field="points")


def give_points(tender_id: int, given: Mapping[tuple[int, int], Points], *, by: Actor) -> Tender:
    """Give points by bid and criterion; points given anew need to be confirmed anew."""
    tender = lock_tender(tender_id, by)
    if not may_examine(by):
        raise NotAllowed
    check_examinable(tender)
    version, known = current_version(tender), {(score.opened_bid_id, score.criterion_id): score for score in scores_of(tender)}
    places = {(opened.id, criterion.id) for opened in opened_bids_of(tender) for criterion in version.criteria}
    for place, points in given.items():
        if place not in places:
            raise NotAllowed
        _check(points, version.max_points)
        score = known.get(place) or CriterionScore(opened_bid_id=place[0], criterion_id=place[1])
        if (score.points, score.reason) != (points.points, points.reason.strip()):
            score.points, score.reason, score.given_at = points.points, points.reason.strip(), clock.now()
            score.given_by_id, score.second_by_id = by.person_id, None
            db.session.add(score)
    db.session.flush()
    write_down("evaluation.points_given", tender, by=by, after={f"{bid}/{criterion}": str(one.points) for (bid, criterion), one in given.items()})
    return tender


def confirm_points(tender_id: int, *, by: Actor) -> Tender:
    """Confirm all points as the second person."""
    tender = lock_seen_tender(tender_id, by)
    if not may_examine(by):
        raise NotAllowed
    check_examinable(tender)
    waiting = [score for score in scores_of(tender) if score.second_by_id is None]
    if any(score.given_by_id == by.person_id for score in waiting):
        raise SecondPersonNeeded
    for score in waiting:
        score.second_by_id = by.person_id
    write_down("evaluation.points_confirmed", tender, by=by, after={"confirmed": len(waiting)})
    return tender


def _check(points: Points, most: Decimal) -> None:
    if not 0 <= points.points <= most:
        raise PointsOutOfScale(most)
    if len(points.reason.strip()) < 3:
        raise ReasonTooShort
