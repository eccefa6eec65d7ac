"""Uploaded demand lists: the file as it came, its rows as staging, the faults and the clerk's answers."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.files import StoredFile
from commons.municipalities import Municipality, Organisation
from commons.people import Person
from commons.words import Message, from_data
from cooperation.models import Measure
from procurement.stages import RowKind, UploadStage


class Upload(Base):
    """One demand list that somebody handed in; no request line arises before all its faults are settled."""

    __tablename__ = "upload"
    __table_args__ = (
        # The same file is the same demand: whoever sends it again is led to the first one.
        Index(
            "uq_upload_same_file",
            "organisation_id",
            "sha256",
            unique=True,
            sqlite_where=text("stage <> 'discarded'"),
            postgresql_where=text("stage <> 'discarded'"),
        ),
    )

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("demand_round.id"), index=True)
    year: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    sha256: Mapped[str]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id"), index=True)
    stage: Mapped[UploadStage] = mapped_column(stored(UploadStage))
    language: Mapped[str] = mapped_column(default="de")
    mapping: Mapped[list[dict[str, Any]]] = mapped_column(JSON(), default=list)
    problem: Mapped[dict[str, object] | None] = mapped_column(JSON())
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"), index=True)
    created_at: Mapped[utc_time] = mapped_column(default=clock.now)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    file: Mapped[StoredFile] = relationship(lazy="joined")
    organisation: Mapped[Organisation] = relationship(lazy="joined")
    municipality: Mapped[Municipality] = relationship(lazy="joined")
    measure: Mapped[Measure] = relationship()
    created_by: Mapped[Person] = relationship()
    rows: Mapped[list["UploadRow"]] = relationship(back_populates="upload", order_by="UploadRow.id", passive_deletes=True)

    @property
    def problem_said(self) -> Message | None:
        """Return why the file could not be read."""
        return from_data(self.problem) if self.problem else None


class UploadRow(Base):
    """One row of a sheet: the cells as they were, and what became of them."""

    __tablename__ = "upload_row"
    __table_args__ = (Index("ix_upload_row_place", "upload_id", "sheet", "row"),)

    id: Mapped[pk]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), index=True)
    sheet: Mapped[str | None]
    row: Mapped[int]
    kind: Mapped[RowKind] = mapped_column(stored(RowKind))
    reason: Mapped[str | None]
    cells: Mapped[list[str]] = deferred(mapped_column(JSON()), group="cells")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON(), default=list)

    upload: Mapped[Upload] = relationship(back_populates="rows")
    faults: Mapped[list["UploadFault"]] = relationship(back_populates="upload_row", order_by="UploadFault.id", passive_deletes=True)


class UploadFault(Base):
    """A cell that must be asked about or refused; it goes when the list is read again with the answer."""

    __tablename__ = "upload_fault"

    id: Mapped[pk]
    upload_row_id: Mapped[int] = mapped_column(ForeignKey("upload_row.id", ondelete="CASCADE"), index=True)
    column: Mapped[str]
    kind: Mapped[str]  # "ask" or "refuse"
    field: Mapped[str]
    article: Mapped[str]
    message: Mapped[dict[str, object]] = mapped_column(JSON())
    choices: Mapped[list[str]] = mapped_column(JSON(), default=list)

    upload_row: Mapped[UploadRow] = relationship(back_populates="faults")

    @property
    def said(self) -> Message:
        """Return the sentence that names the fault."""
        return from_data(self.message)


class UploadAnswer(Base):
    """What the clerk answered for a cell or a row; kept when the corrected file is sent again."""

    __tablename__ = "upload_answer"
    __table_args__ = (UniqueConstraint("upload_id", "sheet", "row", "field"),)

    id: Mapped[pk]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id"), index=True)
    sheet: Mapped[str]  # "" for a file without sheets, so that the constraint holds
    row: Mapped[int]
    field: Mapped[str]
    value: Mapped[str]
    # What was asked, independent of its place: answers find their question again in the corrected file.
    fingerprint: Mapped[str]
    article: Mapped[str]
    answered_at: Mapped[utc_time] = mapped_column(default=clock.now)
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    answered_by: Mapped[Person] = relationship()


class RememberedMapping(Base):
    """Which column means what in a layout that a sender has used before."""

    __tablename__ = "remembered_mapping"
    __table_args__ = (UniqueConstraint("organisation_id", "layout"),)

    id: Mapped[pk]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    layout: Mapped[str]
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON())
    confirmed_at: Mapped[utc_time] = mapped_column(default=clock.now)
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
