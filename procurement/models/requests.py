"""Purchase requests: what an organisation needs, on which budget line, and who approved it."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, pk, price, quantity, stored, utc_time
from commons.files import StoredFile
from commons.municipalities import Municipality, Organisation
from commons.people import Person
from cooperation.models import Measure
from procurement.models.rounds import DemandRound
from procurement.stages import RequestStage


class PurchaseRequest(Base):
    """The demand of one organisation for a year, paid by one municipality."""

    __tablename__ = "purchase_request"
    __table_args__ = (
        # Four eyes: whoever submitted does not approve.
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name="four_eyes"),
        CheckConstraint("stage NOT IN ('approved', 'bundled') OR approved_by_id IS NOT NULL", name="approved_by_somebody"),
        # A list becomes one request for each municipality that pays, and is not counted twice.
        UniqueConstraint("upload_id", "municipality_id"),
    )

    id: Mapped[pk]
    title: Mapped[str]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("demand_round.id"), index=True)
    year: Mapped[int]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"))
    stage: Mapped[RequestStage] = mapped_column(stored(RequestStage), index=True)
    stage_since: Mapped[utc_time] = mapped_column(default=clock.now)
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    submitted_at: Mapped[utc_time | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[utc_time | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship(lazy="joined")
    municipality: Mapped[Municipality] = relationship(lazy="joined")
    measure: Mapped[Measure] = relationship()
    round: Mapped[DemandRound | None] = relationship()
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])
    submitted_by: Mapped[Person | None] = relationship(foreign_keys=[submitted_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    lines: Mapped[list["PurchaseRequestLine"]] = relationship(back_populates="request", order_by="PurchaseRequestLine.number")


class PurchaseRequestLine(Base):
    """One thing that is needed: as it was sent, and in the base unit of its kind."""

    __tablename__ = "purchase_request_line"
    __table_args__ = (
        UniqueConstraint("request_id", "number"),
        CheckConstraint("quantity_sent > 0 AND quantity_in_base_unit > 0", name="quantity_positive"),
        CheckConstraint("price_net IS NULL OR price_net >= 0", name="price_not_negative"),
    )

    id: Mapped[pk]
    request_id: Mapped[int] = mapped_column(ForeignKey("purchase_request.id"), index=True)
    number: Mapped[int]
    text: Mapped[str]
    specification: Mapped[str | None]
    quantity_sent: Mapped[quantity]
    unit_sent: Mapped[str]
    quantity_in_base_unit: Mapped[quantity]
    base_unit: Mapped[str]
    price_net: Mapped[price | None]
    price_net_per_base_unit: Mapped[quantity | None]  # six places: a sheet of paper costs less than a cent
    budget_account: Mapped[str | None]
    delivery_place: Mapped[str | None]
    internal_note: Mapped[str | None]
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    source_sheet: Mapped[str | None]
    source_row: Mapped[int | None]
    source_part: Mapped[int | None]
    # What the matching needs beside the text: packs, department, numbers of the article.
    reading: Mapped[dict[str, Any]] = mapped_column(JSON(), default=dict)

    request: Mapped[PurchaseRequest] = relationship(back_populates="lines")


class RequestComment(Base):
    """What somebody wrote on a request or one of its lines; stays inside the municipality."""

    __tablename__ = "request_comment"

    id: Mapped[pk]
    request_id: Mapped[int] = mapped_column(ForeignKey("purchase_request.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_request_line.id", ondelete="SET NULL"), index=True)
    text: Mapped[str]
    written_at: Mapped[utc_time] = mapped_column(default=clock.now)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    written_by: Mapped[Person] = relationship(lazy="joined")


class RequestAttachment(Base):
    """A file that explains a request; stays inside the municipality."""

    __tablename__ = "request_attachment"

    id: Mapped[pk]
    request_id: Mapped[int] = mapped_column(ForeignKey("purchase_request.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    attached_at: Mapped[utc_time] = mapped_column(default=clock.now)
    attached_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    file: Mapped[StoredFile] = relationship(lazy="joined")
    attached_by: Mapped[Person] = relationship(lazy="joined")


class LineQuestion(Base):
    """A doubtful line, asked back to whoever sent it; answered through a personal link without signing in."""

    __tablename__ = "line_question"
    __table_args__ = (CheckConstraint("answer IS NULL OR answered_at IS NOT NULL", name="answered_when"),)

    id: Mapped[pk]
    line_id: Mapped[int] = mapped_column(ForeignKey("purchase_request_line.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    question: Mapped[str]
    asked_at: Mapped[utc_time] = mapped_column(default=clock.now)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_for_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"))
    is_right: Mapped[bool | None]
    answer: Mapped[str | None]
    answered_at: Mapped[utc_time | None]

    line: Mapped[PurchaseRequestLine] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id], lazy="joined")
    asked_for: Mapped[Municipality] = relationship(lazy="joined")
