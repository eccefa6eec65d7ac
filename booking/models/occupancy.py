"""Planned occupancy and what claims it besides bookings: closures and holds."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.fleet import Resource
from booking.periods import Period
from commons.database import Base, pk, utc_time
from commons.people import Person


class Season(Base):
    """A time of each year in which a resource, or a number of a pool, cannot be booked; it becomes closures, year by year."""

    __tablename__ = "season"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("from_month BETWEEN 1 AND 12 AND until_month BETWEEN 1 AND 12", name="months_exist"),
        CheckConstraint("from_day BETWEEN 1 AND 31 AND until_day BETWEEN 1 AND 31", name="days_exist"),
    )

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    quantity: Mapped[int]
    from_month: Mapped[int]
    from_day: Mapped[int]
    until_month: Mapped[int]
    until_day: Mapped[int]  # the last day counts
    reason: Mapped[str]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lifted_at: Mapped[utc_time | None]

    resource: Mapped[Resource] = relationship()


class Closure(Base):
    """A time in which a resource, or a number of a pool, cannot be booked."""

    __tablename__ = "closure"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    starts_at: Mapped[utc_time]
    ends_at: Mapped[utc_time]
    quantity: Mapped[int]
    reason: Mapped[str]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lifted_at: Mapped[utc_time | None]
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"), index=True)

    resource: Mapped[Resource] = relationship()
    created_by: Mapped[Person] = relationship()


class Hold(Base):
    """A short reservation while somebody fills in the form; it never tells whose it is."""

    __tablename__ = "hold"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    starts_at: Mapped[utc_time]
    ends_at: Mapped[utc_time]
    expires_at: Mapped[utc_time] = mapped_column(index=True)


class Occupancy(Base):
    """Planned occupancy, expanded to parts and buffered: one row for each resource that a claim holds.

    Rows of single devices and kits never overlap. PostgreSQL says so by an exclusion constraint, SQLite by a trigger;
    on both engines a second trigger keeps the peak of a pool within its quantity (migration 004).
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint(
            "CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN closure_id IS NULL THEN 0 ELSE 1 END + CASE WHEN hold_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_claim",
        ),
        # The B-tree reads: predecessor of singles, peak of pools from the future backwards.
        Index("ix_occupancy_resource_id_starts_at", "resource_id", "starts_at", "ends_at", "expires_at"),
        Index("ix_occupancy_resource_id_ends_at", "resource_id", "ends_at"),
        Index("ix_occupancy_expires_at", "expires_at", postgresql_where=text("expires_at IS NOT NULL"), sqlite_where=text("expires_at IS NOT NULL")),
    )

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    starts_at: Mapped[utc_time]
    ends_at: Mapped[utc_time]
    quantity: Mapped[int] = mapped_column(default=1)
    exclusive: Mapped[bool]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    closure_id: Mapped[int | None] = mapped_column(ForeignKey("closure.id"), index=True)
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"), index=True)
    expires_at: Mapped[utc_time | None]

    @property
    def period(self) -> Period:
        """Return the occupied time, buffers included."""
        return Period(self.starts_at, self.ends_at)
