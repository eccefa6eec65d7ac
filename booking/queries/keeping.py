"""Who may hand a device out, take it in an incident, release it to others or report it ready."""

from collections.abc import Iterable

from sqlalchemy import select

from booking.models import Resource
from booking.queries.approval import deciders, may_decide, may_manage, places
from commons.database import db
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission


def is_keeper(actor: Actor, *, owner_id: int) -> bool:
    """Say whether the actor gives out and takes back the devices of this owner."""
    return actor.may(Permission.HANDOVER_RECORD) and actor.organisation_id in places(owner_id, None)


def may_take(actor: Actor, *, owner_municipality_id: int) -> bool:
    """Say whether the actor takes devices of this municipality for an incident without asking."""
    return actor.may(Permission.INCIDENT_DECLARE) and actor.municipality_id == owner_municipality_id


def may_release(actor: Actor, device: Resource) -> bool:
    """Say whether the actor lets another municipality have a device for its incident (§ 14 SächsBRKG: own need first)."""
    own = actor.municipality_id == device.owner.municipality_id
    return own and (actor.may(Permission.INCIDENT_DECLARE) or may_decide(actor, owner_id=device.owner_id, approval_by=device.approval_by))


def releasers(device: Resource) -> list[int]:
    """Return whom to ask for a device: who decides on it, and the chiefs above it."""
    chiefs = [person.id for person in people_with(Permission.INCIDENT_DECLARE, places(device.owner_id, None))]
    return list(dict.fromkeys([*deciders(device.owner_id, device.approval_by), *chiefs]))


def may_report_ready(actor: Actor, device: Resource, *, incident_municipality_id: int | None = None) -> bool:
    """Say whether the actor says that a device is ready again: its keeper, or a chief of who has or owns it."""
    chief = actor.may(Permission.INCIDENT_DECLARE) and actor.municipality_id in (device.owner.municipality_id, incident_municipality_id)
    return chief or is_keeper(actor, owner_id=device.owner_id)


def keeps(actor: Actor, devices: Iterable[Resource]) -> list[Resource]:
    """Return those of the devices that the actor keeps."""
    return [device for device in devices if may_manage(actor, owner_id=device.owner_id)]


def municipality_of(organisation_id: int) -> int:
    """Return to which municipality an organisation belongs."""
    return db.session.scalars(select(Organisation.municipality_id).where(Organisation.id == organisation_id)).one()
