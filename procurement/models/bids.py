"""Invitations, sealed bids and what an opening brought to light."""

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, cents, pk, price, stored, utc_time
from commons.database import quantity as exact
from commons.people import Person
from commons.tokens import VisitorLink
from commons.words import Message, from_data
from procurement.models.documents import TenderPosition
from procurement.models.suppliers import Supplier
from procurement.models.tenders import Tender
from procurement.tender_stages import BidChannel, BidStage, LateOutcome


class TenderInvitation(Base):
    """A firm that was asked to bid, or that asked for the documents; its personal link opens the way to hand in."""

    __tablename__ = "tender_invitation"
    __table_args__ = (UniqueConstraint("tender_id", "address"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    name: Mapped[str]
    address: Mapped[str]  # where letters go, in small letters
    link_id: Mapped[int | None] = mapped_column(ForeignKey("visitor_link.id"))
    invited_at: Mapped[utc_time | None]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the firm asked by itself
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    told_version: Mapped[int] = mapped_column(default=0)

    tender: Mapped[Tender] = relationship()
    supplier: Mapped[Supplier | None] = relationship()
    link: Mapped[VisitorLink | None] = relationship()


class BidDraft(Base):
    """A bid that is being written, sealed to the secret of the supplier's link."""

    __tablename__ = "bid_draft"
    __table_args__ = (UniqueConstraint("invitation_id", "variant"),)

    id: Mapped[pk]
    invitation_id: Mapped[int] = mapped_column(ForeignKey("tender_invitation.id"))
    variant: Mapped[int] = mapped_column(default=0, server_default="0")
    saved_at: Mapped[utc_time]
    sealed: Mapped[bytes]

    invitation: Mapped[TenderInvitation] = relationship()


class Bid(Base):
    """One bid as it came in: an envelope that nobody can read, or a quote that need not be sealed."""

    __tablename__ = "bid"
    __table_args__ = (
        CheckConstraint("channel IN ('paper', 'quote') OR (envelope IS NOT NULL AND envelope_hash IS NOT NULL)", name="sealed"),
        # One main bid counts per firm, and each variant once; those before were replaced or withdrawn.
        Index(
            "uq_bid_counting", "invitation_id", "variant", unique=True, sqlite_where=text("stage = 'handed_in'"), postgresql_where=text("stage = 'handed_in'")
        ),
    )

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("tender_invitation.id"), index=True)
    reference: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]  # of the documents it was written on
    variant: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: the main bid, else the number of a variant (Nebenangebot)
    channel: Mapped[BidChannel] = mapped_column(stored(BidChannel))
    stage: Mapped[BidStage] = mapped_column(stored(BidStage))
    received_at: Mapped[utc_time]
    is_late: Mapped[bool]
    envelope: Mapped[bytes | None] = mapped_column(deferred=True)
    envelope_hash: Mapped[str | None]
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSON())
    note: Mapped[str | None]  # of a paper bid: where the unopened envelope lies
    registered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[utc_time | None]  # when it was withdrawn or replaced

    tender: Mapped[Tender] = relationship()
    invitation: Mapped[TenderInvitation] = relationship(lazy="joined")
    opened: Mapped["OpenedBid | None"] = relationship(back_populates="bid")


class OpenedBid(Base):
    """What a bid says, known from the opening on; the bidder's own figures are never overwritten."""

    __tablename__ = "opened_bid"

    id: Mapped[pk]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    opened_at: Mapped[utc_time]
    bidder: Mapped[str]  # unique within a tender: rules name bidders by it
    address: Mapped[str]
    contact: Mapped[str | None]
    stated_sum: Mapped[cents | None]
    discount_percent: Mapped[exact] = mapped_column(default=Decimal(0))
    is_discount_in_place: Mapped[bool] = mapped_column(default=True)
    skonto_percent: Mapped[exact] = mapped_column(default=Decimal(0))
    skonto_days: Mapped[int | None]
    minimum_value: Mapped[cents | None]
    delivery: Mapped[dict[str, str]] = mapped_column(JSON())  # municipality id → charge as a decimal string
    declarations: Mapped[dict[str, bool]] = mapped_column(JSON())  # self-declarations by key
    statements: Mapped[dict[str, str]] = mapped_column(JSON())  # criterion → what the bidder says on it
    subcontract_percent: Mapped[exact] = mapped_column(default=Decimal(0))
    remark: Mapped[str | None]

    bid: Mapped[Bid] = relationship(back_populates="opened", lazy="joined")
    lines: Mapped[list["BidLine"]] = relationship(back_populates="opened_bid", order_by="BidLine.id")
    packages: Mapped[list["BidPackage"]] = relationship(back_populates="opened_bid", order_by="BidPackage.id")


class BidLine(Base):
    """One position of a bid as it came: text, quantity, price and total of the bidder."""

    __tablename__ = "bid_line"

    id: Mapped[pk]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    tender_position_id: Mapped[int | None] = mapped_column(ForeignKey("tender_position.id"), index=True)  # None: not in the documents
    number: Mapped[str]
    text: Mapped[str]
    quantity: Mapped[exact]
    unit: Mapped[str]
    unit_price: Mapped[price | None]
    stated_total: Mapped[cents | None]
    vat_percent: Mapped[exact]
    fingerprint: Mapped[str]

    opened_bid: Mapped[OpenedBid] = relationship(back_populates="lines")
    position: Mapped[TenderPosition | None] = relationship()


class BidPackage(Base):
    """Several lots at one price, or a discount when all of them are won."""

    __tablename__ = "bid_package"
    __table_args__ = (CheckConstraint("(price IS NULL) <> (discount_percent IS NULL)", name="price_or_discount"),)

    id: Mapped[pk]
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"), index=True)
    lots: Mapped[list[int]] = mapped_column(JSON())  # numbers of the lots
    price: Mapped[cents | None]
    discount_percent: Mapped[exact | None]

    opened_bid: Mapped[OpenedBid] = relationship(back_populates="packages")


class OpeningEntry(Base):
    """What the protocol of an opening says of one bid: hash, time, amount, and what became of it."""

    __tablename__ = "opening_entry"
    __table_args__ = (UniqueConstraint("session_id", "bid_id"),)

    id: Mapped[pk]
    session_id: Mapped[int] = mapped_column(ForeignKey("opening_session.id"), index=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    stage: Mapped[BidStage] = mapped_column(stored(BidStage))
    envelope_hash: Mapped[str | None]
    computed_net: Mapped[cents | None]
    remark: Mapped[dict[str, object] | None] = mapped_column(JSON())

    bid: Mapped[Bid] = relationship(lazy="joined")

    @property
    def said(self) -> Message | None:
        """Return the remark in the reader's language."""
        return from_data(self.remark) if self.remark else None


class LateBidDecision(Base):
    """What two people decided on a bid that came late: admitted if the bidder does not answer for the delay, else excluded."""

    __tablename__ = "late_bid_decision"
    __table_args__ = (
        CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed_whole"),
    )

    id: Mapped[pk]
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    outcome: Mapped[LateOutcome] = mapped_column(stored(LateOutcome))
    reason: Mapped[str]
    proposed_at: Mapped[utc_time]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[utc_time | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    bid: Mapped[Bid] = relationship(lazy="joined")
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    confirmed_by: Mapped[Person | None] = relationship(foreign_keys=[confirmed_by_id])
