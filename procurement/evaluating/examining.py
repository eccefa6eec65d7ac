"""Examine opened bids in four stages; the check finds, two people decide."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.words import Message, as_data, say
from procurement.bid_content import check_lines
from procurement.comparing import Field, Offer, field_of, lines_to_check
from procurement.entries import DECLARATIONS
from procurement.models import BidFinding, OpenedBid, Tender
from procurement.queries.evaluation import is_settled
from procurement.queries.tender_documents import get_version, positions_to_check, versions_of
from procurement.queries.tender_values import rule_rows
from procurement.queries.tenders import lock_tender
from procurement.rules.bid_check import Weight
from procurement.rules.procedure import Procedure
from procurement.rules.procedure_values import RuleRow, find_row
from procurement.rules.scoring_prices import price_gaps
from procurement.stages import NotEditable
from procurement.telling import write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, FindingOutcome, FindingStage, TenderStage

S = FindingStage
DECLARATION_NAMES: dict[str, Message] = {
    "no_exclusion": say("Es liegen keine Ausschlussgründe vor"),
    "taxes_paid": say("Steuern und Sozialabgaben sind gezahlt"),
    "minimum_wage": say("Der Mindestlohn wird gezahlt"),
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a check or a person found."""

    opened_id: int
    stage: FindingStage
    weight: Weight
    text: Message
    law: str = ""
    lot_id: int | None = None
    position: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """Return what makes two findings the same."""
        return self.opened_id, self.lot_id, self.stage, self.position, json.dumps(as_data(self.text), sort_keys=True)


@dataclass(frozen=True, kw_only=True)
class NewFinding:
    """What a person enters about a bid, for one lot or for all."""

    opened_bid_id: int
    stage: FindingStage
    weight: Weight
    text: str
    lot_id: int | None = None
    law: str = field(default="")


