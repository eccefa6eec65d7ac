"""Municipalities and their organisations: rows, never an enumeration."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons.database import Base, db, pk, stored
from commons.errors import NotFound


class OrganisationKind(StrEnum):
    """Name the kinds of organisation a municipality has."""

    ADMINISTRATION = "administration"
    BUILDING_YARD = "building_yard"
    BRIGADE = "brigade"


class Municipality(Base):
    """A legal body with its own budget, council and mayor; always one contract party of its own."""

    __tablename__ = "municipality"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    ags: Mapped[str | None]
    sorbian_name: Mapped[str | None]
    postcode: Mapped[str | None]
    street: Mapped[str | None]
    inhabitants: Mapped[int | None]
    inhabitants_as_of: Mapped[date | None]
    community: Mapped[str | None]
    community_role: Mapped[str | None]
    districts: Mapped[str | None]
    verified: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    member_from: Mapped[date | None]
    member_until: Mapped[date | None]

    organisations: Mapped[list["Organisation"]] = relationship(back_populates="municipality", order_by="Organisation.id")


class Organisation(Base):
    """An administration, building yard or brigade of one municipality."""

    __tablename__ = "organisation"

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(unique=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    kind: Mapped[OrganisationKind] = mapped_column(stored(OrganisationKind))
    name: Mapped[str]
    district: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    verified: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str | None]
    note: Mapped[str | None]

    municipality: Mapped[Municipality] = relationship(back_populates="organisations", lazy="joined", innerjoin=True)
    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")


def get_municipality(municipality_id: int) -> Municipality:
    """Return a municipality."""
    found = db.session.get(Municipality, municipality_id)
    if found is None:
        raise NotFound
    return found


def get_organisation(organisation_id: int) -> Organisation:
    """Return an organisation."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


def find_organisation(key: str) -> Organisation | None:
    """Return the organisation with this key, if there is one."""
    return db.session.scalar(select(Organisation).where(Organisation.key == key))


def find_municipality(key: str) -> Municipality | None:
    """Return the municipality with this key, if there is one."""
    return db.session.scalar(select(Municipality).where(Municipality.key == key))


def organisations_of(municipality_id: int) -> list[Organisation]:
    """Return the organisations of a municipality, the administration first."""
    return list(db.session.scalars(select(Organisation).where(Organisation.municipality_id == municipality_id).order_by(Organisation.kind, Organisation.name)))


def with_those_below(organisation: Organisation) -> list[int]:
    """Return an organisation and what stands below it in the same municipality."""
    rows = db.session.execute(select(Organisation.id, Organisation.parent_id).where(Organisation.municipality_id == organisation.municipality_id)).all()
    found = {organisation.id}
    while below := {id_ for id_, parent_id in rows if parent_id in found} - found:
        found |= below
    return sorted(found)


def lead_administration_id(organisation: Organisation) -> int:
    """Return the administration whose staff work for this one: Königsbrück's count once, for whomever they act."""
    while organisation.kind is OrganisationKind.ADMINISTRATION and organisation.parent is not None:
        organisation = organisation.parent
    return organisation.id
