"""Tenders: what is bought together, what it is worth, who buys, and by which procedure."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, cents, pk, quantity, stored, utc_time
from commons.municipalities import Municipality
from commons.people import Person
from commons.words import Message, from_data
from procurement.models.bundles import Bundle, Lot
from procurement.rules.procedure import Kind, Procedure
from procurement.rules.procedure_estimate import Basis, Per, Source
from procurement.tender_stages import TenderStage


class Tender(Base):
    """One procurement for lots of a bundle; as light as the value allows, from the estimate to the award."""

    __tablename__ = "tender"
    __table_args__ = (
        CheckConstraint("stage IN ('draft', 'cancelled') OR procedure IS NOT NULL", name="procedure_decided"),
        CheckConstraint("stage <> 'published' OR deadline IS NOT NULL", name="deadline_known"),
        CheckConstraint("stage <> 'cancelled' OR cancel_reason IS NOT NULL", name="cancelled_with_reason"),
    )

    id: Mapped[pk]
    title: Mapped[str]
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"), index=True)
    lead_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    goods: Mapped[str]  # which goods are similar: their procurements count together
    grouping_reason: Mapped[str]
    regime: Mapped[str]
    begins_on: Mapped[date]  # the day whose rules stay with the procedure
    is_framework: Mapped[bool] = mapped_column(default=True)
    procedure: Mapped[Procedure | None] = mapped_column(stored(Procedure))
    stage: Mapped[TenderStage] = mapped_column(stored(TenderStage), index=True)
    stage_since: Mapped[utc_time] = mapped_column(default=clock.now)
    estimated_net: Mapped[cents | None]
    version: Mapped[int] = mapped_column(default=0)  # the number of the documents in force, 0 before publication
    deadline: Mapped[utc_time | None]
    deadline_reason: Mapped[str | None]
    binding_until: Mapped[date | None]
    published_at: Mapped[utc_time | None]
    opened_at: Mapped[utc_time | None]
    stopped_reason: Mapped[dict[str, object] | None] = mapped_column(JSON())  # why nothing may be published now
    cancel_reason: Mapped[str | None]
    cancelled_at: Mapped[utc_time | None]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), index=True)  # a new start after a cancellation
    exempted_from_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), index=True)  # small lots of an EU-wide one (§ 3 (9) VgV)
    public_key: Mapped[bytes | None]  # bids are sealed to it; its private half exists only in shares
    draw_seed_hash: Mapped[str | None]  # published with the documents
    draw_seed_sealed: Mapped[bytes | None]
    draw_seed: Mapped[str | None]  # known from the opening on
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    bundle: Mapped[Bundle] = relationship(lazy="joined")
    lead_municipality: Mapped[Municipality] = relationship(lazy="joined")
    lots: Mapped[list["TenderLot"]] = relationship(back_populates="tender", order_by="TenderLot.number")
    buyers: Mapped[list["TenderBuyer"]] = relationship(back_populates="tender", order_by="TenderBuyer.id")
    decisions: Mapped[list["ProcedureDecision"]] = relationship(back_populates="tender", order_by="ProcedureDecision.id")
    notices: Mapped[list["TenderNotice"]] = relationship(back_populates="tender", order_by="TenderNotice.published_on")
    created_by: Mapped[Person] = relationship()

    @property
    def stopped_said(self) -> Message | None:
        """Return why nothing may be published now."""
        return from_data(self.stopped_reason) if self.stopped_reason else None


class TenderLot(Base):
    """A lot of the bundle that this procurement awards."""

    __tablename__ = "tender_lot"
    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        # No lot is bought twice: only a cancelled procurement lets it go.
        Index("uq_tender_lot_held", "lot_id", unique=True, sqlite_where=text("is_released = 0"), postgresql_where=text("NOT is_released")),
    )

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    number: Mapped[int]
    title: Mapped[str]
    is_exempted: Mapped[bool] = mapped_column(default=False)  # leaves the EU regime as a small lot (§ 3 (9) VgV)
    is_released: Mapped[bool] = mapped_column(default=False)

    tender: Mapped[Tender] = relationship(back_populates="lots")
    lot: Mapped[Lot] = relationship()

    @property
    def name(self) -> str:
        """Return the short name that bids and awards use."""
        return f"Los {self.number}"


class TenderBuyer(Base):
    """A named call-off party with what binds it: resolution, signatory and funds."""

    __tablename__ = "tender_buyer"
    __table_args__ = (UniqueConstraint("tender_id", "municipality_id"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    resolution: Mapped[str | None]
    resolved_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    resolved_up_to: Mapped[cents | None]
    signatory: Mapped[str | None]
    signatory_limit: Mapped[cents | None]  # None: no limit by its own statute
    funds: Mapped[cents | None]
    council_session: Mapped[date | None]  # when its council decides on the award, None where no council needs to
    confirmed_at: Mapped[utc_time | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[utc_time | None]
    withdrawn_reason: Mapped[str | None]

    tender: Mapped[Tender] = relationship(back_populates="buyers")
    municipality: Mapped[Municipality] = relationship(lazy="joined")
    confirmed_by: Mapped[Person | None] = relationship()


class EstimateSummand(Base):
    """One part of the estimated value with its source; counted as the law counts by rules/procedure_estimate."""

    __tablename__ = "estimate_summand"
    __table_args__ = (CheckConstraint("amount >= 0 AND option_amount >= 0", name="not_negative"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    tender_lot_id: Mapped[int] = mapped_column(ForeignKey("tender_lot.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    amount: Mapped[cents]
    source: Mapped[Source] = mapped_column(stored(Source))
    basis: Mapped[Basis] = mapped_column(stored(Basis))
    vat_percent: Mapped[quantity | None]
    per: Mapped[Per] = mapped_column(stored(Per))
    months: Mapped[int | None]
    extension_months: Mapped[int] = mapped_column(default=0)
    option_amount: Mapped[cents]
    surcharge_percent: Mapped[quantity]
    remark: Mapped[str | None]
    is_from_bundle: Mapped[bool] = mapped_column(default=False)  # reckoned from the members' own prices
    entered_at: Mapped[utc_time] = mapped_column(default=clock.now)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender_lot: Mapped[TenderLot] = relationship()
    municipality: Mapped[Municipality] = relationship(lazy="joined")


class ProcedureDecision(Base):
    """Which procedure a person chose on which value, day and rule rows; never changed, only followed by another."""

    __tablename__ = "procedure_decision"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    decided_at: Mapped[utc_time] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    net: Mapped[cents]
    proposed: Mapped[str]  # the value of a Procedure
    chosen: Mapped[Procedure] = mapped_column(stored(Procedure))
    reason: Mapped[str | None]
    reasons: Mapped[list[dict[str, object]]] = mapped_column(JSON())
    rule_day: Mapped[date]
    rule_rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON())
    rule_fingerprint: Mapped[str]
    beside: Mapped[dict[str, Any]] = mapped_column(JSON())  # sums and flags of what stands beside it

    tender: Mapped[Tender] = relationship(back_populates="decisions")
    decided_by: Mapped[Person] = relationship(lazy="joined")

    @property
    def reasons_said(self) -> list[Message]:
        """Return why this procedure was proposed."""
        return [from_data(reason) for reason in self.reasons]


class TenderNotice(Base):
    """Where and when a notice appeared, before or after the award."""

    __tablename__ = "tender_notice"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    place: Mapped[str]
    published_on: Mapped[date]
    until: Mapped[date | None]
    address: Mapped[str | None]
    is_ex_post: Mapped[bool] = mapped_column(default=False)
    noted_at: Mapped[utc_time] = mapped_column(default=clock.now)
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship(back_populates="notices")
