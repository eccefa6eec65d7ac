"""What was computed, proposed, decided and written at the end of a tender."""

from sqlalchemy import select

from commons.database import db
from commons.errors import NotFound
from commons.jobs import Job
from commons.letters import Letter, LetterStage
from procurement.models import AwardComplaint, AwardDecision, AwardLetter, AwardRun, BidFinding, OpenedBid, RecordDocument, RecordNote, Tender
from procurement.tender_stages import LetterKind

MAIL = "E-Mail"  # how the outbox sends; every other way is noted by a person


def find_run(tender: Tender) -> AwardRun | None:
    """Return the last computation of an award."""
    return db.session.scalar(select(AwardRun).where(AwardRun.tender_id == tender.id).order_by(AwardRun.id.desc()).limit(1))


def find_job_of(run: AwardRun) -> Job | None:
    """Return the work behind a computation, as every reader of the tender sees it."""
    return db.session.get(Job, run.job_id) if run.job_id else None


def get_run(tender: Tender, run_id: int) -> AwardRun:
    """Return a computation of a tender that the caller has already loaded for its actor."""
    found = db.session.get(AwardRun, run_id)
    if found is None or found.tender_id != tender.id:
        raise NotFound
    return found


def find_decision(tender: Tender) -> AwardDecision | None:
    """Return the decision in force: proposed or confirmed, not withdrawn."""
    query = select(AwardDecision).where(AwardDecision.tender_id == tender.id, AwardDecision.withdrawn_at.is_(None))
    return db.session.scalar(query.order_by(AwardDecision.id.desc()).limit(1))


def decisions_of(tender: Tender) -> list[AwardDecision]:
    """Return every decision with its withdrawn ones, the oldest first."""
    return list(db.session.scalars(select(AwardDecision).where(AwardDecision.tender_id == tender.id).order_by(AwardDecision.id)))


def letters_of(tender: Tender, kind: LetterKind | None = None) -> list[AwardLetter]:
    """Return the letters after the evaluation, the oldest first."""
    query = select(AwardLetter).where(AwardLetter.tender_id == tender.id)
    found = db.session.scalars(query.order_by(AwardLetter.id))
    return [letter for letter in found if kind is None or letter.kind is kind]


def undelivered_of(tender: Tender) -> set[int]:
    """Return the numbers of the letters whose mail came back or could not be sent, and that nobody has sent otherwise since."""
    lost = select(AwardLetter.id).join(Letter, Letter.id == AwardLetter.letter_id).where(Letter.stage.in_([LetterStage.FAILED, LetterStage.BOUNCED]))
    return set(db.session.scalars(lost.where(AwardLetter.tender_id == tender.id, AwardLetter.channel == MAIL)))


def get_letter(tender: Tender, letter_id: int) -> AwardLetter:
    """Return a letter of a tender that the caller has already loaded for its actor."""
    found = db.session.get(AwardLetter, letter_id)
    if found is None or found.tender_id != tender.id:
        raise NotFound
    return found


def complaints_of(tender: Tender) -> list[AwardComplaint]:
    """Return the complaints about the intended award."""
    return list(db.session.scalars(select(AwardComplaint).where(AwardComplaint.tender_id == tender.id).order_by(AwardComplaint.id)))


def get_complaint(tender: Tender, complaint_id: int) -> AwardComplaint:
    """Return a complaint about a tender that the caller has already loaded for its actor."""
    found = db.session.get(AwardComplaint, complaint_id)
    if found is None or found.tender_id != tender.id:
        raise NotFound
    return found


def notes_of(tender: Tender) -> list[RecordNote]:
    """Return what people added to the record, the oldest first."""
    return list(db.session.scalars(select(RecordNote).where(RecordNote.tender_id == tender.id).order_by(RecordNote.id)))


def documents_of(tender: Tender, kind: str | None = None) -> list[RecordDocument]:
    """Return the documents of the file."""
    query = select(RecordDocument).where(RecordDocument.tender_id == tender.id)
    return [document for document in db.session.scalars(query.order_by(RecordDocument.id)) if kind is None or document.kind == kind]


def reasons_against(opened: OpenedBid) -> list[BidFinding]:
    """Return every finding for which a bid was excluded."""
    query = select(BidFinding).where(BidFinding.opened_bid_id == opened.id, BidFinding.outcome == "excluded", BidFinding.second_by_id.is_not(None))
    return list(db.session.scalars(query.order_by(BidFinding.id)))
