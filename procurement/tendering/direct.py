"""A direct purchase: one form from the offer to the order, up to the amount of the law."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons import clock, letters
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import say
from procurement.models import AwardDecision, AwardedLot, Bid, Lot, OpenedBid, Tender
from procurement.queries.tender_values import proposal_for, rule_rows
from procurement.queries.tenders import lock_tender
from procurement.rules.procedure import PROFILES_OF, Kind, Procedure
from procurement.rules.procedure_values import RuleRow, find_row
from procurement.telling import tell_members, write_down
from procurement.tender_stages import BidChannel, BidStage, LotOutcome, TenderStage, check_tender_step
from procurement.tendering.documents import get_draft
from procurement.tendering.inviting import find_invitation, invite
from procurement.tendering.preparing import Grouping, NewTender, begin, check_reason
from procurement.tendering.publishing import fix_version
from procurement.tendering.valuing import decide_procedure


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Hold what a direct purchase says."""

    name: str
    address: str
    net: Decimal
    reason: str


class NotADirectPurchase(RuleBroken):
    """Above the amount of the law nobody buys directly."""

    def __init__(self) -> None:
        super().__init__(say("Ein Direktkauf ist bei diesem Wert nicht zulässig. Bitte entscheiden Sie das Verfahren."), field="net")


def buy_directly(tender_id: int, purchase: Purchase, *, by: Actor) -> Tender:
    """Order directly; price and choice are justified in a sentence (economy and thrift alone apply)."""
    if not by.may(Permission.TENDER_PUBLISH):
        raise NotAllowed
    tender = lock_tender(tender_id, by)
    check_tender_step(tender.stage, TenderStage.AWARDED)
    check_reason(purchase.reason)
    limit = next(row for row in proposal_for(tender).version.rows if row.key == "direct_purchase_max") if _is_light(tender) else None
    if tender.procedure is not Procedure.DIRECT or limit is None or not limit.holds(purchase.net):
        raise NotADirectPurchase
    fix_version(tender, get_draft(tender), by=by)
    opened = _quote(tender, purchase, by)
    _decide(tender, opened, purchase, by)
    tender.stage, tender.stage_since, tender.published_at = TenderStage.AWARDED, clock.now(), clock.now()
    tender.opened_at = clock.now()
    _order(tender, purchase)
    tell_members(tender, Permission.TENDER_READ, say("Direktkauf „%(title)s“", title=tender.title), [say("Bestellt bei %(name)s.", name=purchase.name)], by=by)
    after = {"stage": "awarded", "supplier": purchase.name, "net": str(purchase.net), "reason": purchase.reason.strip()}
    write_down("tender.bought_directly", tender, by=by, before={"stage": "draft"}, after=after)
    return tender


def buy_lots(bundle_id: int, lot_ids: Sequence[int], purchase: Purchase, *, by: Actor) -> Tender:
    """Buy lots of a bundle directly: from the one form to the order in one step."""
    tender = begin(NewTender(title="", bundle_id=bundle_id, lot_ids=tuple(lot_ids), goods="", reason=purchase.reason, is_framework=False), by=by)
    if proposal_for(tender).procedure is not Procedure.DIRECT:
        raise NotADirectPurchase
    decide_procedure(tender.id, Procedure.DIRECT, reason=purchase.reason, by=by)
    return buy_directly(tender.id, purchase, by=by)


def direct_limit() -> RuleRow | None:
    """Return up to which value supplies are bought directly today; None where that is not known."""
    return find_row(rule_rows(), PROFILES_OF[Kind.SUPPLIES][0].regime, "direct_purchase_max", today_of(clock.now()), Kind.SUPPLIES)


def small_lots(groups: Sequence[Grouping]) -> list[Lot]:
    """Return the proposed lots that are cheap enough to be bought directly."""
    limit = direct_limit()
    return [group.lots[0] for group in groups if limit is not None and limit.holds(group.net)]


def _is_light(tender: Tender) -> bool:
    return any(row.key == "direct_purchase_max" for row in proposal_for(tender).version.rows)


def _quote(tender: Tender, purchase: Purchase, by: Actor) -> OpenedBid:
    invitation = find_invitation(tender, purchase.address) or invite(tender.id, purchase.name, purchase.address, by=by)
    bid = Bid(
        tender_id=tender.id,
        invitation_id=invitation.id,
        reference=f"D-{tender.id}",
        version=tender.version,
        channel=BidChannel.QUOTE,
        stage=BidStage.OPENED,
        received_at=clock.now(),
        is_late=False,
        registered_by_id=by.person_id,
    )
    db.session.add(bid)
    db.session.flush()
    opened = OpenedBid(
        bid_id=bid.id, tender_id=tender.id, opened_at=clock.now(), bidder=purchase.name, address=purchase.address, stated_sum=purchase.net,
        delivery={}, declarations={}, statements={},
    )  # fmt: skip
    db.session.add(opened)
    db.session.flush()
    return opened


def _decide(tender: Tender, opened: OpenedBid, purchase: Purchase, by: Actor) -> None:
    """Keep the order as a decision like any other; a direct purchase needs no second person."""
    decision = AwardDecision(tender_id=tender.id, proposed_by_id=by.person_id, reason=purchase.reason.strip(), total=purchase.net)
    db.session.add(decision)
    db.session.flush()
    for number, lot in enumerate(tender.lots):
        price = purchase.net if number == 0 else Decimal(0)
        db.session.add(AwardedLot(decision_id=decision.id, tender_lot_id=lot.id, outcome=LotOutcome.AWARDED, opened_bid_id=opened.id, price=price))
    db.session.flush()


def _order(tender: Tender, purchase: Purchase) -> None:
    body = [
        say("%(lead)s bestellt hiermit: %(title)s.", lead=tender.lead_municipality.name, title=tender.title),
        say("Preis netto: %(net)s €. Es gilt die VOL/B.", net=purchase.net),
    ]
    letters.post_to_address(purchase.address, say("Bestellung: %(title)s", title=tender.title), body, organisation_id=None, about=("tender", tender.id))
