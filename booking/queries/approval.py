"""Who decides on bookings of a device: the role that its owner names, in the owner's organisations."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from booking.models import Approver, Bookers
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.municipalities import Organisation, OrganisationKind, get_organisation, with_those_below
from commons.people import Actor, Membership, Person
from commons.permissions import Permission, Role
from commons.words import Message, say

ROLES: dict[Approver, frozenset[Role]] = {
    Approver.ADMINISTRATION: frozenset({Role.CLERK}),
    Approver.BRIGADE_CHIEF: frozenset({Role.BRIGADE_CHIEF, Role.MUNICIPAL_FIRE_CHIEF}),
    Approver.BUILDING_YARD_HEAD: frozenset({Role.BUILDING_YARD_HEAD}),
    Approver.EQUIPMENT_OFFICER: frozenset({Role.EQUIPMENT_OFFICER, Role.MUNICIPAL_FIRE_CHIEF}),
    Approver.MUNICIPAL_FIRE_CHIEF: frozenset({Role.MUNICIPAL_FIRE_CHIEF}),
}
OWNER_ROLES: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.ADMINISTRATION: frozenset({Role.CLERK}),
    OrganisationKind.BUILDING_YARD: frozenset({Role.BUILDING_YARD_HEAD}),
    OrganisationKind.BRIGADE: frozenset({Role.BRIGADE_CHIEF, Role.EQUIPMENT_OFFICER, Role.MUNICIPAL_FIRE_CHIEF}),
}


BOOKERS: dict[Bookers, Message] = {
    Bookers.MEMBERS: say("alle Gemeinden des Verbunds"),
    Bookers.OWN: say("die Gemeinde des Eigentümers"),
    Bookers.BRIGADES: say("Feuerwehren"),
    Bookers.YARDS: say("Bauhöfe"),
}
_KINDS = {Bookers.BRIGADES: OrganisationKind.BRIGADE, Bookers.YARDS: OrganisationKind.BUILDING_YARD}


def may_book(kind: OrganisationKind, bookers: Bookers, *, own: bool) -> bool:
    """Say whether an organisation of this kind books a device as its owner lets others; the own municipality always may."""
    return own or bookers is Bookers.MEMBERS or _KINDS.get(bookers) is kind


def may_decide(actor: Actor, *, owner_id: int, approval_by: Approver | None) -> bool:
    """Say whether the actor decides on bookings of a device of this owner."""
    return (
        actor.may(Permission.BOOKING_APPROVE) and bool(actor.roles & _roles(owner_id, approval_by)) and actor.organisation_id in places(owner_id, approval_by)
    )


def may_manage(actor: Actor, *, owner_id: int) -> bool:
    """Say whether the actor keeps the devices of this owner."""
    return actor.may(Permission.RESOURCE_MANAGE) and actor.organisation_id in places(owner_id, None)


def places(owner_id: int, approval_by: Approver | None) -> list[int]:
    """Return the organisations in which the deciding role is held: the owner and what stands above it, or the town hall."""
    owner = db.session.get_one(Organisation, owner_id)
    if approval_by is Approver.ADMINISTRATION:
        query = select(Organisation.id).where(Organisation.municipality_id == owner.municipality_id, Organisation.kind == OrganisationKind.ADMINISTRATION)
        return list(db.session.scalars(query))
    line: list[int] = []
    place: Organisation | None = owner
    while place is not None and place.municipality_id == owner.municipality_id:
        line.append(place.id)
        place = place.parent
    return line


def owned_by(actor: Actor) -> list[int]:
    """Return the organisations whose devices the actor's organisation keeps: itself and what stands below it."""
    return with_those_below(get_organisation(actor.organisation_id))


def deciders(owner_id: int, approval_by: Approver | None) -> list[int]:
    """Return the people who decide, deputies in place of who is absent."""
    day = today_of(clock.now())
    query = (
        select(Membership.person_id, Membership.deputy_id, Membership.absent_from, Membership.absent_until)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.organisation_id.in_(places(owner_id, approval_by)), Membership.role.in_(_roles(owner_id, approval_by)), Person.active)
        .where(Membership.from_day <= day, or_(Membership.until_day.is_(None), Membership.until_day >= day))
        .order_by(Membership.id)
    )
    found = [deputy if deputy and since and until and since <= day <= until else person for person, deputy, since, until in db.session.execute(query)]
    return _once(found)


def _roles(owner_id: int, approval_by: Approver | None) -> frozenset[Role]:
    return ROLES[approval_by] if approval_by else OWNER_ROLES[db.session.get_one(Organisation, owner_id).kind]


def _once(ids: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(ids))
