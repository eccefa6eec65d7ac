"""Builders of tenders: every step goes through the verbs that people use."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from commons import clock
from commons.database import db, write
from commons.letters import Letter
from commons.people import Actor
from commons.permissions import Role
from procurement import bidding, bundling, opening, tendering
from procurement.entries import Commitment, NewSummand, Terms
from procurement.exchange.bid_file import BidContent
from procurement.models import Bid, Bundle, EstimateSummand, OfficerKey, Tender
from procurement.queries.bids import get_invitation
from procurement.queries.officers import find_key_of
from procurement.queries.tender_documents import current_version
from procurement.rules.procedure import Procedure
from procurement.rules.procedure_estimate import Source
from procurement.tender_stages import BidChannel, SessionPurpose
from tests.procurement.builders import PAPER, PAPER_ELSEWHERE, SALT, lead, make_approved, make_bundle
from tests.world import World

BINDING = timedelta(days=200)  # how long bids bind, from the day the tender is made
PASSPHRASE = "ein sehr langes Kennwort"
REASON = "Das ist für diesen Test so entschieden und begründet."
HOLDERS = ("koenigsbrueck", "bernsdorf", "ossling")
FIRMS = ("Papier Nord GmbH", "Bürohaus Süd KG", "Salz & Co.")


def officer(town: str) -> Actor:
    return World().actor(town, Role.PROCUREMENT_OFFICER)


def make_lots(bundle: Bundle | None = None) -> Bundle:
    """Return a bundle whose positions are in lots and that is frozen."""
    bundle = bundle or make_bundle()
    write(bundling.propose_lots, bundle.id, by=lead())
    return write(bundling.freeze, bundle.id, by=lead())


def three_towns() -> Bundle:
    """Return a frozen bundle of paper and salt for three towns."""
    return make_lots(
        make_bundle(
            make_approved(town="bernsdorf", lines=(PAPER, SALT)),
            make_approved(town="koenigsbrueck", lines=(PAPER,)),
            make_approved(town="ossling", lines=(PAPER_ELSEWHERE,)),
        )
    )


def make_tender(bundle: Bundle | None = None, **overrides: Any) -> Tender:
    """Return a tender in preparation with all free lots of a bundle."""
    bundle = bundle or three_towns()
    values: dict[str, Any] = {"lot_ids": [lot.id for lot in bundle.lots], "goods": "Büromaterial", "reason": REASON, "by": lead()} | overrides
    return write(tendering.open_tender, values.pop("title", "Papier und Salz"), bundle_id=bundle.id, **values)


def set_value(tender: Tender, *amounts: str, **overrides: Any) -> Tender:
    """Make the lots worth exactly these amounts, as a person enters them beside own prices that are put to zero."""
    db.session.execute(delete(EstimateSummand).where(EstimateSummand.tender_id == tender.id))
    db.session.commit()
    lots, buyer = [lot.id for lot in tender.lots], tender.buyers[0].municipality_id
    for lot_id, amount in zip(lots, amounts, strict=False):
        summand = NewSummand(**({"tender_lot_id": lot_id, "municipality_id": buyer, "amount": Decimal(amount), "source": Source.GUESS} | overrides))
        write(tendering.add_summand, tender.id, summand, by=lead())
    return reloaded(tender)


def reloaded(tender: Tender) -> Tender:
    """Return a tender as the database holds it now."""
    db.session.expire_all()
    return db.session.get_one(Tender, tender.id)


def bind(tender: Tender) -> None:
    """Let every buyer show resolution, signatory and funds."""
    for buyer in tender.buyers:
        mayor = World().actor(buyer.municipality.key, Role.MAYOR)
        commitment = Commitment(resolution="12/2026", resolved_on=date(2020, 5, 4), signatory="Bürgermeister", funds=Decimal(9_000_000))
        write(tendering.commit, tender.id, commitment, by=mayor)


MADE: dict[str, opening.MadeKey] = {}  # a key takes half a second to lock; what the verb once made for a town serves all tests


def make_key(town: str) -> opening.MadeKey | None:
    """Give a town's officer a key; None where there is one already."""
    actor = officer(town)
    if find_key_of(actor.person_id):
        return None
    if town not in MADE:
        made = write(opening.make_key, PASSPHRASE, by=actor)
        kept = {name: getattr(made.key, name) for name in ("public_key", "locked", "locked_by_sheet")}
        MADE[town] = replace(made, key=OfficerKey(**kept))
        return made
    known = MADE[town]
    return write(_give_key, actor, known)


