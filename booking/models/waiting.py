"""The waiting list: ordered wishes for a taken time."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.bookings import Booking
from booking.models.fleet import Resource
from booking.periods import Period
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.people import Person


class Standing(StrEnum):
    """Say where a wish on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # the offer was not taken in time, or the wished time came


class WaitingWish(Base):
    """A wish for a taken time; the first that fits is offered the time and holds it while the offer stands."""

    __tablename__ = "waiting_wish"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        Index("ix_waiting_wish_standing_created_at", "standing", "created_at"),
    )

    id: Mapped[pk]
    standing: Mapped[Standing] = mapped_column(stored(Standing), default=Standing.WAITING)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[utc_time]
    ends_at: Mapped[utc_time]
    purpose: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    offered_until: Mapped[utc_time | None]
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id", ondelete="SET NULL"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)

    resource: Mapped[Resource] = relationship()
    person: Mapped[Person] = relationship()
    booking: Mapped[Booking | None] = relationship()

    @property
    def period(self) -> Period:
        """Return the wished time."""
        return Period(self.starts_at, self.ends_at)
