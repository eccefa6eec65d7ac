"""People, their dated memberships, and who acts for whom."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, cast

from flask_security.core import UserMixin
from sqlalchemy import BindParameter, CheckConstraint, Date, ForeignKey, FromClause, Select, Table, and_, bindparam, case, or_, select
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import JSON

from commons import clock
from commons.calendar_days import today_of
from commons.database import Base, BigKey, db, pk, stored, utc_time
from commons.municipalities import Municipality, Organisation, OrganisationKind
from commons.permissions import PERMISSIONS_OF, Permission, Role, permissions_of
from commons.prepared import Prepared


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


_person, _membership, _place, _town = (cast(Table, model.__table__) for model in (Person, Membership, Organisation, Municipality))
_employer = _place.alias("employer")
_DAY: BindParameter[date] = bindparam("day", type_=Date())
_OWN = _membership.c.person_id == _person.c.id
_STANDS_IN = and_(_membership.c.deputy_id == _person.c.id, _membership.c.absent_from <= _DAY, _membership.c.absent_until >= _DAY)
_TODAY = and_(_membership.c.from_day <= _DAY, or_(_membership.c.until_day.is_(None), _membership.c.until_day >= _DAY))


def holding_roles(people: FromClause) -> Select[Any]:
    """Select active people with what they hold today, a row a role, own ones before those of somebody absent; who holds nothing has a row without a place."""
    return (
        select(
            *(_person.c.id, _person.c.name, _person.c.employer_id, _employer.c.municipality_id),
            *(_place.c.id, _place.c.key, _place.c.name, _place.c.kind, _place.c.municipality_id, _town.c.name),
            *(_membership.c[name] for name in ("role", "scope_from", "scope_until")),
        )
        .select_from(people)
        .join(_employer, _employer.c.id == _person.c.employer_id)
        .outerjoin(_membership, and_(or_(_OWN, _STANDS_IN), _TODAY))
        .outerjoin(_place, _place.c.id == _membership.c.organisation_id)
        .outerjoin(_town, _town.c.id == _place.c.municipality_id)
        .where(_person.c.active)
        .order_by(case((_OWN, 0), else_=1), _membership.c.id)
    )


_ROLES = Prepared(holding_roles(_person).where(_person.c.id == bindparam("person_id", type_=BigKey)))


class _Held(NamedTuple):
    """One role of a person in a place, with what an actor says of both."""

    person_id: int
    person_name: str
    employer_id: int
    employer_municipality_id: int
    organisation_id: int
    organisation_key: str
    organisation_name: str
    organisation_kind: OrganisationKind
    municipality_id: int
    municipality_name: str
    role: Role
    scope_from: date | None
    scope_until: date | None


_PLACE = _Held._fields.index("organisation_id")


def actors_of(person_id: int) -> list[Actor]:
    """Return one actor for each organisation that the person acts for today, the employer's first."""
    db.session.flush()  # a role that was just given counts
    return actors_among(_ROLES.all({"person_id": person_id, "day": today_of(clock.now())}))


def actors_among(rows: Iterable[Sequence[Any]]) -> list[Actor]:
    """Put the rows of `holding_roles` of one person together."""
    held: dict[int, list[_Held]] = {}
    for one in (_Held(*row) for row in rows if row[_PLACE] is not None):
        held.setdefault(one.organisation_id, []).append(one)
    ordered = sorted(held.values(), key=lambda roles: (roles[0].organisation_id != roles[0].employer_id, roles[0].organisation_id))
    return [_actor(roles) for roles in ordered]


def _actor(held: list[_Held]) -> Actor:
    facts = held[0]
    return Actor(
        person_id=facts.person_id,
        person_name=facts.person_name,
        organisation_id=facts.organisation_id,
        organisation_name=facts.organisation_name,
        organisation_kind=facts.organisation_kind,
        municipality_id=facts.municipality_id,
        municipality_name=facts.municipality_name,
        employer_id=facts.employer_id,
        employer_municipality_id=facts.employer_municipality_id,
        roles=frozenset(one.role for one in held),
        organisation_key=facts.organisation_key,
        audits=tuple(scope for scope in map(_scope_of, held) if scope is not None),
    )


def _scope_of(held: _Held) -> Scope | None:
    """Return what an auditor was told to examine, None where nothing was stated."""
    if held.role is not Role.AUDITOR or (held.scope_from is None and held.scope_until is None):
        return None
    return Scope(first=held.scope_from, last=held.scope_until)


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
