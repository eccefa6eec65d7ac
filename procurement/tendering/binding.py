"""What binds each member: resolution or mandate, who signs up to which amount, and confirmed funds."""

from commons import clock
from commons.calendar_days import today_of
from commons.errors import NotAllowed
from commons.people import Actor
from commons.permissions import Permission
from procurement.entries import Commitment
from procurement.models import Tender, TenderBuyer
from procurement.queries.tender_values import member_bindings
from procurement.queries.tenders import get_buyer, lock_seen_tender
from procurement.rules.mandates import Gap, gaps
from procurement.stages import NotEditable
from procurement.telling import write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, TenderStage


def commit(tender_id: int, commitment: Commitment, *, by: Actor) -> TenderBuyer:
    """Enter what binds the own municipality; nobody enters it for another one."""
    if not by.may(Permission.TENDER_BIND):
        raise NotAllowed
    tender = lock_seen_tender(tender_id, by)
    if tender.stage in {TenderStage.AWARDED, TenderStage.CANCELLED}:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    buyer = get_buyer(tender, by.municipality_id)
    before = {name: str(getattr(buyer, name)) for name in vars(commitment)}
    for name, value in vars(commitment).items():
        setattr(buyer, name, value)
    buyer.confirmed_at, buyer.confirmed_by_id = clock.now(), by.person_id
    after = {name: str(value) for name, value in vars(commitment).items()}
    write_down("tender.buyer_bound", tender, by=by, before=before, after=after | {"municipality": by.municipality_name})
    return buyer


def binding_gaps(tender: Tender) -> list[Gap]:
    """List what each buyer still lacks at its estimated share."""
    return gaps(member_bindings(tender), day=today_of(clock.now()))
