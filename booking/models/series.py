"""Series: bookings by a rule, and what became of each date."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.bookings import Booking
from booking.rules.recurrence import Rhythm
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.municipalities import Organisation
from commons.people import Person


class Fate(StrEnum):
    """Say what became of a date when the series was booked."""

    BOOKED = "booked"
    TAKEN = "taken"  # not free, and the booker chose to go without
    LEFT_OUT = "left_out"  # the booker did not choose it
    NO_SUCH_TIME = "no_such_time"  # a month without that day, a night without that hour


class Series(Base):
    """A rule by which somebody booked; every date is a booking of its own."""

    __tablename__ = "booking_series"
    __table_args__ = (
        CheckConstraint("every >= 1", name="every_positive"),
        # A repeated POST is one series.
        UniqueConstraint("created_by_id", "idempotency_key"),
    )

    id: Mapped[pk]
    rhythm: Mapped[Rhythm] = mapped_column(stored(Rhythm))
    every: Mapped[int] = mapped_column(default=1)
    first: Mapped[date]
    until: Mapped[date | None]
    count: Mapped[int | None]
    purpose: Mapped[str]
    for_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    idempotency_key: Mapped[str | None]

    for_organisation: Mapped[Organisation] = relationship()
    created_by: Mapped[Person] = relationship()
    repeated = False  # not stored: whether this call found what an earlier one with the same key made

    dates: Mapped[list["SeriesDate"]] = relationship(back_populates="series", order_by="SeriesDate.day")


class SeriesDate(Base):
    """One date of a series: its booking, or why it has none."""

    __tablename__ = "booking_series_date"
    __table_args__ = (
        CheckConstraint("(booking_id IS NOT NULL) = (fate = 'booked')", name="booked_has_booking"),
        UniqueConstraint("booking_id"),
    )

    id: Mapped[pk]
    series_id: Mapped[int] = mapped_column(ForeignKey("booking_series.id"), index=True)
    day: Mapped[date]
    fate: Mapped[Fate] = mapped_column(stored(Fate))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))

    series: Mapped[Series] = relationship(back_populates="dates")
    booking: Mapped[Booking | None] = relationship()
