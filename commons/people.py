"""People, their dated memberships, and who acts for whom."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flask_security.core import UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Select, or_, select
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.calendar_days import today_of
from commons.database import Base, db, pk, stored, utc_time
from commons.municipalities import Organisation, OrganisationKind
from commons.permissions import PERMISSIONS_OF, Permission, Role, permissions_of


class Person(Base, UserMixin):
    """Somebody who works for a municipality or serves in its brigade; signs in by mail address."""

    __tablename__ = "person"

    id: Mapped[pk]
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)  # type: ignore[assignment]
    login_name: Mapped[str | None] = mapped_column(unique=True)  # for people without mail
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)
    phone: Mapped[str | None]
    employer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    language: Mapped[str] = mapped_column(default="de")
    prefers_paper: Mapped[bool] = mapped_column(default=False)
    wants_digest: Mapped[bool] = mapped_column(default=False)
    # The names below are fixed by Flask-Security.
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=lambda: uuid.uuid4().hex)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(unique=True)  # type: ignore[assignment]
    confirmed_at: Mapped[utc_time | None]
    create_datetime: Mapped[utc_time] = mapped_column(default=clock.now)
    last_login_at: Mapped[utc_time | None]  # type: ignore[assignment]
    current_login_at: Mapped[utc_time | None]  # type: ignore[assignment]
    last_login_ip: Mapped[str | None]
    current_login_ip: Mapped[str | None]
    login_count: Mapped[int | None]  # type: ignore[assignment]
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None]
    tf_phone_number: Mapped[str | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))

    employer: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    memberships: Mapped[list["Membership"]] = relationship(foreign_keys="Membership.person_id", back_populates="person")
    webauthn: Mapped[list["Passkey"]] = relationship(back_populates="person", cascade="all, delete-orphan")  # type: ignore[assignment]

    @property
    def roles(self) -> list[str]:  # type: ignore[override]
        """Return no global roles: a role counts only in an organisation."""
        return []

    @property
    def is_active(self) -> bool:
        """Tell Flask-Login whether this person may sign in."""
        return self.active


class Passkey(Base):
    """A device that signs a person in without a password (WebAuthn)."""

    __tablename__ = "passkey"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON()))
    backup_state: Mapped[bool]
    device_type: Mapped[str]
    extensions: Mapped[str | None]
    create_datetime: Mapped[utc_time] = mapped_column(default=clock.now)
    lastuse_datetime: Mapped[utc_time] = mapped_column(default=clock.now)
    name: Mapped[str]
    usage: Mapped[str]

    person: Mapped[Person] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, int]:
        """Return the filter by which Flask-Security finds the person."""
        return {"id": self.person_id}


class Membership(Base):
    """A role that a person holds in an organisation, from a day until a day, with a named deputy."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("until_day IS NULL OR until_day >= from_day", name="days_in_order"),
        CheckConstraint("role = 'auditor' OR (scope_from IS NULL AND scope_until IS NULL)", name="scope_of_auditors"),
        CheckConstraint("scope_until >= scope_from", name="scope_in_order"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(stored(Role))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    absent_from: Mapped[date | None]
    absent_until: Mapped[date | None]
    scope_from: Mapped[date | None]  # an auditor reads a stated period only, and nothing without one
    scope_until: Mapped[date | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id], back_populates="memberships")
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Hold the period that an auditor examines, both days included; one side may be open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Say who acts, and for which organisation."""

    person_id: int
    person_name: str
    organisation_id: int
    organisation_name: str
    organisation_kind: OrganisationKind
    municipality_id: int
    municipality_name: str
    employer_id: int
    employer_municipality_id: int
    roles: frozenset[Role]
    organisation_key: str = ""
    audits: tuple[Scope, ...] = ()

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Return all that the roles permit."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the roles permits this."""
        return permission in self.permissions


def _in_force(day: date) -> Select[Membership]:
    return select(Membership).where(Membership.from_day <= day, or_(Membership.until_day.is_(None), Membership.until_day >= day))


def is_in_force(membership: Membership, day: date) -> bool:
    """Tell whether a membership counts on a day."""
    return membership.from_day <= day and (membership.until_day is None or membership.until_day >= day)


def _memberships_of(person_id: int, day: date) -> list[Membership]:
    """Return what a person is, and what the person stands in for while somebody is absent."""
    own = _in_force(day).where(Membership.person_id == person_id)
    as_deputy = _in_force(day).where(Membership.deputy_id == person_id, Membership.absent_from <= day, Membership.absent_until >= day)
    return [*db.session.scalars(own.order_by(Membership.id)), *db.session.scalars(as_deputy.order_by(Membership.id))]


def actors_of(person_id: int) -> list[Actor]:
    """Return one actor for each organisation that the person acts for today, the employer's first."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        return []
    memberships = _memberships_of(person_id, today_of(clock.now()))
    held: dict[int, list[Membership]] = {}
    for membership in memberships:
        held.setdefault(membership.organisation_id, []).append(membership)
    places = {membership.organisation_id: membership.organisation for membership in memberships}
    ordered = sorted(places.values(), key=lambda place: (place.id != person.employer_id, place.id))
    return [_actor(person, place, held[place.id]) for place in ordered]


def _actor(person: Person, place: Organisation, held: list[Membership]) -> Actor:
    return Actor(
        person_id=person.id,
        person_name=person.name,
        organisation_id=place.id,
        organisation_name=place.name,
        organisation_kind=place.kind,
        municipality_id=place.municipality_id,
        municipality_name=place.municipality.name,
        employer_id=person.employer_id,
        employer_municipality_id=person.employer.municipality_id,
        roles=frozenset(membership.role for membership in held),
        organisation_key=place.key,
        audits=tuple(scope for scope in map(_scope_of, held) if scope is not None),
    )


def _scope_of(membership: Membership) -> Scope | None:
    """Return what an auditor was told to examine, None where nothing was stated."""
    if membership.role is not Role.AUDITOR or (membership.scope_from is None and membership.scope_until is None):
        return None
    return Scope(first=membership.scope_from, last=membership.scope_until)


def find_actor(person_id: int, organisation_id: int) -> Actor | None:
    """Return the person as acting for an organisation, None without a membership there today."""
    return next((actor for actor in actors_of(person_id) if actor.organisation_id == organisation_id), None)


def people_with(permission: Permission, organisation_ids: list[int]) -> list[Person]:
    """Return the active people who have a permission in one of these organisations today; deputies while somebody is absent."""
    day = today_of(clock.now())
    roles = [role for role, permissions in PERMISSIONS_OF.items() if permission in permissions]
    found: dict[int, Person] = {}
    query = _in_force(day).where(Membership.organisation_id.in_(organisation_ids), Membership.role.in_(roles))
    for membership in db.session.scalars(query.order_by(Membership.id)):
        absent = membership.absent_from is not None and membership.absent_until is not None and membership.absent_from <= day <= membership.absent_until
        person = membership.deputy if absent and membership.deputy is not None else membership.person
        if person.active:
            found.setdefault(person.id, person)
    return list(found.values())


def find_person(email: str) -> Person | None:
    """Return the person with this mail address, if there is one."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def find_to_sign_in(name: str) -> Person | None:
    """Return the person with this mail address, or with this name for people without mail."""
    wanted = name.strip().lower()
    return db.session.scalar(select(Person).where(or_(Person.email == wanted, Person.login_name == wanted))) if wanted else None


def last_sign_in(person: Person) -> datetime | None:
    """Return when the person was last here."""
    return person.current_login_at or person.last_login_at
