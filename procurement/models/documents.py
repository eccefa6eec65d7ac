"""The documents of a tender, version by version: positions, criteria, rules of the award, questions and answers."""

from decimal import Decimal

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, cents, pk, stored, utc_time
from commons.database import quantity as exact
from commons.files import StoredFile
from commons.people import Person
from procurement.models.tenders import Tender, TenderLot
from procurement.rules.bid_check import Basis
from procurement.rules.scoring import Method, Reference


class TenderVersion(Base):
    """What the documents say in one version; from its publication on it is never changed."""

    __tablename__ = "tender_version"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    number: Mapped[int]
    made_at: Mapped[utc_time] = mapped_column(default=clock.now)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[utc_time | None]
    deadline: Mapped[utc_time | None]
    change_text: Mapped[str | None]
    is_essential: Mapped[bool] = mapped_column(default=False)
    cover_letter: Mapped[str] = mapped_column(default="")
    proofs: Mapped[str] = mapped_column(default="")  # beyond self-declarations only with a reason
    # How the most economical bid is found, fixed before any bid arrives (§ 58 (3) VgV).
    method: Mapped[Method] = mapped_column(stored(Method), default=Method.LOWEST_PRICE)
    price_weight: Mapped[exact] = mapped_column(default=Decimal(100))
    max_points: Mapped[exact] = mapped_column(default=Decimal(10))
    constant: Mapped[exact] = mapped_column(default=Decimal(1000))
    places: Mapped[int] = mapped_column(default=3)
    corridor_percent: Mapped[exact] = mapped_column(default=Decimal(0))
    deciding: Mapped[str] = mapped_column(default="price")
    performance_share: Mapped[exact] = mapped_column(default=Decimal(1))
    price_share: Mapped[exact] = mapped_column(default=Decimal(1))
    reference: Mapped[Reference] = mapped_column(stored(Reference), default=Reference.BEST)
    tie_rule: Mapped[list[str]] = mapped_column(JSON())
    compared_on: Mapped[Basis] = mapped_column(stored(Basis), default=Basis.GROSS)
    skonto_counts: Mapped[bool] = mapped_column(default=False)
    variants_admitted: Mapped[bool] = mapped_column(default=False)
    variants_max: Mapped[int | None]  # of each firm; None: as many as it likes
    # What limits the award; what was not announced does not count.
    max_lots_bid: Mapped[int | None]
    max_lots_per_bidder: Mapped[int | None]
    lot_limit_rule: Mapped[str | None]
    max_bidders: Mapped[int | None]
    packages_admitted: Mapped[bool] = mapped_column(default=False)
    combinations: Mapped[list[list[int]]] = mapped_column(JSON())  # admitted groups of lot numbers, empty: any group
    # A framework names its maximum (EuGH C-23/20).
    framework_max_value: Mapped[cents | None]
    framework_max_percent: Mapped[exact | None]  # how much more than the estimated quantities may be called off
    document_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    receipt_public_key: Mapped[bytes | None]

    tender: Mapped[Tender] = relationship()
    made_by: Mapped[Person] = relationship()
    document: Mapped[StoredFile | None] = relationship(foreign_keys=[document_id])
    sheet: Mapped[StoredFile | None] = relationship(foreign_keys=[sheet_id])
    positions: Mapped[list["TenderPosition"]] = relationship(back_populates="version", order_by="TenderPosition.order")
    criteria: Mapped[list["TenderCriterion"]] = relationship(back_populates="version", order_by="TenderCriterion.order", cascade="all, delete-orphan")


class TenderPosition(Base):
    """One position of the published bill of quantities."""

    __tablename__ = "tender_position"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[pk]
    version_id: Mapped[int] = mapped_column(ForeignKey("tender_version.id"), index=True)
    tender_lot_id: Mapped[int] = mapped_column(ForeignKey("tender_lot.id"), index=True)
    bundle_position_id: Mapped[int | None] = mapped_column(ForeignKey("bundle_position.id"), index=True)
    order: Mapped[int] = mapped_column("row_order")
    number: Mapped[str]
    text: Mapped[str]
    cpv: Mapped[str | None]
    quantity: Mapped[exact]
    unit: Mapped[str]  # the code
    is_essential: Mapped[bool] = mapped_column(default=True)
    shares: Mapped[dict[str, str]] = mapped_column(JSON())  # municipality id → quantity as a decimal string
    fingerprint: Mapped[str]

    version: Mapped[TenderVersion] = relationship(back_populates="positions")
    tender_lot: Mapped[TenderLot] = relationship(lazy="joined")


class TenderCriterion(Base):
    """A criterion beside the price, with its weight and what earns which points."""

    __tablename__ = "tender_criterion"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    id: Mapped[pk]
    version_id: Mapped[int] = mapped_column(ForeignKey("tender_version.id"), index=True)
    order: Mapped[int] = mapped_column("row_order")
    name: Mapped[str]
    weight: Mapped[exact]
    scale: Mapped[str]

    version: Mapped[TenderVersion] = relationship(back_populates="criteria")


class TenderQuestion(Base):
    """A question about the documents; the answer goes to all alike, without the asker's name."""

    __tablename__ = "tender_question"

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("tender_invitation.id"), index=True)  # who asked: for the record only
    asked_at: Mapped[utc_time] = mapped_column(default=clock.now)
    text: Mapped[str]
    published_text: Mapped[str | None]  # the question without anything that names the asker
    answer: Mapped[str | None]
    answered_at: Mapped[utc_time | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    answered_by: Mapped[Person | None] = relationship()
