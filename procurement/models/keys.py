"""Who holds which key, the shares of a tender's key, and what two officers do together."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.files import StoredFile
from commons.municipalities import Organisation
from commons.people import Person
from procurement.models.tenders import Tender
from procurement.tender_stages import SessionPurpose


class OfficerKey(Base):
    """The key of an opening officer, locked by a passphrase and by the code on a sheet in the safe; neither is kept."""

    __tablename__ = "officer_key"
    # One key in use a person; a lost one is retired and stays as a trace.
    __table_args__ = (
        Index("uq_officer_key_in_use", "person_id", unique=True, sqlite_where=text("retired_at IS NULL"), postgresql_where=text("retired_at IS NULL")),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    public_key: Mapped[bytes]
    locked: Mapped[bytes] = mapped_column(deferred=True)
    locked_by_sheet: Mapped[bytes] = mapped_column(deferred=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    retired_at: Mapped[utc_time | None]
    retired_reason: Mapped[str | None]

    person: Mapped[Person] = relationship(lazy="joined")


class TenderHolder(Base):
    """An officer who can open a tender together with another one; which administration employs the officer is fixed when named."""

    __tablename__ = "tender_holder"
    __table_args__ = (UniqueConstraint("tender_id", "key_id"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("officer_key.id"), index=True)
    administration_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    named_at: Mapped[utc_time] = mapped_column(default=clock.now)
    named_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    left_at: Mapped[utc_time | None]

    tender: Mapped[Tender] = relationship()
    key: Mapped[OfficerKey] = relationship(lazy="joined")
    administration: Mapped[Organisation] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """Return the name by which the shares know this holder."""
        return f"{self.key.person_id}:{self.key_id}"


class KeyShare(Base):
    """Half of the tender's key for one pair, sealed to one of the two; alone it is noise."""

    __tablename__ = "key_share"
    __table_args__ = (UniqueConstraint("tender_id", "generation", "owner_id", "partner_id"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    generation: Mapped[int]  # rises with every re-wrap
    owner_id: Mapped[int] = mapped_column(ForeignKey("tender_holder.id"), index=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("tender_holder.id"), index=True)
    sealed: Mapped[bytes]

    owner: Mapped[TenderHolder] = relationship(foreign_keys=[owner_id])
    partner: Mapped[TenderHolder] = relationship(foreign_keys=[partner_id])


class OpeningSession(Base):
    """What two officers of different administrations do together within a short time: rehearse, open, or re-wrap a key."""

    __tablename__ = "opening_session"
    __table_args__ = (CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name="two_people"),)

    id: Mapped[pk]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    purpose: Mapped[SessionPurpose] = mapped_column(stored(SessionPurpose))
    leaver_id: Mapped[int | None] = mapped_column(ForeignKey("tender_holder.id"))
    started_at: Mapped[utc_time]
    expires_at: Mapped[utc_time]
    first_by_id: Mapped[int] = mapped_column(ForeignKey("tender_holder.id"))
    contribution: Mapped[dict[str, Any] | None] = mapped_column(JSON())  # sealed to each possible partner; wiped afterwards
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("tender_holder.id"))
    completed_at: Mapped[utc_time | None]
    persons_present: Mapped[str | None]
    protocol_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    tender: Mapped[Tender] = relationship()
    first_by: Mapped[TenderHolder] = relationship(foreign_keys=[first_by_id])
    second_by: Mapped[TenderHolder | None] = relationship(foreign_keys=[second_by_id])
    leaver: Mapped[TenderHolder | None] = relationship(foreign_keys=[leaver_id])
    protocol: Mapped[StoredFile | None] = relationship()
