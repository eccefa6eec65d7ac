"""What keeps a device from being ready, and who last looked at it."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.fleet import Resource
from booking.models.occupancy import Closure
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.people import Person


class Cause(StrEnum):
    """Say why a device is not simply ready."""

    INCIDENT = "incident"
    RECALL = "recall"  # the owner needs it at once
    DEFECT = "defect"
    TEST = "test"
    LIMITED = "limited"  # still usable: blocks nothing


class Block(Base):
    """A device, or a number of a pool, that is in an incident, recalled, defective, in test or limited, until somebody says otherwise.

    What blocks carries a closure, whose end the worker moves on until the block is lifted.
    """

    __tablename__ = "resource_block"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("(cause = 'limited') = (closure_id IS NULL)", name="limited_blocks_nothing"),
        Index("ix_resource_block_resource_id_lifted_at", "resource_id", "lifted_at"),
    )

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    cause: Mapped[Cause] = mapped_column(stored(Cause))
    reason: Mapped[str] = mapped_column(default="")  # read by the own municipality only
    since: Mapped[utc_time]
    expected_at: Mapped[utc_time | None]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reported_at: Mapped[utc_time] = mapped_column(default=clock.now)
    closure_id: Mapped[int | None] = mapped_column(ForeignKey("closure.id"), unique=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    lifted_at: Mapped[utc_time | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    resource: Mapped[Resource] = relationship()
    closure: Mapped[Closure | None] = relationship()
    reported_by: Mapped[Person] = relationship(foreign_keys=[reported_by_id])
    lifted_by: Mapped[Person | None] = relationship(foreign_keys=[lifted_by_id])

    @property
    def is_open(self) -> bool:
        """Say whether nobody has lifted it yet."""
        return self.lifted_at is None


class StatusCheck(Base):
    """Somebody looked at a device and says that its status is right."""

    __tablename__ = "status_check"
    __table_args__ = (Index("ix_status_check_resource_id_checked_at", "resource_id", "checked_at"),)

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    checked_at: Mapped[utc_time] = mapped_column(default=clock.now)
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)

    checked_by: Mapped[Person] = relationship()
