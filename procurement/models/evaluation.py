"""What examination and comparison found: findings, clarifications, points, rankings, drawn lots."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, pk, quantity, stored, utc_time
from commons.people import Person
from commons.words import Message, from_data
from procurement.models.bids import OpenedBid
from procurement.models.documents import TenderCriterion
from procurement.models.tenders import Tender, TenderLot
from procurement.rules.bid_check import Weight
from procurement.tender_stages import FindingOutcome, FindingStage


class BidFinding(Base):
    """What a check or a person found about a bid, and what two people decided on it."""

    __tablename__ = "bid_finding"
    __table_args__ = (CheckConstraint("second_by_id IS NULL OR second_by_id <> decided_by_id", name="two_people"),)

    id: Mapped[pk]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    tender_lot_id: Mapped[int | None] = mapped_column(ForeignKey("tender_lot.id"))
    stage: Mapped[FindingStage] = mapped_column(stored(FindingStage))
    weight: Mapped[Weight] = mapped_column(stored(Weight))
    position: Mapped[str] = mapped_column(default="")
    text: Mapped[dict[str, object]] = mapped_column(JSON())
    law: Mapped[str] = mapped_column(default="")
    found_at: Mapped[utc_time] = mapped_column(default=clock.now)
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the check
    outcome: Mapped[FindingOutcome] = mapped_column(stored(FindingOutcome))
    reason: Mapped[str | None]
    decided_at: Mapped[utc_time | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_at: Mapped[utc_time | None]
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    opened_bid: Mapped[OpenedBid] = relationship()
    tender_lot: Mapped[TenderLot | None] = relationship()
    found_by: Mapped[Person | None] = relationship(foreign_keys=[found_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    second_by: Mapped[Person | None] = relationship(foreign_keys=[second_by_id])

    @property
    def said(self) -> Message:
        """Return the finding as a sentence."""
        return from_data(self.text)


class Clarification(Base):
    """A question to a bidder about a doubtful point, and the answer."""

    __tablename__ = "bid_clarification"

    id: Mapped[pk]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("bid_finding.id"), index=True)
    text: Mapped[str]
    asked_at: Mapped[utc_time] = mapped_column(default=clock.now)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer_until: Mapped[utc_time]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    answer: Mapped[str | None]
    answered_at: Mapped[utc_time | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    opened_bid: Mapped[OpenedBid] = relationship()
    finding: Mapped[BidFinding | None] = relationship()


class CriterionScore(Base):
    """The points that two people gave a bid on a criterion, with their reason."""

    __tablename__ = "criterion_score"
    __table_args__ = (UniqueConstraint("opened_bid_id", "criterion_id"),)

    id: Mapped[pk]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("tender_criterion.id"), index=True)
    points: Mapped[quantity]
    reason: Mapped[str]
    given_at: Mapped[utc_time] = mapped_column(default=clock.now)
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    opened_bid: Mapped[OpenedBid] = relationship()
    criterion: Mapped[TenderCriterion] = relationship()


class Evaluation(Base):
    """A ranking as it was reckoned once, with everything it rests on; never changed, only followed by another."""

    __tablename__ = "evaluation"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    tender_lot_id: Mapped[int | None] = mapped_column(ForeignKey("tender_lot.id"))
    version: Mapped[int]
    reckoned_at: Mapped[utc_time] = mapped_column(default=clock.now)
    reckoned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    formula: Mapped[dict[str, object]] = mapped_column(JSON())
    ranking: Mapped[list[dict[str, Any]]] = mapped_column(JSON())
    compared: Mapped[dict[str, Any]] = mapped_column(JSON())  # with and without excluded bids, warnings

    tender: Mapped[Tender] = relationship()
    reckoned_by: Mapped[Person] = relationship()


class DrawCall(Base):
    """One person calls for the draw; the second witness draws, so that nobody draws alone."""

    __tablename__ = "draw_call"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    called_at: Mapped[utc_time] = mapped_column(default=clock.now)
    called_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bidders: Mapped[list[str]] = mapped_column(JSON())

    tender: Mapped[Tender] = relationship()
    called_by: Mapped[Person] = relationship()


class TieDraw(Base):
    """A lot drawn between equal bids by the seed that was sealed before, in front of two witnesses."""

    __tablename__ = "tie_draw"
    __table_args__ = (CheckConstraint("first_witness_id <> second_witness_id", name="two_witnesses"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    tender_lot_id: Mapped[int | None] = mapped_column(ForeignKey("tender_lot.id"))
    seed: Mapped[str]
    seed_hash: Mapped[str]
    bidders: Mapped[list[str]] = mapped_column(JSON())
    order: Mapped[list[str]] = mapped_column("drawn_order", JSON())
    drawn_at: Mapped[utc_time] = mapped_column(default=clock.now)
    first_witness_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    second_witness_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    first_witness: Mapped[Person] = relationship(foreign_keys=[first_witness_id])
    second_witness: Mapped[Person] = relationship(foreign_keys=[second_witness_id])
