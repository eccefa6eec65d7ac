"""Incidents as both sides may see them, and what one may take."""

import json

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from booking.models import Category, Incident, IncidentItem, IncidentKind, Release, Resource, ResourcePart
from booking.queries.approval import owned_by
from booking.queries.keeping import may_release, releasers
from booking.queries.numbers import check_number
from commons.database import db
from commons.errors import NotFound
from commons.journal import entries_about
from commons.municipalities import Organisation
from commons.people import Actor, Person


def get_incident(incident_id: int, actor: Actor) -> Incident:
    """Return an incident of the actor's municipality, or one that asks for a device of it."""
    check_number(incident_id)
    asked = select(IncidentItem.incident_id).join(Resource, Resource.id == IncidentItem.resource_id).join(Organisation, Organisation.id == Resource.owner_id)
    mine = or_(Incident.municipality_id == actor.municipality_id, Incident.id.in_(asked.where(Organisation.municipality_id == actor.municipality_id)))
    query = select(Incident).where(Incident.id == incident_id, mine).execution_options(populate_existing=True)
    found = db.session.scalar(query.options(_items(), joinedload(Incident.declared_by), joinedload(Incident.organisation)))
    if found is None:
        raise NotFound
    return found


def running(actor: Actor) -> list[Incident]:
    """Return the incidents of the municipality that have not ended, and what the own house has called back."""
    concerned = or_(Incident.kind == IncidentKind.INCIDENT, Incident.organisation_id.in_(owned_by(actor)))
    query = select(Incident).where(Incident.municipality_id == actor.municipality_id, Incident.ended_at.is_(None), concerned)
    query = query.order_by(Incident.started_at.desc())
    return list(db.session.scalars(query.options(_items(), joinedload(Incident.declared_by))))


def asked_of(actor: Actor) -> list[IncidentItem]:
    """Return which devices another municipality's incident asks this actor for."""
    query = (
        select(IncidentItem)
        .join(Resource, Resource.id == IncidentItem.resource_id)
        .join(Organisation, Organisation.id == Resource.owner_id)
        .join(Incident, Incident.id == IncidentItem.incident_id)
        .where(Organisation.municipality_id == actor.municipality_id, IncidentItem.release == Release.ASKED, Incident.ended_at.is_(None))
        .order_by(IncidentItem.id)
    )
    return [item for item in db.session.scalars(query) if may_release(actor, item.resource)]


def to_ring(item: IncidentItem) -> list[Person]:
    """Return whom to ring up who has not answered: those with a telephone number first."""
    people = db.session.scalars(select(Person).where(Person.id.in_(releasers(item.resource)), Person.active))
    return sorted(people, key=lambda person: (not person.phone, person.name))


def handed_on(incident: Incident) -> set[int]:
    """Return which devices went straight into the next incident, without being ready in between."""
    payloads = [entry.payload for entry in entries_about("incident", incident.id) if entry.act == "incident.handed_on"]
    facts = [json.loads(payload)["after"] for payload in payloads if payload]
    return {fact["resource"] for fact in facts if not fact["left"]}


def takeable(actor: Actor) -> list[Resource]:
    """Return the municipality's devices in service, the brigades' first."""
    query = (
        select(Resource)
        .join(Organisation, Organisation.id == Resource.owner_id)
        .join(Category, Category.id == Resource.category_id)
        .where(Organisation.municipality_id == actor.municipality_id, Resource.retired_at.is_(None))
        .order_by(Resource.readiness_class.is_(None), Category.position, Resource.name)
    )
    own = set(owned_by(actor))
    return sorted(db.session.scalars(query.options(_load())).unique(), key=lambda device: (device.readiness_class is None, device.owner_id not in own))


def foreign(actor: Actor) -> list[Resource]:
    """Return other members' devices in service."""
    query = (
        select(Resource)
        .join(Organisation, Organisation.id == Resource.owner_id)
        .where(Organisation.municipality_id != actor.municipality_id, Resource.retired_at.is_(None))
        .order_by(Resource.readiness_class.is_(None), Resource.name)
    )
    return list(db.session.scalars(query.options(_load())).unique())


def _load() -> ORMOption:
    """Load what goes along with a vehicle or kit."""
    return selectinload(Resource.parts).joinedload(ResourcePart.part)


def _items() -> ORMOption:
    return selectinload(Incident.items).options(joinedload(IncidentItem.resource), joinedload(IncidentItem.block))
