"""The register of suppliers, shared by the procurement officers of all members."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, pk, utc_time
from commons.people import Person


class Supplier(Base):
    """A firm that may be asked for bids."""

    __tablename__ = "supplier"

    id: Mapped[pk]
    name: Mapped[str] = mapped_column(index=True)
    contact: Mapped[str | None]
    email: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None]
    street: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    vat_number: Mapped[str | None]
    pq_number: Mapped[str | None]  # entry in the register of prequalified firms (PQ-VOL)
    is_active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[utc_time] = mapped_column(default=clock.now)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    categories: Mapped[list["SupplierCategory"]] = relationship(back_populates="supplier", order_by="SupplierCategory.name", cascade="all, delete-orphan")
    remarks: Mapped[list["SupplierRemark"]] = relationship(back_populates="supplier", order_by="SupplierRemark.id")

    @property
    def address(self) -> str:
        """Return the address in one line."""
        return ", ".join(part for part in (self.street, f"{self.postcode or ''} {self.city or ''}".strip()) if part)


class SupplierCategory(Base):
    """What a firm delivers, in the words of the lots."""

    __tablename__ = "supplier_category"
    __table_args__ = (UniqueConstraint("supplier_id", "name"),)

    id: Mapped[pk]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    name: Mapped[str] = mapped_column(index=True)

    supplier: Mapped[Supplier] = relationship(back_populates="categories")


class SupplierRemark(Base):
    """What somebody wrote down about a firm: facts, with date and author."""

    __tablename__ = "supplier_remark"

    id: Mapped[pk]
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    text: Mapped[str]
    written_at: Mapped[utc_time] = mapped_column(default=clock.now)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    supplier: Mapped[Supplier] = relationship(back_populates="remarks")
    written_by: Mapped[Person] = relationship(lazy="joined")
