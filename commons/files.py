"""Uploads, photos and documents, kept in the database so that one backup holds all."""

import hashlib

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from commons import clock
from commons.database import Base, db, pk, utc_time
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say

LARGEST = 20 * 1024 * 1024


class FileTooLarge(RuleBroken):
    """A file has at most 20 MB."""

    status = 413

    def __init__(self, name: str) -> None:
        super().__init__(say("Die Datei „%(name)s“ ist größer als 20 MB. Bitte verkleinern oder teilen Sie sie.", name=name), field="file")


class StoredFile(Base):
    """A file as it came, with its fingerprint."""

    __tablename__ = "stored_file"

    id: Mapped[pk]
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    stored_at: Mapped[utc_time]
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    content: Mapped[bytes] = mapped_column(deferred=True)


def store(name: str, media_type: str, content: bytes, *, by: Actor | None) -> StoredFile:
    """Keep a file as it came."""
    if len(content) > LARGEST:
        raise FileTooLarge(name)
    kept = StoredFile(
        name=name.replace("\x00", "")[-200:],
        media_type=media_type[:100],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        stored_at=clock.now(),
        stored_by_id=by.person_id if by else None,
        organisation_id=by.organisation_id if by else None,
        content=content,
    )
    db.session.add(kept)
    db.session.flush()
    return kept
