"""Builders of opened bids: quotes need no keys, so most tests start from them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from commons import clock, jobs
from commons.database import db, write
from commons.people import Actor
from commons.permissions import Role
from procurement import awarding, bidding, evaluating, opening
from procurement.entries import Criterion
from procurement.models import AwardDecision, AwardRun, BidFinding, OpenedBid, Tender
from procurement.queries.awards import find_run
from procurement.queries.bids import opened_bids_of
from procurement.queries.evaluation import findings_of, is_settled
from procurement.rules.procedure import Procedure
from procurement.rules.scoring import Method
from procurement.tender_stages import BidChannel, FindingOutcome
from tests.procurement.builders import lead
from tests.procurement.tender_builders import FIRMS, REASON, content_of, make_published, make_tender, officer, secret_of
from tests.world import World

MADE_CLEAR = "Der Bieter hat den Preis mit seiner Bezugsquelle nachvollziehbar erklärt."


def second() -> Actor:
    """Return the second person: the procurement officer of another member."""
    return officer("bernsdorf")


def mayor(town: str = "koenigsbrueck") -> Actor:
    return World().actor(town, Role.MAYOR)


def make_quoted(prices: Mapping[str, Mapping[int, str]], *, changes: Any = None, tender: Tender | None = None, **terms: Any) -> Tender:
    """Return a negotiated award with quotes: firm → lot number → price of every position of the lot."""
    tender = make_published(Procedure.NEGOTIATED, tender=tender or make_tender(), **terms)
    for firm, of_lot in prices.items():
        quote(tender, firm, of_lot, **(changes or {}).get(firm, {}))
    assert tender.deadline is not None
    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        write(opening.close_quotes, tender.id, by=lead())
    db.session.expire_all()
    return tender


def quote(tender: Tender, firm: str, of_lot: Mapping[int, str], **overrides: Any) -> None:
    """Hand in a quote with its own price a lot; `lines` maps a number to changes of that line."""
    changes: Mapping[str, Mapping[str, Any]] = overrides.pop("lines", {})
    content = content_of(tender, firm, "1", lots=of_lot, **overrides)
    lots = {str(number): price for number, price in of_lot.items()}
    lines = tuple(replace(line, unit_price=Decimal(lots[line.number.split(".")[0]]) if line.unit_price is not None else None) for line in content.lines)
    lines = tuple(replace(line, **changes.get(line.number, {})) for line in lines)
    write(bidding.hand_in, secret_of(tender, firm), replace(content, lines=lines), channel=BidChannel.WEB, received_at=clock.now())


def bid_of(tender: Tender, firm: str) -> OpenedBid:
    return next(opened for opened in opened_bids_of(tender) if opened.bidder == firm)


def open_findings(tender: Tender) -> list[BidFinding]:
    return [finding for finding in findings_of(tender) if not is_settled(finding)]


def examine(tender: Tender) -> list[BidFinding]:
    """Let the check look at all bids and return what waits for people."""
    write(evaluating.examine, tender.id, by=lead())
    return open_findings(tender)


def settle(tender: Tender, finding: BidFinding, outcome: FindingOutcome = FindingOutcome.CLEARED) -> None:
    """Decide on a finding with two people."""
    write(evaluating.decide, tender.id, finding.id, outcome, reason=MADE_CLEAR, by=lead())
    write(evaluating.confirm, tender.id, finding.id, by=second())


def settle_all(tender: Tender) -> None:
    while waiting := open_findings(tender):
        for finding in waiting:
            law = FindingOutcome.EXCLUDED if finding.weight.value == "exclude" else FindingOutcome.CLEARED
            settle(tender, finding, law)


def make_evaluated(prices: Mapping[str, Mapping[int, str]], **options: Any) -> Tender:
    """Return a tender whose bids are ranked."""
    tender = make_quoted(prices, **options)
    examine(tender)
    settle_all(tender)
    return write(evaluating.evaluate, tender.id, by=lead())


def compute(tender: Tender) -> AwardRun:
    """Compute the award as the worker does."""
    write(awarding.start_run, tender.id, by=lead())
    while jobs.run_next():
        pass
    db.session.expire_all()
    run = find_run(tender)
    assert run is not None
    return run


def criteria_of_quality() -> dict[str, Any]:
    """Return terms by which the price counts 60 % and quality 40 %."""
    quality = Criterion(name="Qualität", weight=Decimal(40), scale="0 bis 10 Punkte nach Muster")
    return {"method": Method.RATIO_POINTS, "price_weight": Decimal(60), "criteria": (quality,)}


def make_proposed(prices: Mapping[str, Mapping[int, str]], **options: Any) -> AwardDecision:
    """Return a proposal of the computed award."""
    tender = make_evaluated(prices, **options)
    return write(awarding.propose, tender.id, compute(tender).id, reason=REASON, by=lead())


def make_awarded(prices: Mapping[str, Mapping[int, str]], **options: Any) -> Tender:
    """Return a tender that two people awarded, after the waiting days."""
    decision = make_proposed(prices, **options)
    write(awarding.inform_losers, decision.tender_id, by=lead())
    with clock.stopped_at(clock.now() + timedelta(days=12)):
        write(awarding.confirm, decision.tender_id, by=second())
    db.session.expire_all()
    return decision.tender


__all__ = ["FIRMS", "REASON"]
