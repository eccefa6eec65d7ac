"""Rank the bids lot by lot as announced, with and without the excluded ones; draw a lot only where the rule says so."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from commons import clock
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import as_data, counted, say
from procurement.comparing import Field, field_of
from procurement.evaluating.deciding import SHORTEST_REASON, ReasonTooShort
from procurement.evaluating.examining import is_examined
from procurement.models import AwardDecision, AwardRun, DrawCall, Evaluation, Tender, TenderLot, TieDraw
from procurement.queries.bids import admitted_waiting, waiting_paper_bids
from procurement.queries.evaluation import count_evaluations, evaluations_of, find_draw, find_draw_call, is_settled, may_examine, points_by_bid, scores_of
from procurement.queries.tender_documents import announced_of
from procurement.queries.tenders import lock_seen_tender, lock_tender
from procurement.rules.scoring import Announced, Ranking, Scored, rank_bids
from procurement.rules.scoring_compared import both_results, swap_warnings
from procurement.rules.ties import check_seed, drawn_order
from procurement.stages import NotEditable
from procurement.telling import tell_members, write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, TenderStage, check_tender_step


class StillOpen(RuleBroken):
    """Nothing is ranked or awarded before two people have decided on every doubt."""

    status = 409

    def __init__(self, count: int) -> None:
        super().__init__(
            counted(
                count,
                say("%(count)s Befund ist noch nicht von zwei Personen entschieden."),
                say("%(count)s Befunde sind noch nicht von zwei Personen entschieden."),
            )
        )
        self.count = count


class PointsOpen(RuleBroken):
    """Points count once two people stand for them."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die Punkte zu den Kriterien fehlen noch oder sind nicht von einer zweiten Person bestätigt."))


class NotExamined(RuleBroken):
    """A bid that nobody examined is not ranked."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Bitte lassen Sie zuerst alle Angebote prüfen; Papierangebote sind vorher einzutragen."))


class NothingToDraw(RuleBroken):
    """A lot is drawn only between equal bids."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Es gibt keinen Gleichstand, über den zu losen wäre."))


