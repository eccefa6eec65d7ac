"""Tell members and bidders what happened to a tender, and write it down for every municipality concerned."""

from typing import Any

from sqlalchemy import select

from commons import journal, letters
from commons.database import db
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message
from procurement.models import Tender, TenderInvitation


def concerned(tender: Tender) -> list[int]:
    """Return the municipalities that a tender concerns: the lead and every named buyer that is still in."""
    return sorted({tender.lead_municipality_id, *(buyer.municipality_id for buyer in tender.buyers if buyer.withdrawn_at is None)})


def write_down(act: str, tender: Tender, *, by: Actor | None, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> None:
    """Record what was done to a tender in the journal of every municipality concerned; call it last."""
    journal.record(act, subject=("tender", tender.id), by=by, before=before, after=after, municipalities=concerned(tender))


def write_down_unseen(act: str, tender: Tender, *, after: dict[str, Any]) -> None:
    """Record what a bidder did: the chain holds it, but no page shows it, for nobody may know how many bids there are before the opening."""
    journal.record(act, subject=("tender_bid", tender.id), by=None, after=after)


def tell_members(tender: Tender, permission: Permission, subject: Message, body: list[Message], *, by: Actor | None, link: str | None = None) -> None:
    """Write to everybody in the administrations concerned who holds a permission."""
    places = list(db.session.scalars(select(Organisation.id).where(Organisation.municipality_id.in_(concerned(tender))).order_by(Organisation.id)))
    for person in people_with(permission, places):
        if by is None or person.id != by.person_id:
            letters.post(person.id, subject, body, link=link or page_of(tender), about=("tender", tender.id))


def tell_bidders(tender: Tender, subject: Message, body: list[Message]) -> int:
    """Write the same letter to every firm that was asked or asked for the documents, one letter each; returns how many."""
    firms = list(db.session.scalars(select(TenderInvitation).where(TenderInvitation.tender_id == tender.id).order_by(TenderInvitation.id)))
    for firm in firms:
        letters.post_to_address(firm.address, subject, body, organisation_id=None, about=("tender", tender.id))
        firm.told_version = tender.version
    return len(firms)


def page_of(tender: Tender) -> str:
    """Return the address of the tender's page."""
    return f"/beschaffung/vergaben/{tender.id}"
