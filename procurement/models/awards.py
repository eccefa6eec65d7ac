"""Award: what was computed, what two people decided, the letters that make it law, and the record."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, cents, pk, stored, utc_time
from commons.files import StoredFile
from commons.people import Person
from procurement.models.bids import OpenedBid
from procurement.models.tenders import Tender, TenderLot
from procurement.rules.winners_tender import Status
from procurement.tender_stages import LetterKind, LotOutcome


class AwardRun(Base):
    """One computation of the cheapest admissible award with its input, its result and what it explains."""

    __tablename__ = "award_run"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    started_at: Mapped[utc_time] = mapped_column(default=clock.now)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[utc_time | None]
    input: Mapped[dict[str, Any]] = mapped_column(JSON())
    input_hash: Mapped[str]
    status: Mapped[Status | None] = mapped_column(stored(Status))
    total: Mapped[cents | None]
    bound: Mapped[cents | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON())
    explanations: Mapped[list[dict[str, object]] | None] = mapped_column(JSON())

    tender: Mapped[Tender] = relationship()
    started_by: Mapped[Person] = relationship()


class AwardDecision(Base):
    """What one person proposed and a second confirmed; from then on nothing of it changes, a correction is a new one."""

    __tablename__ = "award_decision"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
    )

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("award_run.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("award_decision.id"))  # the proposal that was taken back before
    proposed_at: Mapped[utc_time] = mapped_column(default=clock.now)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
    deviation_reason: Mapped[str | None]  # where a person departs from the cheapest award
    total: Mapped[cents]
    confirmed_at: Mapped[utc_time | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[utc_time | None]

    tender: Mapped[Tender] = relationship()
    run: Mapped[AwardRun | None] = relationship()
    corrects: Mapped["AwardDecision | None"] = relationship(remote_side="AwardDecision.id")
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
    lots: Mapped[list["AwardedLot"]] = relationship(back_populates="decision", order_by="AwardedLot.id")


class AwardedLot(Base):
    """What became of one lot in a decision."""

    __tablename__ = "awarded_lot"
    __table_args__ = (
        UniqueConstraint("decision_id", "tender_lot_id"),
        CheckConstraint("outcome <> 'awarded' OR (opened_bid_id IS NOT NULL AND price IS NOT NULL)", name="winner_known"),
    )

    id: Mapped[pk]
    decision_id: Mapped[int] = mapped_column(ForeignKey("award_decision.id"), index=True)
    tender_lot_id: Mapped[int] = mapped_column(ForeignKey("tender_lot.id"), index=True)
    outcome: Mapped[LotOutcome] = mapped_column(stored(LotOutcome))
    opened_bid_id: Mapped[int | None] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    price: Mapped[cents | None]
    package: Mapped[list[int] | None] = mapped_column(JSON())  # the lots won together at one price
    reason: Mapped[str | None]

    decision: Mapped[AwardDecision] = relationship(back_populates="lots")
    tender_lot: Mapped[TenderLot] = relationship(lazy="joined")
    opened_bid: Mapped[OpenedBid | None] = relationship()


class AwardLetter(Base):
    """A letter after the evaluation; the award letter is the legal act, its date and channel are recorded."""

    __tablename__ = "award_letter"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("award_decision.id"), index=True)
    opened_bid_id: Mapped[int | None] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    kind: Mapped[LetterKind] = mapped_column(stored(LetterKind))
    recipient: Mapped[str]
    text: Mapped[list[dict[str, object]]] = mapped_column(JSON())
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    made_at: Mapped[utc_time] = mapped_column(default=clock.now)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_on: Mapped[date | None]
    channel: Mapped[str | None]
    sent_noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    earliest_contract: Mapped[date | None]  # of an information to losers

    tender: Mapped[Tender] = relationship()
    decision: Mapped[AwardDecision | None] = relationship()
    opened_bid: Mapped[OpenedBid | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class AwardComplaint(Base):
    """A complaint about the intended award (§ 8 SächsVergabeG) and what became of it."""

    __tablename__ = "award_complaint"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    complainant: Mapped[str]
    received_on: Mapped[date]
    text: Mapped[str]
    remedied_on: Mapped[date | None]
    authority_informed_on: Mapped[date | None]
    objection_until: Mapped[date | None]
    outcome: Mapped[str | None]
    noted_at: Mapped[utc_time] = mapped_column(default=clock.now)
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()


class RecordNote(Base):
    """What a person adds to the record (Vergabevermerk) under one of its items."""

    __tablename__ = "record_note"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    item: Mapped[str]
    text: Mapped[str]
    written_at: Mapped[utc_time] = mapped_column(default=clock.now)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    written_by: Mapped[Person] = relationship()


class RecordDocument(Base):
    """A document that belongs to the file of a tender: notes, protocols, the record itself."""

    __tablename__ = "record_document"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    kind: Mapped[str]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    made_at: Mapped[utc_time] = mapped_column(default=clock.now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined")