class SecondWitnessNeeded(RuleBroken):
    """A lot is drawn in front of two witnesses."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Ein Los wird vor zwei Zeugen gezogen. Bitte lassen Sie eine zweite Person ziehen."))


def evaluate(tender_id: int, *, by: Actor) -> Tender:
    """Rank all lots once every finding is decided; a new ranking follows the old one, none is overwritten."""
    tender = lock_tender(tender_id, by)
    check_tender_step(tender.stage, TenderStage.EVALUATED)
    field_ = field_of(tender)
    _check_complete(field_)
    rank_lots(field_, by=by)
    tender.stage, tender.stage_since = TenderStage.EVALUATED, clock.now()
    db.session.flush()
    tell_members(
        tender, Permission.BID_READ, say("Angebote gewertet: %(title)s", title=tender.title), [say("Die Wertung steht; der Zuschlag wird vorbereitet.")], by=by
    )
    write_down("evaluation.ranked", tender, by=by, before={"stage": "opened"}, after={"stage": "evaluated", "version": count_evaluations(tender)})
    return tender


def reopen(tender_id: int, *, reason: str, by: Actor) -> Tender:
    """Go back to the examination with a reason; proposals for the award fall."""
    tender = lock_tender(tender_id, by)
    check_tender_step(tender.stage, TenderStage.OPENED)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    for decision in db.session.scalars(select(AwardDecision).where(AwardDecision.tender_id == tender.id, AwardDecision.withdrawn_at.is_(None))):
        decision.withdrawn_at = clock.now()
    tender.stage, tender.stage_since = TenderStage.OPENED, clock.now()
    write_down("evaluation.reopened", tender, by=by, before={"stage": "evaluated"}, after={"stage": "opened", "reason": reason.strip()})
    return tender


def call_draw(tender_id: int, *, by: Actor) -> DrawCall:
    """Call for a draw as the first witness; another person draws."""
    tender = _to_draw(tender_id, by)
    names = sorted({offer.opened.bidder for offer in field_of(tender).offers if not offer.is_excluded})
    call = DrawCall(tender_id=tender.id, called_by_id=by.person_id, bidders=names)
    db.session.add(call)
    db.session.flush()
    body = [say("Zwischen gleichen Angeboten entscheidet das Los. Bitte ziehen Sie es als zweite Zeugin oder zweiter Zeuge.")]
    link = f"/beschaffung/wertung/{tender.id}/los"
    tell_members(tender, Permission.BID_EXAMINE, say("Los ziehen: %(title)s", title=tender.title), body, by=by, link=link)
    write_down("evaluation.draw_called", tender, by=by, after={"bidders": names, "seed_hash": tender.draw_seed_hash})
    return call


def draw(tender_id: int, *, by: Actor) -> TieDraw:
    """Draw as the second witness from the seed that was fixed before any bid; everybody can reckon the order again."""
    tender, call = _to_draw(tender_id, by), find_draw_call(lock_seen_tender(tender_id, by))
    if call is None or call.called_by_id == by.person_id:
        raise SecondWitnessNeeded
    seed, seed_hash = tender.draw_seed or "", tender.draw_seed_hash or ""
    check_seed(seed, published=seed_hash)
    drawn = TieDraw(tender_id=tender.id, seed=seed, seed_hash=seed_hash, bidders=call.bidders, order=drawn_order(call.bidders, seed=seed))
    drawn.first_witness_id, drawn.second_witness_id = call.called_by_id, by.person_id
    db.session.add(drawn)
    db.session.flush()
    rank_lots(field_of(tender), by=by)
    write_down("evaluation.drawn", tender, by=by, after={"order": drawn.order, "seed": seed, "seed_hash": seed_hash, "first_witness": call.called_by_id})
    return drawn


def is_draw_due(tender: Tender) -> bool:
    """Tell whether equal bids wait for a draw: on a lot, or between awards of the same price."""
    if find_draw(tender) is not None:
        return False
    query = select(AwardRun).where(AwardRun.tender_id == tender.id, AwardRun.result.is_not(None)).order_by(AwardRun.id.desc()).limit(1)
    run = db.session.scalar(query)
    tied = bool(run and run.result and run.result.get("tied"))
    return tied or any(ranking.compared["undecided"] for ranking in evaluations_of(tender))


def _to_draw(tender_id: int, by: Actor) -> Tender:
    tender = lock_seen_tender(tender_id, by)
    if not may_examine(by):
        raise NotAllowed
    if tender.stage is not TenderStage.EVALUATED:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    if not is_draw_due(tender):
        raise NothingToDraw
    return tender


def _check_complete(field_: Field) -> None:
    if waiting_paper_bids(field_.tender) or admitted_waiting(field_.tender) or not is_examined(field_):
        raise NotExamined
    undecided = [finding for finding in field_.findings if not is_settled(finding)]
    if undecided:
        raise StillOpen(len(undecided))
    scores = {(score.opened_bid_id, score.criterion_id): score for score in scores_of(field_.tender)}
    needed = [(opened.id, criterion.id) for opened in field_.bids if not field_.is_excluded(opened) for criterion in field_.version.criteria]
    if any(place not in scores or scores[place].second_by_id is None for place in needed):
        raise PointsOpen


def rank_lots(field_: Field, *, by: Actor) -> list[Evaluation]:
    """Keep a new ranking of every lot."""
    version, drawn = count_evaluations(field_.tender) + 1, find_draw(field_.tender)
    announced = announced_of(field_.version, seed_hash=field_.tender.draw_seed_hash or "")
    points = points_by_bid(scores_of(field_.tender))
    made = [_rank(field_, lot, announced, points, drawn.seed if drawn else "") for lot in field_.tender.lots]
    for evaluation in made:
        evaluation.version, evaluation.reckoned_by_id = version, by.person_id
    db.session.add_all(made)
    db.session.flush()
    return made


def _rank(field_: Field, lot: TenderLot, announced: Announced, points: dict[int, dict[str, Any]], seed: str) -> Evaluation:
    bids = [
        Scored(bidder=offer.opened.bidder, price=offer.ranked, points=points.get(offer.opened.id, {}), is_excluded=offer.is_excluded)
        for offer in field_.of_lot(lot)
    ]
    counts, beside = _both(bids, announced, seed)
    warnings = swap_warnings([bid for bid in bids if not bid.is_excluded], announced, seed=seed)
    compared = {"undecided": list(counts.undecided), "with_excluded": _plain(beside), "warnings": [as_data(warning) for warning in warnings]}
    return Evaluation(tender_id=field_.tender.id, tender_lot_id=lot.id, formula=as_data(counts.formula), ranking=_plain(counts), compared=compared)


def _both(bids: list[Scored], announced: Announced, seed: str) -> tuple[Ranking, Ranking]:
    """Leave out of the second ranking what has no price or no points at all: it cannot be reckoned."""
    rankable = [bid for bid in bids if not bid.is_excluded or (bid.price > 0 and set(announced.weights) <= set(bid.points))]
    counts, beside = both_results(rankable, announced, seed=seed)
    return counts, beside if rankable else rank_bids([], announced)


def _plain(ranking: Ranking) -> list[dict[str, Any]]:
    return [{name: value if isinstance(value, (bool, int, type(None))) else str(value) for name, value in asdict(place).items()} for place in ranking.places]
