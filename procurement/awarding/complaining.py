"""Complaints about the intended award (§ 8 SächsVergabeG): remedied, or told to the Landesdirektion."""

from dataclasses import dataclass
from datetime import date, timedelta

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.rule_values import value_on
from commons.words import say
from procurement.models import AwardComplaint
from procurement.queries.awards import get_complaint
from procurement.queries.tenders import lock_tender
from procurement.stages import NotEditable
from procurement.telling import write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, TenderStage

REGIME = "sn-vol-a"


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What became of a complaint."""

    remedied_on: date | None = None
    authority_informed_on: date | None = None
    outcome: str = ""


class ComplaintEmpty(RuleBroken):
    """A complaint has an author and a text."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie an, wer was beanstandet."), field="text")


def note_complaint(tender_id: int, complainant: str, text: str, *, received_on: date, by: Actor) -> AwardComplaint:
    """Note a complaint; it blocks the award until it is remedied or the authority has let its days pass."""
    tender = lock_tender(tender_id, by)
    if tender.stage not in {TenderStage.OPENED, TenderStage.EVALUATED}:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    if not complainant.strip() or not text.strip():
        raise ComplaintEmpty
    complaint = AwardComplaint(tender_id=tender.id, complainant=complainant.strip(), text=text.strip(), received_on=received_on, noted_by_id=by.person_id)
    db.session.add(complaint)
    db.session.flush()
    write_down("award.complaint_noted", tender, by=by, after={"complaint": complaint.id, "complainant": complaint.complainant, "text": complaint.text})
    return complaint


def handle_complaint(tender_id: int, complaint_id: int, handled: Handled, *, by: Actor) -> AwardComplaint:
    """Note what became of a complaint; told to the authority, the award waits for its days."""
    tender = lock_tender(tender_id, by)
    complaint = get_complaint(tender, complaint_id)
    complaint.remedied_on = handled.remedied_on or complaint.remedied_on
    if handled.authority_informed_on is not None:
        days = value_on(REGIME, "review_objection_days", today_of(clock.now()))
        complaint.authority_informed_on = handled.authority_informed_on
        complaint.objection_until = handled.authority_informed_on + timedelta(days=int(days.number))
    complaint.outcome = handled.outcome.strip() or complaint.outcome
    after = {
        "complaint": complaint.id,
        "remedied_on": str(complaint.remedied_on),
        "objection_until": str(complaint.objection_until),
        "outcome": complaint.outcome,
    }
    write_down("award.complaint_handled", tender, by=by, after=after)
    return complaint
