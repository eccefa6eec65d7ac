"""Rendered calendar entries, and the private links that serve them."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.people import Person


class CalendarEntry(Base):
    """A rendered VEVENT: in full for a booking, „nur belegt“ for each of its resources under an id of its own."""

    __tablename__ = "calendar_entry"
    __table_args__ = (Index("ix_calendar_entry_booking_id_resource_id", "booking_id", "resource_id", unique=True),)

    id: Mapped[pk]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)
    uid: Mapped[str] = mapped_column(unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[utc_time]
    content: Mapped[bytes] = mapped_column(deferred=True)


class FeedScope(StrEnum):
    """Say whose bookings a feed shows."""

    MINE = "mine"
    RESOURCE = "resource"
    ORGANISATION = "organisation"
    MUNICIPALITY = "municipality"
    CATEGORY = "category"


class FeedDetail(StrEnum):
    """Say how much a feed tells."""

    FULL = "full"
    BUSY = "busy"


class CalendarFeed(Base):
    """A calendar link of one person; its token is kept as a hash and can be revoked alone."""

    __tablename__ = "calendar_feed"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    scope: Mapped[FeedScope] = mapped_column(stored(FeedScope))
    scope_id: Mapped[int | None]  # the id of what the scope names; none for "mine"
    detail: Mapped[FeedDetail] = mapped_column(stored(FeedDetail))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    last_used_at: Mapped[utc_time | None]
    revoked_at: Mapped[utc_time | None]

    person: Mapped[Person] = relationship()
