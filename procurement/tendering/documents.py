"""The documents before publication: positions from the bundle, rules of the award, criteria, deadline."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import delete, select

from commons.database import db
from commons.errors import NotFound
from commons.money import deal_out
from commons.numbers import as_decimal
from commons.people import Actor
from commons.words import say
from procurement.entries import Criterion, Terms
from procurement.models import (
    ASKED,
    BundleLine,
    BundlePosition,
    PurchaseRequest,
    PurchaseRequestLine,
    Tender,
    TenderCriterion,
    TenderPosition,
    TenderVersion,
)
from procurement.queries.tender_documents import announced_of, find_draft
from procurement.queries.tenders import lock_tender
from procurement.queries.wording import unit_name
from procurement.rules.bid_check import fingerprint
from procurement.rules.scoring import Method, ScoringFaulty, TieStep, check_announced
from procurement.telling import write_down
from procurement.tender_stages import check_in_preparation
from procurement.tendering.own_prices import term_months

TIE_RULE = (TieStep.LOWER_PRICE, TieStep.BETTER_QUALITY, TieStep.DRAW)
COVER_LETTER = (
    "Wir bitten Sie um ein Angebot für die im Leistungsverzeichnis genannten Waren. Angebote werden elektronisch und verschlossen entgegengenommen. "
    "Vertragsbestandteil ist die VOL/B. Es gilt der Einheitspreis."
)


class LotLimitWithoutRule(ScoringFaulty):
    """A limit on lots is announced together with the rule used when somebody would win more (§ 22 UVgO, § 30 VgV)."""

    def __init__(self) -> None:
        text = say("Zu einer Loslimitierung gehört die Regel, nach der entschieden wird, wenn jemand mehr Lose gewinnen würde.")
        super().__init__(text, field="lot_limit_rule")


class FrameworkWithoutMaximum(ScoringFaulty):
    """A framework names its maximum value (EuGH C-23/20)."""

    def __init__(self) -> None:
        super().__init__(say("Eine Rahmenvereinbarung braucht einen Höchstwert (EuGH C-23/20)."), field="framework_max_value")


def begin_documents(tender: Tender, *, by: Actor) -> TenderVersion:
    """Begin the first version of the documents with the positions of the lots."""
    version = TenderVersion(
        tender_id=tender.id,
        number=1,
        made_by_id=by.person_id,
        cover_letter=COVER_LETTER,
        tie_rule=[step.value for step in TIE_RULE],
        combinations=[],
        method=Method.LOWEST_PRICE,
    )
    db.session.add(version)
    db.session.flush()
    take_positions(tender)
    return version


def get_draft(tender: Tender) -> TenderVersion:
    """Return the version that is being written."""
    found = find_draft(tender)
    if found is None:
        raise NotFound
    return found


def take_positions(tender: Tender) -> None:
    """Take the positions with the shares of each buyer from the bundle into the version that is being written."""
    version = get_draft(tender)
    db.session.execute(delete(TenderPosition).where(TenderPosition.version_id == version.id))
    db.session.expire(version, ["positions"])
    months = term_months(tender) if tender.is_framework else 12
    order = 0
    for lot in tender.lots:
        for number, (position, shares) in enumerate(_demand(lot.lot_id), start=1):
            order += 1
            scaled = {municipality_id: over_term(amount, months) for municipality_id, amount in shares.items()}
            db.session.add(_position(version, lot.id, order, f"{lot.number}.{number}", position, scaled))
    db.session.flush()
    db.session.expire(version, ["positions"])


def is_stale(tender: Tender) -> bool:
    """Tell whether the bundle asks for something else than the documents since somebody joined, left or changed a quantity."""
    version = find_draft(tender)
    if version is None:
        return False
    months = term_months(tender) if tender.is_framework else 12
    wanted = {
        position.id: as_shares({municipality_id: over_term(amount, months) for municipality_id, amount in shares.items()})
        for lot in tender.lots
        for position, shares in _demand(lot.lot_id)
    }
    return wanted != {position.bundle_position_id: position.shares for position in version.positions}


def over_term(amount: Decimal, months: int) -> Decimal:
    """Return the demand of the whole term from the demand of a year; what is counted in whole stays whole, rounded up."""
    exact = Fraction(amount) * months / 12
    if amount == amount.to_integral_value():
        return Decimal(-(-exact.numerator // exact.denominator))
    return as_decimal(exact, places=6)


def _position(version: TenderVersion, lot_id: int, order: int, number: str, position: BundlePosition, shares: Mapping[int, Decimal]) -> TenderPosition:
    total = sum(shares.values(), Decimal(0))
    return TenderPosition(
        version_id=version.id,
        tender_lot_id=lot_id,
        bundle_position_id=position.id,
        order=order,
        number=number,
        text=position.title,
        cpv=position.cpv,
        quantity=total,
        unit=position.base_unit,
        shares=as_shares(shares),
        fingerprint=fingerprint(number, position.title, total, unit_name(position.base_unit)),
    )


def as_shares(shares: Mapping[int, Decimal]) -> dict[str, str]:
    """Keep the shares of the buyers as plain data."""
    return {str(municipality_id): f"{amount:f}" for municipality_id, amount in sorted(shares.items())}


def _demand(lot_id: int) -> list[tuple[BundlePosition, dict[int, Decimal]]]:
    query = (
        select(BundlePosition, PurchaseRequest.municipality_id, ASKED)
        .join(BundleLine, BundleLine.position_id == BundlePosition.id)
        .join(PurchaseRequestLine, PurchaseRequestLine.id == BundleLine.line_id)
        .join(PurchaseRequest, PurchaseRequest.id == PurchaseRequestLine.request_id)
        .where(BundlePosition.lot_id == lot_id)
    )
    found: dict[int, tuple[BundlePosition, dict[int, Decimal]]] = {}
    for position, municipality_id, amount in db.session.execute(query):
        shares = found.setdefault(position.id, (position, {}))[1]
        shares[municipality_id] = shares.get(municipality_id, Decimal(0)) + amount
    return sorted(found.values(), key=lambda pair: (pair[0].title.casefold(), pair[0].id))


def set_terms(tender_id: int, terms: Terms, *, by: Actor) -> TenderVersion:
    """Write the rules of bids and award into the version that is being written."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    version = get_draft(tender)
    write_terms(version, terms)
    check_terms(tender, version)
    write_down("tender.terms_set", tender, by=by, after={"method": terms.method.value, "criteria": [one.name for one in terms.criteria]})
    return version


