"""Actual use: out and back at true times, which plans do not constrain."""

from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from booking.models.bookings import Booking
from booking.models.fleet import Resource
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.database import quantity as reading
from commons.files import StoredFile
from commons.municipalities import Municipality, Organisation
from commons.people import Person


class Side(StrEnum):
    """Say whether a device goes out or comes back."""

    OUT = "out"
    BACK = "back"


class Fuel(StrEnum):
    """Say how full a tank is."""

    NONE = "none"
    EMPTY = "empty"
    QUARTER = "quarter"
    HALF = "half"
    THREE_QUARTERS = "three_quarters"
    FULL = "full"


_FUEL_BACK = stored(Fuel)
_FUEL_BACK.name = "fuel_back_known"  # each check of a table has a name of its own


class Use(Base):
    """A device that somebody really used: planned, or entered later („nachgetragen“). Life may overlap where plans may not."""

    __tablename__ = "resource_use"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("back_at IS NULL OR back_at >= out_at", name="back_after_out"),
        CheckConstraint("meter_back IS NULL OR meter_out IS NULL OR meter_back >= meter_out", name="meter_runs_forward"),
        CheckConstraint("operator <> ''", name="operator_named"),
        Index("ix_resource_use_resource_id_back_at", "resource_id", "back_at"),
    )

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)  # who used it
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    purpose: Mapped[str] = mapped_column(default="")
    out_at: Mapped[utc_time] = mapped_column(index=True)
    back_at: Mapped[utc_time | None]
    operator: Mapped[str]
    order_confirmed: Mapped[bool] = mapped_column(default=False)  # the employer's order to operate the device
    given_by: Mapped[str] = mapped_column(default="")
    taken_by: Mapped[str] = mapped_column(default="")
    returned_by: Mapped[str] = mapped_column(default="")
    received_by: Mapped[str] = mapped_column(default="")
    meter_out: Mapped[reading | None]
    meter_back: Mapped[reading | None]
    fuel_out: Mapped[Fuel] = mapped_column(stored(Fuel), default=Fuel.NONE)
    fuel_back: Mapped[Fuel] = mapped_column(_FUEL_BACK, default=Fuel.NONE)
    condition_out: Mapped[str] = mapped_column(default="")
    condition_back: Mapped[str] = mapped_column(default="")
    accessories: Mapped[list[str]] = mapped_column(JSON, default=list)  # the list that went along
    missing: Mapped[list[str]] = mapped_column(JSON, default=list)  # what did not come back
    tariff_text: Mapped[str] = mapped_column(default="")
    entered_later: Mapped[bool] = mapped_column(default=False)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    entered_at: Mapped[utc_time] = mapped_column(default=clock.now)
    objection: Mapped[str] = mapped_column(default="")
    objected_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    objected_at: Mapped[utc_time | None]

    resource: Mapped[Resource] = relationship()
    booking: Mapped[Booking | None] = relationship()
    organisation: Mapped[Organisation] = relationship()
    municipality: Mapped[Municipality] = relationship()
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])
    objected_by: Mapped[Person | None] = relationship(foreign_keys=[objected_by_id])
    photos: Mapped[list["UsePhoto"]] = relationship(back_populates="use", order_by="UsePhoto.id")

    @property
    def metered(self) -> Decimal | None:
        """Return what the meter ran, where both readings are known."""
        return None if self.meter_out is None or self.meter_back is None else self.meter_back - self.meter_out

    @property
    def length(self) -> timedelta | None:
        """Return the elapsed time, none while the device is out."""
        return None if self.back_at is None else self.back_at - self.out_at


class UsePhoto(Base):
    """A photo that shows a device as it went out or came back."""

    __tablename__ = "use_photo"

    id: Mapped[pk]
    use_id: Mapped[int] = mapped_column(ForeignKey("resource_use.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    side: Mapped[Side] = mapped_column(stored(Side))

    use: Mapped[Use] = relationship(back_populates="photos")
    file: Mapped[StoredFile] = relationship()


class OverdueNotice(Base):
    """Whoever comes next was warned that a device is not back yet."""

    __tablename__ = "overdue_notice"

    late_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    next_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, index=True)
    told_at: Mapped[utc_time] = mapped_column(default=clock.now)