def _give_key(actor: Actor, known: opening.MadeKey) -> opening.MadeKey:
    kept = {name: getattr(known.key, name) for name in ("public_key", "locked", "locked_by_sheet")}
    key = OfficerKey(person_id=actor.person_id, **kept)
    db.session.add(key)
    db.session.flush()
    return replace(known, key=key)


def name_holders(tender: Tender, towns: Iterable[str] = HOLDERS) -> None:
    for town in towns:
        make_key(town)
    ids = [key.id for town in towns if (key := find_key_of(officer(town).person_id)) is not None]
    write(opening.name_holders, tender.id, ids, by=lead())


def together(tender: Tender, purpose: SessionPurpose, towns: tuple[str, str] = ("koenigsbrueck", "bernsdorf"), **overrides: Any) -> None:
    write(opening.begin, tender.id, purpose, passphrase=PASSPHRASE, by=officer(towns[0]), **overrides)
    write(opening.complete, tender.id, purpose, passphrase=PASSPHRASE, by=officer(towns[1]))


def make_ready(tender: Tender | None = None, procedure: Procedure = Procedure.OPEN, **overrides: Any) -> Tender:
    """Return a tender that may be published."""
    tender = tender or make_tender()
    write(tendering.decide_procedure, tender.id, procedure, reason=REASON, by=lead())
    deadline = overrides.pop("deadline", clock.now().replace(microsecond=0) + timedelta(days=45))
    write(tendering.set_dates, tender.id, deadline=deadline, reason=REASON, binding_until=clock.today() + BINDING, by=lead())
    terms = Terms(cover_letter="Bitte bieten Sie an.", framework_max_value=Decimal(500_000), packages_admitted=True)
    write(tendering.set_terms, tender.id, replace(terms, **overrides), by=lead())
    bind(tender)
    if procedure in {Procedure.OPEN, Procedure.RESTRICTED, Procedure.EU}:
        name_holders(tender)
        together(tender, SessionPurpose.REHEARSAL)
    for firm in FIRMS:
        write(tendering.invite, tender.id, firm, mail_of(firm), by=lead())
    return tender


def mail_of(firm: str) -> str:
    return f"{firm.split(maxsplit=1)[0].lower().replace('ü', 'ue')}@firma.example"


def make_published(procedure: Procedure = Procedure.OPEN, **overrides: Any) -> Tender:
    """Return a tender whose bids are awaited."""
    tender = make_ready(overrides.pop("tender", None), procedure, **overrides)
    return write(tendering.publish, tender.id, by=lead())


def secret_of(tender: Tender, firm: str = FIRMS[0]) -> str:
    """Return the secret of a firm's personal link from the letter it got."""
    query = select(Letter).where(Letter.address == mail_of(firm), Letter.link.is_not(None), Letter.about_id == tender.id).order_by(Letter.id.desc())
    link = db.session.scalars(query.limit(1)).one().link or ""
    return link.rsplit("/", 1)[1]


def content_of(tender: Tender, firm: str = FIRMS[0], price: str = "3.5", lots: Iterable[int] | None = None, **overrides: Any) -> BidContent:
    """Return a bid with one price for every position of some lots."""
    version = current_version(tender)
    empty = bidding.empty_content(get_invitation(secret_of(tender, firm)), version)
    numbers = {position.number for position in version.positions if lots is None or position.tender_lot.number in set(lots)}
    lines = tuple(replace(line, unit_price=Decimal(price) if line.number in numbers else None) for line in empty.lines)
    return replace(empty, lines=lines, address="Markt 1, 01917 Kamenz", **overrides)


def hand_in(tender: Tender, firm: str = FIRMS[0], price: str = "3.5", at: datetime | None = None, **overrides: Any) -> Bid:
    """Hand a firm's bid in."""
    content = content_of(tender, firm, price, **overrides)
    moment = at or clock.now()
    return write(bidding.hand_in, secret_of(tender, firm), content, channel=BidChannel.WEB, received_at=moment)


def make_opened(prices: tuple[str, ...] = ("3.5", "3.7", "3.9"), **overrides: Any) -> Tender:
    """Return a tender with some bids, opened by two officers after the deadline."""
    tender = make_published(**overrides)
    for firm, price in zip(FIRMS, prices, strict=False):
        hand_in(tender, firm, price)
    open_after_deadline(tender)
    return tender


def open_after_deadline(tender: Tender, towns: tuple[str, str] = ("koenigsbrueck", "bernsdorf")) -> None:
    assert tender.deadline is not None
    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        together(tender, SessionPurpose.OPENING, towns)
    db.session.expire_all()