def terms_of(version: TenderVersion) -> Terms:
    """Return the terms of a version as plain values."""
    plain = {one.name: getattr(version, one.name) for one in fields(Terms) if one.name not in {"criteria", "combinations", "lot_limit_rule"}}
    return Terms(
        **plain,
        lot_limit_rule=version.lot_limit_rule or "",
        combinations=tuple(tuple(lots) for lots in version.combinations),
        criteria=tuple(Criterion(name=one.name, weight=one.weight, scale=one.scale) for one in version.criteria),
    )


def write_terms(version: TenderVersion, terms: Terms) -> None:
    """Copy the terms into a version that is not published."""
    values = {name: value for name, value in vars(terms).items() if name not in {"criteria", "combinations", "lot_limit_rule"}}
    for name, value in values.items():
        setattr(version, name, value)
    version.lot_limit_rule = terms.lot_limit_rule.strip() or None
    version.combinations = [list(lots) for lots in terms.combinations]
    version.criteria.clear()
    db.session.flush()
    version.criteria = [
        TenderCriterion(order=order, name=one.name.strip(), weight=one.weight, scale=one.scale.strip()) for order, one in enumerate(terms.criteria, start=1)
    ]
    db.session.flush()


def check_terms(tender: Tender, version: TenderVersion) -> None:
    """Refuse rules of the award that do not fit together."""
    check_announced(announced_of(version))
    if version.max_lots_per_bidder is not None and not version.lot_limit_rule:
        raise LotLimitWithoutRule
    known = {lot.number for lot in tender.lots}
    if any(set(lots) - known or len(lots) < 2 for lots in version.combinations):
        raise ScoringFaulty(say("Eine Kombination nennt mindestens zwei Lose dieser Vergabe."), field="combinations")


def check_maximum(tender: Tender, version: TenderVersion) -> None:
    """Refuse a framework without its maximum."""
    if tender.is_framework and version.framework_max_value is None:
        raise FrameworkWithoutMaximum


def set_dates(tender_id: int, *, deadline: datetime, reason: str, binding_until: date | None, by: Actor) -> Tender:
    """Set until when bids are taken, why that suffices, and how long bidders are bound."""
    tender = lock_tender(tender_id, by)
    check_in_preparation(tender.stage)
    tender.deadline, tender.deadline_reason, tender.binding_until = deadline, reason.strip() or None, binding_until
    after = {"deadline": deadline.isoformat(), "reason": reason.strip(), "binding_until": str(binding_until)}
    write_down("tender.dates_set", tender, by=by, after=after)
    return tender


def lower_shares(position: TenderPosition, total: Decimal) -> dict[int, Decimal]:
    """Deal a changed quantity out among the buyers by what they had asked for."""
    shares = {int(key): Decimal(text) for key, text in position.shares.items()}
    places = max(0, -int(total.normalize().as_tuple().exponent))
    dealt = deal_out(int(total.scaleb(places)), list(shares.values()))
    return {municipality_id: Decimal(units).scaleb(-places) for municipality_id, units in zip(shares, dealt, strict=True)}
