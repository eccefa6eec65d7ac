"""Bookings that came in from a file: from which, and under which name, so that the same file twice changes nothing."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.bookings import Booking
from commons.database import Base, utc_time
from commons.files import StoredFile


class ImportedBooking(Base):
    """A booking that came in from a calendar or a sheet."""

    __tablename__ = "imported_booking"
    __table_args__ = (
        # The same entry of the same file is one booking, however often it is read; a series tells its dates by their first start.
        UniqueConstraint("uid", "starts_at"),
    )

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    uid: Mapped[str]
    starts_at: Mapped[utc_time]  # as the file says, also after the booking was moved
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    imported_at: Mapped[utc_time]

    booking: Mapped[Booking] = relationship()
    file: Mapped[StoredFile] = relationship()
