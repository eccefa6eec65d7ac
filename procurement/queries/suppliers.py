"""The register of suppliers, for the procurement officers of all members."""

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from commons.database import db
from commons.errors import NotFound
from commons.people import Actor
from commons.permissions import Permission
from procurement.models import Supplier, SupplierCategory


def suppliers(actor: Actor, *, text: str = "", most: int = 500) -> list[Supplier]:
    """Return the firms whose name, place or category fits, by name."""
    if not actor.may(Permission.SUPPLIER_MANAGE):
        return []
    query = select(Supplier).options(selectinload(Supplier.categories)).order_by(Supplier.name, Supplier.id).limit(most)
    if text.strip():
        wanted = text.strip()
        held = select(SupplierCategory.supplier_id).where(SupplierCategory.name.icontains(wanted, autoescape=True))
        named = Supplier.name.icontains(wanted, autoescape=True)
        query = query.where(or_(named, Supplier.city.icontains(wanted, autoescape=True), Supplier.id.in_(held)))
    return list(db.session.scalars(query))


def get_supplier(supplier_id: int, actor: Actor) -> Supplier:
    """Return a firm."""
    found = db.session.get(Supplier, supplier_id)
    if found is None or not actor.may(Permission.SUPPLIER_MANAGE):
        raise NotFound
    return found


def find_by_mail(email: str) -> Supplier | None:
    """Return the firm with this mail address."""
    return db.session.scalar(select(Supplier).where(Supplier.email == email.strip().lower()))
