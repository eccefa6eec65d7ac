"""The fleet: sites, categories, resources, kits and inspections."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons.database import Base, pk, stored, utc_time
from commons.municipalities import Organisation


class Kind(StrEnum):
    """Say how a resource is counted."""

    SINGLE = "single"
    POOL = "pool"
    KIT = "kit"


class ReadinessClass(StrEnum):
    """Say how closely a brigade's device is tied to operations."""

    A = "A"  # never lent away without a substitute
    B = "B"  # recallable
    C = "C"  # free


class Approver(StrEnum):
    """Name the owner's role that approves bookings of a device."""

    ADMINISTRATION = "administration"
    BRIGADE_CHIEF = "brigade_chief"
    BUILDING_YARD_HEAD = "building_yard_head"
    EQUIPMENT_OFFICER = "equipment_officer"
    MUNICIPAL_FIRE_CHIEF = "municipal_fire_chief"


class Bookers(StrEnum):
    """Say whose people may book a device."""

    MEMBERS = "members"
    OWN = "own"  # the owner's municipality only
    BRIGADES = "brigades"
    YARDS = "yards"


class Site(Base):
    """A place where devices are kept, fetched and brought back."""

    __tablename__ = "site"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    address: Mapped[str] = mapped_column(default="")
    opening: Mapped[dict[str, list[str]] | None] = mapped_column(JSON)  # weekday number → ["07:00", "15:30"]

    organisation: Mapped[Organisation] = relationship()


class Category(Base):
    """A kind of device that people look for: lift platforms, mowers, tents."""

    __tablename__ = "resource_category"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int] = mapped_column(default=0)


class Resource(Base):
    """A bookable device, a pool of like items or a kit of things that are only lent together."""

    __tablename__ = "resource"
    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("kind = 'pool' OR quantity <= 1", name="only_pools_count"),
        CheckConstraint("buffer_before_min >= 0 AND buffer_after_min >= 0", name="buffers_not_negative"),
    )

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[Kind] = mapped_column(stored(Kind))
    quantity: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("resource_category.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    readiness_class: Mapped[ReadinessClass | None] = mapped_column(stored(ReadinessClass))
    min_standby: Mapped[int] = mapped_column(default=0)
    features: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    contact: Mapped[str] = mapped_column(default="")
    key_place: Mapped[str] = mapped_column(default="")
    required_qualifications: Mapped[list[str]] = mapped_column(JSON, default=list)
    meter: Mapped[str] = mapped_column(default="none")
    tariff_text: Mapped[str] = mapped_column(default="")
    equivalence: Mapped[str] = mapped_column(default="")  # devices with the same word stand in for each other
    accessories: Mapped[list[str]] = mapped_column(JSON, default=list)  # what goes along
    measure_number: Mapped[int] = mapped_column(ForeignKey("measure.number"), index=True)  # a device always belongs to a measure
    notes: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    confirmed: Mapped[bool] = mapped_column(default=False)
    # The owner's terms.
    buffer_before_min: Mapped[int] = mapped_column(default=0)
    buffer_after_min: Mapped[int] = mapped_column(default=0)
    approval_by: Mapped[Approver | None] = mapped_column(stored(Approver))  # none: confirmed at once
    bookers: Mapped[Bookers] = mapped_column(stored(Bookers), default=Bookers.MEMBERS)
    request_blocks: Mapped[bool] = mapped_column(default=True)
    asks_beyond_share: Mapped[bool] = mapped_column(default=False, server_default=false())  # who takes more of a pool than is one's own
    notice_minutes: Mapped[int] = mapped_column(default=0)
    advance_days: Mapped[int | None]
    longest_minutes: Mapped[int | None]
    retired_at: Mapped[utc_time | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Organisation] = relationship(lazy="joined")
    category: Mapped[Category] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    inspections: Mapped[list["Inspection"]] = relationship(back_populates="resource", order_by="Inspection.next_on")
    parts: Mapped[list["ResourcePart"]] = relationship(foreign_keys="ResourcePart.whole_id", back_populates="whole")

    @property
    def is_pool(self) -> bool:
        """Say whether items are counted."""
        return self.kind is Kind.POOL

    @property
    def opening(self) -> dict[str, list[str]] | None:
        """Return when the device is fetched and brought back: the hours of its site."""
        return self.site.opening

    @property
    def has_buffer(self) -> bool:
        """Say whether time is needed before or after a booking."""
        return bool(self.buffer_before_min or self.buffer_after_min)


class ResourcePart(Base):
    """What a kit contains, or a whole is made of: whoever takes the whole takes its parts."""

    __tablename__ = "resource_part"
    __table_args__ = (
        CheckConstraint("whole_id <> part_id", name="not_itself"),
        CheckConstraint("quantity >= 1", name="quantity_positive"),
    )

    whole_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), primary_key=True, index=True)
    quantity: Mapped[int] = mapped_column(default=1)

    whole: Mapped[Resource] = relationship(foreign_keys=[whole_id], back_populates="parts")
    part: Mapped[Resource] = relationship(foreign_keys=[part_id])


class Inspection(Base):
    """A recurring test of a device: last, next, on what basis."""

    __tablename__ = "inspection"
    __table_args__ = (UniqueConstraint("resource_id", "key"),)

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    basis: Mapped[str] = mapped_column(default="")
    interval_months: Mapped[int | None]
    after_use: Mapped[bool] = mapped_column(default=False)
    last_on: Mapped[date | None]
    next_on: Mapped[date | None]
    confirmed: Mapped[bool] = mapped_column(default=False)

    resource: Mapped[Resource] = relationship(back_populates="inspections")
