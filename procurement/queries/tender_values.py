"""What a tender is worth, by which rows of the law, and what stands beside it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select

from commons.database import db
from commons.rule_values import RuleValue
from commons.words import Message
from procurement.models import EstimateSummand, Tender, TenderBuyer, TenderLot
from procurement.rules.mandates import MemberBinding, Signatory
from procurement.rules.procedure import SAXON_VOB_A, SAXON_VOL_A, UVGO, Profile, Proposal, propose
from procurement.rules.procedure_estimate import UNLIMITED_MONTHS, Estimate, Summand, estimate
from procurement.rules.procedure_lots import Beside, Planned, SmallLots, beside, small_lots
from procurement.rules.procedure_values import RuleRow, find_row
from procurement.tender_stages import TenderStage

PROFILES: dict[str, Profile] = {profile.regime: profile for profile in (SAXON_VOL_A, SAXON_VOB_A, UVGO)}
LIMITS = ("direct_purchase_max", "negotiated_award_max", "pre_award_information_above")


def profile_of(tender: Tender) -> Profile:
    """Return the words and the set of rules of a tender."""
    return PROFILES[tender.regime]


def procedure_name(tender: Tender) -> Message | None:
    """Return how the chosen procedure is called, None before the choice."""
    return profile_of(tender).names[tender.procedure] if tender.procedure else None


def rule_rows() -> list[RuleRow]:
    """Return every dated value of the database as the rules read it."""
    return [_row(value) for value in db.session.scalars(select(RuleValue).order_by(RuleValue.id))]


def _row(value: RuleValue) -> RuleRow:
    return RuleRow(
        regime=value.regime,
        key=value.key,
        number=value.amount if value.amount is not None else _number(value.value),
        comparison=value.comparison,
        applies_to=value.applies_to,
        valid_from=value.valid_from,
        valid_to=value.valid_to,
        legal_basis=value.legal_basis or "",
        source=value.source or "",
        confirmed=value.confirmed,
    )


def _number(text: str | None) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def summands_of(tender: Tender) -> list[EstimateSummand]:
    """Return the parts of the estimate by lot and municipality; those of small lots that were moved out count on, at the end."""
    ids = [tender.id, *(other.id for other in exempted_from(tender))]
    query = select(EstimateSummand).join(TenderLot).where(EstimateSummand.tender_id.in_(ids))
    return list(
        db.session.scalars(query.order_by(EstimateSummand.tender_id != tender.id, TenderLot.number, EstimateSummand.municipality_id, EstimateSummand.id))
    )


def exempted_from(tender: Tender) -> list[Tender]:
    """Return the procurements that hold the small lots of an EU-wide one."""
    query = select(Tender).where(Tender.exempted_from_id == tender.id, Tender.stage != TenderStage.CANCELLED)
    return list(db.session.scalars(query.order_by(Tender.id)))


def own_estimate_of(tender: Tender) -> Estimate:
    """Return the value of what this procurement itself buys, without small lots that were moved out."""
    own = [row for row in summands_of(tender) if row.tender_id == tender.id]
    return estimate([_summand(row, tender) for row in own], unlimited_months=_unlimited(tender, rule_rows()))


def estimate_of(tender: Tender, rows: Sequence[RuleRow] | None = None) -> Estimate:
    """Return the estimated value with every summand, in the order of `summands_of`."""
    return estimate([_summand(row, tender) for row in summands_of(tender)], unlimited_months=_unlimited(tender, rule_rows() if rows is None else rows))


def _unlimited(tender: Tender, rows: Sequence[RuleRow]) -> int:
    unlimited = find_row(rows, "eu", "unlimited_term_factor", tender.begins_on)
    return int(unlimited.number) if unlimited and unlimited.number else UNLIMITED_MONTHS


def _summand(row: EstimateSummand, tender: Tender) -> Summand:
    return Summand(
        municipality=row.municipality.name,
        amount=row.amount,
        source=row.source,
        basis=row.basis,
        vat_percent=row.vat_percent,
        per=row.per,
        months=row.months,
        extension_months=row.extension_months,
        is_framework=tender.is_framework,
        option_amount=row.option_amount,
        surcharge_percent=row.surcharge_percent,
        lot=row.tender_lot.name if row.tender_id == tender.id else f"{row.tender_lot.title} (Vergabe {row.tender_id})",
        goods=tender.goods,
        remark=row.remark or "",
    )


def proposal_for(tender: Tender, rows: Sequence[RuleRow] | None = None, *, day: date | None = None) -> Proposal:
    """Propose the procedure for the estimate as it stands; refuses where a value is missing on the day."""
    rows = rule_rows() if rows is None else rows
    return propose(estimate_of(tender, rows).net, kind=tender.kind, day=day or tender.begins_on, rows=rows, profile=profile_of(tender))


def small_lots_of(tender: Tender, rows: Sequence[RuleRow] | None = None) -> SmallLots | None:
    """Offer the exemption of small lots, None where the value stays below the EU threshold."""
    rows = rule_rows() if rows is None else rows
    counted = estimate_of(tender, rows)
    threshold = find_row(rows, "eu", "eu_threshold", tender.begins_on, tender.kind)
    if threshold is None or not threshold.holds(counted.net):
        return None
    moved = counted.by_lot().keys() - {lot.name for lot in tender.lots}
    exempted = [*(lot.name for lot in tender.lots if lot.is_exempted), *sorted(moved)]
    return small_lots(counted.by_lot(), exempted=exempted, kind=tender.kind, day=tender.begins_on, rows=rows)


def beside_of(tender: Tender, rows: Sequence[RuleRow] | None = None) -> Beside:
    """Set a tender beside the other procurements of the same lead or the same bundle within a year."""
    rows = rule_rows() if rows is None else rows
    others = select(Tender).where(Tender.stage != TenderStage.CANCELLED, Tender.lead_municipality_id == tender.lead_municipality_id)
    planned = [_planned(other, rows) for other in db.session.scalars(others.order_by(Tender.id)) if tender.id not in {other.id, other.exempted_from_id}]
    if tender.exempted_from_id is not None:  # the law lets these lots leave the whole; the whole is checked on its own page
        planned = [other for other in planned if not other.name.startswith(f"{tender.exempted_from_id} ")]
    return beside(_planned(tender, rows), planned, limits=limits_for(tender, rows))


def limits_for(tender: Tender, rows: Sequence[RuleRow]) -> list[RuleRow]:
    """Return the limits of the day that a split could slip under."""
    found = [find_row(rows, tender.regime, key, tender.begins_on, tender.kind) for key in LIMITS]
    found.append(find_row(rows, "eu", "eu_threshold", tender.begins_on, tender.kind))
    return [row for row in found if row is not None]


def _planned(tender: Tender, rows: Sequence[RuleRow]) -> Planned:
    return Planned(name=f"{tender.id} {tender.title}", goods=tender.goods.casefold(), net=estimate_of(tender, rows).net, begins_on=tender.begins_on)


def kept_rows(rows: Sequence[RuleRow]) -> list[dict[str, Any]]:
    """Turn the rows of a decision into plain data that stays with the procedure."""
    return [
        {
            "regime": row.regime,
            "key": row.key,
            "number": None if row.number is None else f"{row.number:f}",
            "comparison": row.comparison,
            "applies_to": row.applies_to,
            "valid_from": str(row.valid_from),
            "valid_to": str(row.valid_to) if row.valid_to else None,
            "legal_basis": row.legal_basis,
            "source": row.source,
            "confirmed": row.confirmed,
        }
        for row in rows
    ]


def member_bindings(tender: Tender, shares: Mapping[str, Decimal] | None = None) -> list[MemberBinding]:
    """Return what binds each buyer that is still in, at its estimated share or at the real one where `shares` by name are given."""
    found = own_estimate_of(tender).by_municipality() if shares is None else shares
    buyers = [buyer for buyer in tender.buyers if buyer.withdrawn_at is None]
    return [_member(buyer, found.get(buyer.municipality.name, Decimal(0))) for buyer in buyers]


def _member(buyer: TenderBuyer, share: Decimal) -> MemberBinding:
    return MemberBinding(
        municipality=buyer.municipality.name,
        share=share,
        resolution=buyer.resolution or "",
        resolved_on=buyer.resolved_on,
        valid_until=buyer.valid_until,
        resolved_up_to=buyer.resolved_up_to,
        signatory=Signatory(name=buyer.signatory, most=buyer.signatory_limit) if buyer.signatory else None,
        funds=buyer.funds,
    )
