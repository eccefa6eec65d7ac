"""Bundles: requests of several municipalities, gathered into positions and lots, every change undoable."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, pk, quantity, stored, utc_time
from commons.municipalities import Municipality
from commons.people import Person
from commons.words import Message, from_data
from cooperation.models import Measure
from procurement.models.requests import PurchaseRequest, PurchaseRequestLine
from procurement.stages import BundleStage, ChangeKind, HandoverStage, LotKind, ProposalStage


class Bundle(Base):
    """The joint demand of several municipalities for one measure, led by one of them."""

    __tablename__ = "bundle"
    __table_args__ = (
        CheckConstraint("term_until >= term_from", name="term_in_order"),
        CheckConstraint("stage <> 'frozen' OR frozen_at IS NOT NULL", name="frozen_at_known"),
    )

    id: Mapped[pk]
    title: Mapped[str]
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    lead_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("demand_round.id"), index=True)
    term_from: Mapped[date]
    term_until: Mapped[date]
    freeze_on: Mapped[date | None]
    stage: Mapped[BundleStage] = mapped_column(stored(BundleStage), index=True)
    frozen_at: Mapped[utc_time | None]
    matched_at: Mapped[utc_time | None]
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    measure: Mapped[Measure] = relationship(lazy="joined")
    lead_municipality: Mapped[Municipality] = relationship(lazy="joined")
    members: Mapped[list["BundleMember"]] = relationship(back_populates="bundle", order_by="BundleMember.id")
    requests: Mapped[list["BundleRequest"]] = relationship(back_populates="bundle", order_by="BundleRequest.id")
    lots: Mapped[list["Lot"]] = relationship(back_populates="bundle", order_by="Lot.number")


class BundleMember(Base):
    """A municipality named as a buyer; nobody joins silently after the freeze."""

    __tablename__ = "bundle_member"
    __table_args__ = (UniqueConstraint("bundle_id", "municipality_id"),)

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    joined_at: Mapped[utc_time] = mapped_column(default=clock.now)

    bundle: Mapped[Bundle] = relationship(back_populates="members")
    municipality: Mapped[Municipality] = relationship(lazy="joined")


class BundleRequest(Base):
    """A request that was taken into a bundle; it can be in one bundle only."""

    __tablename__ = "bundle_request"

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("purchase_request.id"), unique=True)
    added_at: Mapped[utc_time] = mapped_column(default=clock.now)

    bundle: Mapped[Bundle] = relationship(back_populates="requests")
    request: Mapped[PurchaseRequest] = relationship(lazy="joined")


class Lot(Base):
    """A part of the bundle that is awarded by itself: by trade (Fachlos) or by region (Teillos)."""

    __tablename__ = "lot"
    __table_args__ = (UniqueConstraint("bundle_id", "number"),)

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    kind: Mapped[LotKind] = mapped_column(stored(LotKind))
    cpv: Mapped[str | None]
    reason: Mapped[dict[str, object] | None] = mapped_column(JSON())

    bundle: Mapped[Bundle] = relationship(back_populates="lots")

    @property
    def reason_said(self) -> Message | None:
        """Return why this is a lot of its own."""
        return from_data(self.reason) if self.reason else None


class BundlePosition(Base):
    """One article of the joint bill of quantities; a position without lines is kept, so that an undo finds it again."""

    __tablename__ = "bundle_position"

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    base_unit: Mapped[str]
    cpv: Mapped[str | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id", ondelete="SET NULL"), index=True)
    reasons: Mapped[list[dict[str, object]]] = mapped_column(JSON(), default=list)

    bundle: Mapped[Bundle] = relationship()
    lot: Mapped[Lot | None] = relationship()
    lines: Mapped[list["BundleLine"]] = relationship(back_populates="position", order_by="BundleLine.line_id")

    @property
    def reasons_said(self) -> list[Message]:
        """Return why the lines of this position are the same article."""
        return [from_data(reason) for reason in self.reasons]


class BundleLine(Base):
    """In which position of a bundle a request line stands; the line itself never changes."""

    __tablename__ = "bundle_line"

    line_id: Mapped[int] = mapped_column(ForeignKey("purchase_request_line.id"), primary_key=True, autoincrement=False)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("bundle_position.id"), index=True)
    # The quantity in the position's unit where that is not the line's own: the article has a ratio, such as 1 m³ = 1600 kg.
    converted: Mapped[quantity | None]

    position: Mapped[BundlePosition] = relationship(back_populates="lines")
    line: Mapped[PurchaseRequestLine] = relationship()


# What a line asks for in the unit of its position; for queries that join the line.
ASKED = func.coalesce(BundleLine.converted, PurchaseRequestLine.quantity_in_base_unit)


class PositionEstimate(Base):
    """The price that a person estimates for a base unit of a position, with where it comes from."""

    __tablename__ = "position_estimate"
    __table_args__ = (CheckConstraint("price_net >= 0", name="price_not_negative"),)

    position_id: Mapped[int] = mapped_column(ForeignKey("bundle_position.id"), primary_key=True, autoincrement=False)
    price_net: Mapped[quantity]  # six places: a sheet of paper costs less than a cent
    ground: Mapped[str]
    entered_at: Mapped[utc_time] = mapped_column(default=clock.now)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    entered_by: Mapped[Person] = relationship(lazy="joined")


class LeadHandover(Base):
    """The lead of a bundle passes from one municipality to another: offered by one side, accepted by the other."""

    __tablename__ = "lead_handover"
    __table_args__ = (
        CheckConstraint("from_municipality_id <> to_municipality_id", name="to_another"),
        CheckConstraint("stage <> 'accepted' OR decided_by_id IS NOT NULL", name="signed_by_both"),
        Index("uq_lead_handover_open", "bundle_id", unique=True, sqlite_where=text("stage = 'offered'"), postgresql_where=text("stage = 'offered'")),
    )

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    from_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    to_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    stage: Mapped[HandoverStage] = mapped_column(stored(HandoverStage))
    reason: Mapped[str]
    offered_at: Mapped[utc_time] = mapped_column(default=clock.now)
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[utc_time | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    bundle: Mapped[Bundle] = relationship()
    from_municipality: Mapped[Municipality] = relationship(foreign_keys=[from_municipality_id], lazy="joined")
    to_municipality: Mapped[Municipality] = relationship(foreign_keys=[to_municipality_id], lazy="joined")
    offered_by: Mapped[Person] = relationship(foreign_keys=[offered_by_id], lazy="joined")
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id], lazy="joined")


class MatchProposal(Base):
    """Two lines that may be the same article, with what speaks for and against it."""

    __tablename__ = "match_proposal"
    __table_args__ = (UniqueConstraint("bundle_id", "first_line_id", "second_line_id"),)

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    first_line_id: Mapped[int] = mapped_column(ForeignKey("purchase_request_line.id"), index=True)
    second_line_id: Mapped[int] = mapped_column(ForeignKey("purchase_request_line.id"), index=True)
    score: Mapped[quantity]
    reasons: Mapped[list[dict[str, object]]] = mapped_column(JSON(), default=list)
    against: Mapped[list[dict[str, object]]] = mapped_column(JSON(), default=list)
    stage: Mapped[ProposalStage] = mapped_column(stored(ProposalStage), index=True)
    decided_at: Mapped[utc_time | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    first_line: Mapped[PurchaseRequestLine] = relationship(foreign_keys=[first_line_id])
    second_line: Mapped[PurchaseRequestLine] = relationship(foreign_keys=[second_line_id])

    @property
    def reasons_said(self) -> list[Message]:
        """Return what speaks for it."""
        return [from_data(reason) for reason in self.reasons]

    @property
    def against_said(self) -> list[Message]:
        """Return what speaks against it."""
        return [from_data(reason) for reason in self.against]


class BundleChange(Base):
    """One step of a person or of the matching, with the places of the lines before and after, so that it can be undone."""

    __tablename__ = "bundle_change"

    id: Mapped[pk]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(stored(ChangeKind))
    before: Mapped[dict[str, Any]] = mapped_column(JSON())
    after: Mapped[dict[str, Any]] = mapped_column(JSON())
    text: Mapped[dict[str, object]] = mapped_column(JSON())
    made_at: Mapped[utc_time] = mapped_column(default=clock.now)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[utc_time | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])

    @property
    def said(self) -> Message:
        """Return the sentence that names the step."""
        return from_data(self.text)
