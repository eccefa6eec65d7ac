"""What a procurement is worth and by which procedure it goes: its rules, summands, proposal, decision, what stands beside it."""

from datetime import date

from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import as_data, german_number, say
from procurement.entries import NewSummand
from procurement.models import EstimateSummand, ProcedureDecision, Tender, TenderBuyer, TenderLot
from procurement.queries.tender_values import beside_of, estimate_of, kept_rows, profile_of, proposal_for, rule_rows
from procurement.queries.tenders import get_buyer, lock_tender
from procurement.rules.procedure import LEAST_REASON, PROFILES_OF, Procedure, Proposal, check_choice
from procurement.rules.procedure_changes import stops_publication
from procurement.rules.procedure_lots import Beside
from procurement.stages import NotEditable
from procurement.telling import write_down
from procurement.tender_stages import check_in_preparation
from procurement.tendering.documents import take_positions
from procurement.tendering.own_prices import take_own_prices

OTHER_RULES = say("Seit der Entscheidung gelten ein anderer Stichtag, ein anderes Regelwerk oder andere Werte. Bitte entscheiden Sie das Verfahren neu.")


class RulesDoNotFit(RuleBroken):
    """Works are not bought by the rules for supplies, nor the other way round."""

    def __init__(self) -> None:
        super().__init__(say("Dieses Regelwerk gilt nicht für das, was hier gekauft wird."), field="regime")


class SplitWithoutReason(RuleBroken):
    """What looks like a split contract is decided with a written reason."""

    def __init__(self) -> None:
        text = say(
            "Neben dieser Vergabe stehen andere, mit denen sie eine Grenze erreicht. Bitte begründen Sie in mindestens einem Satz, warum das zulässig ist."
        )
        super().__init__(text, field="reason")


class FromBundle(NotEditable):
    """What was reckoned from the members' own prices is reckoned anew, not changed by hand."""

    def __init__(self) -> None:
        super().__init__(say("aus der Bündelung berechnet"))


def set_rules(tender_id: int, *, day: date, regime: str, by: Actor) -> Tender:
    """Set the day whose rules stay with the procedure, and which set of rules that is."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    if regime not in {profile.regime for profile in PROFILES_OF[tender.kind]}:
        raise RulesDoNotFit
    before = {"begins_on": str(tender.begins_on), "regime": tender.regime}
    tender.begins_on, tender.regime = day, regime
    recheck(tender)
    write_down("tender.rules_set", tender, by=by, before=before, after={"begins_on": str(day), "regime": regime})
    return tender


def add_summand(tender_id: int, new: NewSummand, *, by: Actor) -> EstimateSummand:
    """Add a part to the estimate: a quote, a guess, an option, an extension."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    get_lot(tender, new.tender_lot_id)
    get_buyer(tender, new.municipality_id)
    summand = EstimateSummand(tender_id=tender.id, entered_by_id=by.person_id, **{**vars(new), "remark": new.remark.strip() or None})
    db.session.add(summand)
    db.session.flush()
    estimate_of(tender)  # refuses a summand that says too little
    recheck(tender)
    write_down("tender.summand_added", tender, by=by, after={"amount": str(new.amount), "source": new.source.value, "remark": new.remark})
    return summand


def remove_summand(tender_id: int, summand_id: int, *, by: Actor) -> Tender:
    """Take a part out of the estimate that a person had entered."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    summand = db.session.get(EstimateSummand, summand_id)
    if summand is None or summand.tender_id != tender.id:
        raise NotFound
    if summand.is_from_bundle:
        raise FromBundle
    before = {"amount": str(summand.amount), "source": summand.source.value, "remark": summand.remark}
    db.session.delete(summand)
    db.session.flush()
    recheck(tender)
    write_down("tender.summand_removed", tender, by=by, before=before)
    return tender


def reckon_anew(tender_id: int, *, by: Actor) -> Tender:
    """Take quantities and own prices from the bundle as they stand now: a late member or a changed quantity counts."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    before = estimate_of(tender).net
    name_new_buyers(tender)
    take_own_prices(tender, by=by)
    take_positions(tender)
    recheck(tender)
    write_down("tender.reckoned", tender, by=by, before={"net": str(before)}, after={"net": str(estimate_of(tender).net)})
    return tender


def name_new_buyers(tender: Tender) -> None:
    """Name the municipalities that joined the bundle since."""
    named = {buyer.municipality_id for buyer in tender.buyers}
    tender.buyers += [TenderBuyer(municipality_id=member.municipality_id) for member in tender.bundle.members if member.municipality_id not in named]
    db.session.flush()


def get_lot(tender: Tender, lot_id: int) -> TenderLot:
    """Return a lot of a tender that the caller has already loaded for its actor."""
    found = next((lot for lot in tender.lots if lot.id == lot_id), None)
    if found is None:
        raise NotFound
    return found


def recheck(tender: Tender) -> None:
    """Stop the publication when the value now asks for another procedure than the one that was decided, or other rules count."""
    if not tender.decisions:
        return
    last = tender.decisions[-1]
    now = proposal_for(tender)
    stop = stops_publication(_as_decided(tender, last, now), now) or (OTHER_RULES if now.version.fingerprint != last.rule_fingerprint else None)
    tender.stopped_reason = as_data(stop) if stop else None
    tender.estimated_net = now.net


def _as_decided(tender: Tender, decision: ProcedureDecision, now: Proposal) -> Proposal:
    procedure = Procedure(decision.proposed)
    return Proposal(
        procedure=procedure,
        name=profile_of(tender).names[procedure],
        net=decision.net,
        reasons=(),
        with_ground=(),
        not_allowed=frozenset(),
        version=now.version,
    )


def decide_procedure(tender_id: int, procedure: Procedure, *, reason: str, by: Actor) -> ProcedureDecision:
    """Decide the procedure on the value as it stands, with the rule rows of its day; another than the proposed one needs a written reason."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    rows = rule_rows()
    proposal = proposal_for(tender, rows)
    check_choice(proposal, procedure, reason=reason, profile=profile_of(tender))
    found = beside_of(tender, rows)
    if found.flags and len(reason.strip()) < LEAST_REASON:
        raise SplitWithoutReason
    decision = _decision(proposal, procedure, reason, found, by)
    tender.decisions.append(decision)
    tender.procedure, tender.estimated_net, tender.stopped_reason = procedure, proposal.net, None
    db.session.flush()
    after = {"procedure": procedure.value, "proposed": proposal.procedure.value, "net": str(proposal.net), "reason": reason.strip()}
    write_down("tender.procedure_decided", tender, by=by, after=after | {"rules": proposal.version.fingerprint})
    return decision


def _decision(proposal: Proposal, chosen: Procedure, reason: str, found: Beside, by: Actor) -> ProcedureDecision:
    return ProcedureDecision(
        decided_by_id=by.person_id,
        net=proposal.net,
        proposed=proposal.procedure.value,
        chosen=chosen,
        reason=reason.strip() or None,
        reasons=[as_data(text) for text in proposal.reasons],
        rule_day=proposal.version.day,
        rule_rows=kept_rows(proposal.version.rows),
        rule_fingerprint=proposal.version.fingerprint,
        beside={
            "similar": [f"{other.name}: {german_number(other.net, 2)} €" for other in found.similar],
            "similar_net": str(found.similar_net),
            "everything_net": str(found.everything_net),
            "flags": [as_data(flag) for flag in found.flags],
        },
    )
