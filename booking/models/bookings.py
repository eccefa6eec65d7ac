"""Bookings and their items."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.fleet import Category, Resource
from booking.periods import Period
from booking.stages import Stage
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.database import quantity as amount
from commons.municipalities import Municipality, Organisation
from commons.people import Person


class Approval(StrEnum):
    """Say where the owner's approval of one item stands."""

    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    GIVEN = "given"


class Booking(Base):
    """A right, or the request for one, to use resources for a period."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        # A repeated POST is one booking.
        UniqueConstraint("created_by_id", "idempotency_key"),
        Index("ix_booking_stage_starts_at", "stage", "starts_at"),
    )

    id: Mapped[pk]
    stage: Mapped[Stage] = mapped_column(stored(Stage))
    version: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[utc_time]
    ends_at: Mapped[utc_time] = mapped_column(index=True)
    purpose: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    contact_name: Mapped[str] = mapped_column(default="")  # somebody who asked by phone
    contact_phone: Mapped[str] = mapped_column(default="")
    for_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    for_municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    changed_at: Mapped[utc_time] = mapped_column(default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_at: Mapped[utc_time | None]
    reason: Mapped[str] = mapped_column(default="")  # why declined or cancelled
    idempotency_key: Mapped[str | None]

    items: Mapped[list["BookingItem"]] = relationship(back_populates="booking", order_by="BookingItem.id")
    for_organisation: Mapped[Organisation] = relationship()
    for_municipality: Mapped[Municipality] = relationship()
    created_by: Mapped[Person] = relationship(foreign_keys=[created_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def period(self) -> Period:
        """Return from when until when the booking lasts, without buffers."""
        return Period(self.starts_at, self.ends_at)


class Reminder(Base):
    """The booker was reminded of this start; a booking that is moved is reminded of again."""

    __tablename__ = "booking_reminder"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    starts_at: Mapped[utc_time] = mapped_column(primary_key=True)


class BookingItem(Base):
    """A resource with its number in a booking, and what the owner says to it."""

    __tablename__ = "booking_item"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("(any_feature <> '') = (any_least IS NOT NULL)", name="feature_with_least"),
        CheckConstraint("substitute_id IS NULL OR substitute_id <> resource_id", name="substitute_is_another"),
        UniqueConstraint("booking_id", "resource_id"),
    )

    id: Mapped[pk]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1)
    approval: Mapped[Approval] = mapped_column(stored(Approval))
    tariff_text: Mapped[str] = mapped_column(default="")  # as shown when it was booked
    # „any lift platform from 12 m“: until hand-out the device may be swapped for another that fits.
    any_category_id: Mapped[int | None] = mapped_column(ForeignKey("resource_category.id"), index=True)
    any_feature: Mapped[str] = mapped_column(default="")
    any_least: Mapped[amount | None]
    # Of class A: the device of the same owner that stays at home for the time.
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)

    booking: Mapped[Booking] = relationship(back_populates="items")
    resource: Mapped[Resource] = relationship(foreign_keys=[resource_id])
    any_category: Mapped[Category | None] = relationship()
    substitute: Mapped[Resource | None] = relationship(foreign_keys=[substitute_id])
