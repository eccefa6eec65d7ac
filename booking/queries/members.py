"""Municipalities and organisations that lend or borrow."""

from sqlalchemy import select

from booking.models import Resource
from commons.database import db
from commons.municipalities import Municipality, Organisation


def organisations() -> list[Organisation]:
    """Return the organisations that own a resource in service."""
    owners = select(Resource.owner_id).where(Resource.retired_at.is_(None))
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(owners)).order_by(Organisation.name)))


def municipalities() -> list[Municipality]:
    """Return the municipalities of those organisations."""
    towns = select(Organisation.municipality_id).join(Resource, Resource.owner_id == Organisation.id).where(Resource.retired_at.is_(None))
    return list(db.session.scalars(select(Municipality).where(Municipality.id.in_(towns)).order_by(Municipality.name)))


def users() -> list[Organisation]:
    """Return every organisation that may have used a device."""
    return list(db.session.scalars(select(Organisation).order_by(Organisation.name)))