class TextMissing(RuleBroken):
    """A finding says what was found."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie auf, was Sie festgestellt haben."), field="text")


def examine(tender_id: int, *, by: Actor) -> Tender:
    """Check all bids; what was found before stays with its decision, what no longer holds is noted as gone."""
    tender = lock_tender(tender_id, by)
    check_examinable(tender)
    new = look_again(tender)
    write_down("evaluation.examined", tender, by=by, after={"new_findings": new})
    return tender


def look_again(tender: Tender) -> int:
    """Add new findings of the check and retire those that no longer hold; return how many are new."""
    field_ = field_of(tender)
    found = {one.key: one for one in _all(field_)}
    known = {_key(finding): finding for finding in field_.findings if finding.found_by_id is None}
    for key, finding in known.items():
        if key not in found and not is_settled(finding):
            finding.outcome, finding.decided_by_id = FindingOutcome.NOTED, None
            finding.reason = "Nach dem Ausschluss eines anderen Angebots besteht dieser Befund nicht mehr." if finding.stage is S.PRICE else "Entfallen."
    for key, one in found.items():
        if key not in known:
            _add(one, found_by_id=None)
    db.session.flush()
    return sum(key not in known for key in found)


def is_examined(field_: Field) -> bool:
    """Tell whether the check has nothing new to say about any bid."""
    known = {_key(finding) for finding in field_.findings if finding.found_by_id is None}
    return all(one.key in known for one in _all(field_))


def add_finding(tender_id: int, new: NewFinding, *, by: Actor) -> BidFinding:
    """Enter what a person found about a bid: a missing paper, a doubt about suitability, a variant."""
    tender = lock_tender(tender_id, by)
    check_examinable(tender)
    if not new.text.strip():
        raise TextMissing
    opened = db.session.get(OpenedBid, new.opened_bid_id)
    if opened is None or opened.tender_id != tender.id or new.lot_id not in {None, *(lot.id for lot in tender.lots)}:
        raise NotAllowed
    text = say("%(text)s", text=new.text.strip())
    one = Found(opened_id=opened.id, stage=new.stage, weight=new.weight, text=text, law=new.law.strip(), lot_id=new.lot_id)
    finding = _add(one, found_by_id=by.person_id)
    db.session.flush()
    after = {"bidder": opened.bidder, "stage": new.stage.value, "weight": new.weight.value, "text": new.text.strip()}
    write_down("evaluation.finding_added", tender, by=by, after=after)
    return finding


def check_examinable(tender: Tender) -> None:
    """Refuse to change findings before the opening and after the evaluation."""
    if tender.stage is not TenderStage.OPENED:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])


def _add(one: Found, *, found_by_id: int | None) -> BidFinding:
    outcome = FindingOutcome.NOTED if one.weight is Weight.NOTE else FindingOutcome.OPEN
    finding = BidFinding(opened_bid_id=one.opened_id, tender_lot_id=one.lot_id, stage=one.stage, weight=one.weight, position=one.position)
    finding.text, finding.law, finding.outcome, finding.found_by_id = as_data(one.text), one.law, outcome, found_by_id
    db.session.add(finding)
    return finding


def _key(finding: BidFinding) -> tuple[object, ...]:
    return finding.opened_bid_id, finding.tender_lot_id, finding.stage, finding.position, json.dumps(finding.text, sort_keys=True)


def _all(field_: Field) -> list[Found]:
    rows = rule_rows()
    own = [one for opened in field_.bids for one in _of_bid(opened, field_, rows)]
    cleared = {_key(finding) for finding in field_.findings if finding.outcome is FindingOutcome.CLEARED}
    out = {(one.opened_id, one.lot_id) for one in own if one.weight is Weight.EXCLUDE and one.key not in cleared}
    out |= {(finding.opened_bid_id, finding.tender_lot_id) for finding in field_.findings if _would_exclude(finding)}
    return [*own, *_of_gaps(field_, rows, out)]


def _of_bid(opened: OpenedBid, field_: Field, rows: list[RuleRow]) -> Iterable[Found]:
    yield from _of_version(opened, field_)
    yield from _of_lines(opened, field_)
    yield from _of_declarations(opened)
    yield from _of_subcontracts(opened, field_.tender, rows)


def _of_version(opened: OpenedBid, field_: Field) -> Iterable[Found]:
    """A bid on an older version does not fit the documents in force, if anything essential changed since."""
    later = [version for version in versions_of(field_.tender) if version.number > opened.bid.version]
    if later:
        weight = Weight.EXCLUDE if any(version.is_essential for version in later) else Weight.ASK
        text = say("Das Angebot beruht auf Fassung %(old)s der Unterlagen, in Kraft ist Fassung %(new)s.", old=opened.bid.version, new=field_.version.number)
        yield Found(opened_id=opened.id, stage=S.FORMAL, weight=weight, text=text, law="§ 57 Abs. 1 Nr. 4 VgV, § 42 Abs. 1 Nr. 4 UVgO")


def _of_lines(opened: OpenedBid, field_: Field) -> Iterable[Found]:
    version = get_version(field_.tender, opened.bid.version)
    lot_of = {position.number: position.lot for position in positions_to_check(version)}
    ids = {lot.name: lot.id for lot in field_.tender.lots}
    for finding in check_lines(version, lines_to_check(opened), opened).findings:
        stage = S.FORMAL if finding.weight is Weight.EXCLUDE else S.PRICE
        lot_id = ids.get(lot_of.get(finding.position, ""))
        yield Found(
            opened_id=opened.id, stage=stage, weight=finding.weight, text=finding.text, law=finding.law, lot_id=lot_id, position=finding.position
        )  # fmt: skip


def _of_declarations(opened: OpenedBid) -> Iterable[Found]:
    """Self-declarations may be requested later; they are never price-relevant."""
    if not opened.declarations:
        return
    for key in DECLARATIONS:
        if not opened.declarations.get(key):
            text = say("Die Eigenerklärung „%(name)s“ fehlt; sie darf nachgefordert werden.", name=DECLARATION_NAMES[key])
            yield Found(opened_id=opened.id, stage=S.SUITABILITY, weight=Weight.ASK, text=text, law="§ 3 SächsVergabeG")


def _of_subcontracts(opened: OpenedBid, tender: Tender, rows: list[RuleRow]) -> Iterable[Found]:
    row = find_row(rows, tender.regime, "subcontract_share_max", tender.begins_on)
    if row is not None and row.number is not None and opened.subcontract_percent > row.number:
        text = say("Unteraufträge von %(share)s %% liegen über %(most)s %%.", share=opened.subcontract_percent, most=row.number)
        yield Found(opened_id=opened.id, stage=S.SUITABILITY, weight=Weight.ASK, text=text, law=row.legal_basis)


def _of_gaps(field_: Field, rows: list[RuleRow], out: set[tuple[int, int | None]]) -> Iterable[Found]:
    """Compare neighbours by ranked price, with delivery, lot by lot; excluded bids, and those that the law excludes, are no neighbours."""
    regime = "eu" if field_.tender.procedure is Procedure.EU else field_.tender.regime
    row = find_row(rows, regime, "price_gap_max", field_.tender.begins_on)
    if row is None or row.number is None:
        return
    for lot in field_.tender.lots:
        offers = [o for o in field_.of_lot(lot) if not o.is_excluded and not out & {(o.opened.id, lot.id), (o.opened.id, None)}]
        for asked, beside in _measured(offers):
            prices = [(offer.opened.bidder, offer.ranked) for offer in (*asked, *beside)]
            for gap in price_gaps(prices, most_percent=Decimal(row.number)):
                doubtful = [name for name, is_doubtful in ((gap.lower, gap.is_lower_doubtful), (gap.higher, gap.is_higher_doubtful)) if is_doubtful]
                text = say("Der Preis weicht um mehr als %(most)s %% vom nächsten ab und ist aufzuklären: %(gap)s", most=row.number, gap=gap.shown())
                for offer in asked:
                    if offer.opened.bidder in doubtful:
                        yield Found(opened_id=offer.opened.id, stage=S.PRICE, weight=Weight.ASK, text=text, law=row.legal_basis, lot_id=lot.id)


def _measured(offers: Sequence[Offer]) -> Iterable[tuple[list[Offer], list[Offer]]]:
    """Return whose prices are doubted beside which: main bids by each other, a variant by the main bids of other firms alone."""
    mains = [offer for offer in offers if not offer.opened.bid.variant]
    yield mains, []
    for offer in offers:
        if offer.opened.bid.variant:
            yield [offer], [main for main in mains if main.opened.bid.invitation_id != offer.opened.bid.invitation_id]


def _would_exclude(finding: BidFinding) -> bool:
    return finding.weight is Weight.EXCLUDE and finding.outcome is not FindingOutcome.CLEARED
