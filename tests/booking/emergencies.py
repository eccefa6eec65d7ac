"""Builders for incidents."""

from sqlalchemy import select

from booking import incidents
from booking.models import Block, Incident, ReadinessClass, Resource
from booking.occupying import Wish
from commons.database import db, write
from commons.letters import Letter
from commons.people import Actor
from tests.booking.builders import make_resource


def make_engine(**overrides: object) -> Resource:
    """Enter a recallable device of the Bernsdorf fire service."""
    return make_resource(**{"owner": "feuerwehr-bernsdorf", "readiness_class": ReadinessClass.B, "category": "measuring"} | overrides)


def take(*devices: Resource, by: Actor, number: int = 1, **more: object) -> Incident:
    """Take devices for an incident."""
    return write(incidents.declare, [Wish(resource_id=device.id, quantity=number) for device in devices], by=by, **more)  # type: ignore[arg-type]


def subjects(person_id: int) -> list[str]:
    """Return the subjects of a person's letters, oldest first."""
    db.session.rollback()
    return [str(letter.subject_line) for letter in db.session.scalars(select(Letter).where(Letter.person_id == person_id).order_by(Letter.id))]


def blocks() -> list[Block]:
    """Return every block, oldest first."""
    return list(db.session.scalars(select(Block).order_by(Block.id)))
