"""Incidents, what they take, and whom they displace."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.bookings import Booking
from booking.models.fleet import Resource
from booking.models.status import Block
from booking.periods import Period
from booking.stages import GONE
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.municipalities import Municipality, Organisation
from commons.people import Person


class IncidentKind(StrEnum):
    """Say whether a brigade is in an incident or an owner needs the own devices back."""

    INCIDENT = "incident"
    RECALL = "recall"


class Incident(Base):
    """What somebody took devices for at once, with its true start; it ends when everything is ready again."""

    __tablename__ = "incident"
    __table_args__ = (CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name="ends_after_start"),)

    id: Mapped[pk]
    kind: Mapped[IncidentKind] = mapped_column(stored(IncidentKind))
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    started_at: Mapped[utc_time]
    entered_at: Mapped[utc_time] = mapped_column(default=clock.now)
    entered_later: Mapped[bool] = mapped_column(default=False)
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reference: Mapped[str] = mapped_column(default="")  # the dispatch centre's number; never told to who is displaced
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    ended_at: Mapped[utc_time | None] = mapped_column(index=True)

    municipality: Mapped[Municipality] = relationship()
    organisation: Mapped[Organisation] = relationship()
    declared_by: Mapped[Person] = relationship()
    items: Mapped[list["IncidentItem"]] = relationship(back_populates="incident", order_by="IncidentItem.id")


class Release(StrEnum):
    """Say how a device came to be free for an incident."""

    OWN = "own"
    ASKED = "asked"
    GIVEN = "given"  # by a tap of the owner's chief
    PHONED = "phoned"  # on the telephone, recorded by who took it
    REFUSED = "refused"


class IncidentItem(Base):
    """A device in an incident; another municipality's waits for its chief's release (§ 14 SächsBRKG)."""

    __tablename__ = "incident_item"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        # Nothing is taken without leave: whatever blocks is the own, released or phoned.
        CheckConstraint("block_id IS NULL OR release IN ('own', 'given', 'phoned')", name="blocks_when_released"),
        CheckConstraint("release <> 'phoned' OR released_by_name <> ''", name="phoned_by_somebody"),
        UniqueConstraint("incident_id", "resource_id"),
    )

    id: Mapped[pk]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incident.id"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1)
    release: Mapped[Release] = mapped_column(stored(Release))
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    released_by_name: Mapped[str] = mapped_column(default="")
    released_at: Mapped[utc_time | None]
    block_id: Mapped[int | None] = mapped_column(ForeignKey("resource_block.id"), index=True)

    incident: Mapped[Incident] = relationship(back_populates="items")
    resource: Mapped[Resource] = relationship()
    block: Mapped[Block | None] = relationship()


class Effect(StrEnum):
    """Say what a block does to somebody's booking."""

    DISPLACED = "displaced"  # the plan is gone
    RECALLED = "recalled"  # the device is out there and must come back
    WARNED = "warned"  # will be displaced if it goes on


class Displacement(Base):
    """What a block took from a booking, whom it was told, and what was accepted instead."""

    __tablename__ = "displacement"
    __table_args__ = (UniqueConstraint("block_id", "booking_id", "resource_id", "effect"),)

    id: Mapped[pk]
    block_id: Mapped[int] = mapped_column(ForeignKey("resource_block.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    quantity: Mapped[int] = mapped_column(default=1)
    effect: Mapped[Effect] = mapped_column(stored(Effect))
    starts_at: Mapped[utc_time]
    ends_at: Mapped[utc_time]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    told_at: Mapped[utc_time] = mapped_column(default=clock.now)
    seen_at: Mapped[utc_time | None]
    accepted_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)

    block: Mapped[Block] = relationship()
    booking: Mapped[Booking] = relationship(foreign_keys=[booking_id])
    resource: Mapped[Resource] = relationship()
    person: Mapped[Person] = relationship()
    accepted: Mapped[Booking | None] = relationship(foreign_keys=[accepted_id])

    @property
    def period(self) -> Period:
        """Return when the device was booked."""
        return Period(self.starts_at, self.ends_at)

    @property
    def replacement(self) -> Booking | None:
        """Return what was taken instead, as long as it is not declined, cancelled or lapsed."""
        return self.accepted if self.accepted is not None and self.accepted.stage not in GONE else None
