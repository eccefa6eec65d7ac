"""What belongs to a resource: whose items a pool holds, its photos and documents."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.fleet import Resource
from commons import clock
from commons.database import Base, pk, stored, utc_time
from commons.files import StoredFile
from commons.municipalities import Organisation


class StockEntry(Base):
    """Items of a pool that belong to one owner: one with its serial number, or a number of like ones without."""

    __tablename__ = "resource_stock"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity_positive"),
        CheckConstraint("serial = '' OR quantity = 1", name="serial_is_one"),
    )

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    serial: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Organisation] = relationship()


class FileKind(StrEnum):
    """Say whether a file shows a device or tells about it."""

    PHOTO = "photo"
    DOCUMENT = "document"


class ResourceFile(Base):
    """A photo or a document of a device, for everybody who may book it."""

    __tablename__ = "resource_file"

    id: Mapped[pk]
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    kind: Mapped[FileKind] = mapped_column(stored(FileKind))
    caption: Mapped[str]
    added_at: Mapped[utc_time] = mapped_column(default=clock.now)
    removed_at: Mapped[utc_time | None]

    resource: Mapped[Resource] = relationship()
    file: Mapped[StoredFile] = relationship()
