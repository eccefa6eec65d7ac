"""Ask firms for bids by mail with a personal link, and send the link to whoever asks for it."""

import re
from datetime import timedelta

from sqlalchemy import func, select

from commons import clock, letters, tokens
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.tokens import VisitorLink
from commons.words import Message, say
from procurement.models import Supplier, Tender, TenderInvitation
from procurement.queries.bids import SCOPE
from procurement.queries.suppliers import get_supplier
from procurement.queries.tenders import PUBLIC, lock_for_bidder, lock_tender
from procurement.stages import NotEditable
from procurement.telling import write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, TenderStage

MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
# A link lives until bids can no longer change; questions and the outcome may be read a while longer.
LINK_LASTS = timedelta(days=180)
MOST_LINKS_AN_HOUR = 3


class NoMailAddress(RuleBroken):
    """A firm is asked by mail."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie eine gültige E-Mail-Adresse an."), field="address")


class TooManyLinks(RuleBroken):
    """Nobody fills a stranger's mailbox with links."""

    status = 429

    def __init__(self) -> None:
        super().__init__(say("An diese Adresse ging gerade erst ein Verweis. Bitte sehen Sie in Ihrem Posteingang nach oder warten Sie eine Stunde."))


class NotPublic(RuleBroken):
    """Only in a public procedure may everybody ask for the documents."""

    status = 404

    def __init__(self) -> None:
        super().__init__(say("Diese Ausschreibung gibt es nicht oder nicht mehr."))


def invite_supplier(tender_id: int, supplier_id: int, *, by: Actor) -> TenderInvitation:
    """Choose a firm of the register; the letter goes out with the publication, or at once while bids are awaited."""
    supplier = get_supplier(supplier_id, by)
    return invite(tender_id, supplier.name, supplier.email or "", supplier=supplier, by=by)


def invite(tender_id: int, name: str, address: str, *, supplier: Supplier | None = None, by: Actor) -> TenderInvitation:
    """Choose a firm to be asked; a firm is asked once."""
    tender = lock_tender(tender_id, by)
    check_awaits_firms(tender)
    invitation = find_invitation(tender, address) or _add(tender, name, address)
    invitation.supplier_id, invitation.invited_by_id = supplier.id if supplier else None, by.person_id
    if tender.stage is TenderStage.PUBLISHED:
        send_link(invitation, tender)
    write_down("tender.firm_chosen", tender, by=by, after={"firm": invitation.name})
    return invitation


def drop(tender_id: int, invitation_id: int, *, by: Actor) -> None:
    """Take a firm off the list again, before anything was sent."""
    tender = lock_tender(tender_id, by)
    invitation = db.session.get(TenderInvitation, invitation_id)
    if tender.stage is not TenderStage.DRAFT or invitation is None or invitation.tender_id != tender.id:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    write_down("tender.firm_dropped", tender, by=by, before={"firm": invitation.name})
    db.session.delete(invitation)
    db.session.flush()


def ask_for_link(tender_id: int, name: str, address: str) -> TenderInvitation:
    """Send the personal link to a firm that wants to bid in a public procedure."""
    tender = lock_for_bidder(tender_id)
    if tender.procedure not in PUBLIC or tender.stage is not TenderStage.PUBLISHED:
        raise NotPublic
    check_not_flooded(address)
    invitation = find_invitation(tender, address) or _add(tender, name, address)
    send_link(invitation, tender)
    return invitation


def check_awaits_firms(tender: Tender) -> None:
    """Refuse to ask firms once the bids are open."""
    if tender.stage not in {TenderStage.DRAFT, TenderStage.PUBLISHED}:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])


def check_not_flooded(address: str) -> None:
    """Refuse more than a few links an hour to one address."""
    recent = select(func.count()).select_from(VisitorLink).where(VisitorLink.scope == SCOPE, VisitorLink.address == address.strip().lower())
    if (db.session.scalar(recent.where(VisitorLink.created_at > clock.now() - timedelta(hours=1))) or 0) >= MOST_LINKS_AN_HOUR:
        raise TooManyLinks


def find_invitation(tender: Tender, address: str) -> TenderInvitation | None:
    """Return the firm with this address on the list of a tender."""
    query = select(TenderInvitation).where(TenderInvitation.tender_id == tender.id, TenderInvitation.address == address.strip().lower())
    return db.session.scalar(query)


def _add(tender: Tender, name: str, address: str) -> TenderInvitation:
    address = address.strip().lower()
    if not MAIL.fullmatch(address):
        raise NoMailAddress
    if not name.strip():
        raise RuleBroken(say("Bitte geben Sie den Namen der Firma an."), field="name")
    invitation = TenderInvitation(tender_id=tender.id, name=name.strip(), address=address)
    db.session.add(invitation)
    db.session.flush()
    return invitation


def send_link(invitation: TenderInvitation, tender: Tender) -> str:
    """Mail the personal link; only its hash is kept, and the letter is wiped once it is sent. Returns the secret, for the only time."""
    deadline = tender.deadline or clock.now()
    secret = tokens.invite(SCOPE, invitation.id, until=deadline + LINK_LASTS, address=invitation.address, by=None)
    invitation.link_id = db.session.scalars(select(VisitorLink.id).where(VisitorLink.token_hash == tokens.hash_of(secret))).one()
    invitation.invited_at = invitation.invited_at or clock.now()
    invitation.told_version = tender.version
    letter = letters.post_to_address(
        invitation.address,
        say("Angebot erbeten: %(title)s", title=tender.title),
        _words(tender),
        organisation_id=None,
        link=f"/angebot/einladung/{secret}",
        about=("tender", tender.id),
    )
    letter.confidential = True
    db.session.flush()
    return secret


def _words(tender: Tender) -> list[Message]:
    buyers = ", ".join(sorted(buyer.municipality.name for buyer in tender.buyers if buyer.withdrawn_at is None))
    words = [
        say("%(lead)s bittet im Namen von %(buyers)s um Ihr Angebot: %(title)s.", lead=tender.lead_municipality.name, buyers=buyers, title=tender.title),
        say("Über den persönlichen Verweis lesen Sie die Unterlagen, stellen Fragen und geben Ihr Angebot ab. Bitte geben Sie ihn nicht weiter."),
    ]
    if tender.deadline is not None:
        words.append(say("Angebote sind bis %(deadline)s möglich. Es zählt die Uhr des Servers.", deadline=tender.deadline))
    return words
