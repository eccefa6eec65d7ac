"""The fleet: every member sees every resource and whether it is free."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.orm import joinedload, load_only, selectinload

from booking.models import Block, Category, Closure, Inspection, Resource, ResourcePart, Site
from booking.periods import Period
from booking.queries.approval import owned_by
from booking.queries.numbers import check_number
from booking.rules.terms import Due
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor
from cooperation.queries import is_member


def get_resource(resource_id: int, actor: Actor) -> Resource:
    """Return a resource; of whoever is a member."""
    check_number(resource_id)
    query = select(Resource).where(Resource.id == resource_id, _sees_fleet(actor))
    found = db.session.scalar(query.options(selectinload(Resource.inspections), selectinload(Resource.parts).joinedload(ResourcePart.part)))
    if found is None:
        raise NotFound
    return found


def _sees_fleet(actor: Actor) -> ColumnElement[bool]:
    return true() if is_member(actor.municipality_id) else false()


def keys_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the short names of resources that stand in the way."""
    return {row.id: row.key for row in db.session.execute(select(Resource.id, Resource.key).where(Resource.id.in_(set(ids))))}


def wholes_of(part_ids: Iterable[int]) -> set[int]:
    """Return what contains one of these, directly or in another part."""
    found: set[int] = set()
    waiting = set(part_ids)
    while waiting:
        waiting = set(db.session.scalars(select(ResourcePart.whole_id).where(ResourcePart.part_id.in_(waiting)))) - found
        found |= waiting
    return found


def find_category(key: str) -> Category:
    """Return the category with this short name."""
    found = db.session.scalar(select(Category).where(Category.key == key)) if key.isprintable() else None
    if found is None:
        raise NotFound
    return found


_BRIEF = (
    load_only(Resource.name, Resource.owner_id, Resource.category_id, Resource.site_id),
    joinedload(Resource.owner).load_only(Organisation.municipality_id),
    joinedload(Resource.category).load_only(Category.name),
    joinedload(Resource.site).load_only(Site.name),
)


def resources(actor: Actor, *, category_id: int | None = None, own: bool = False, brief: bool = False) -> list[Resource]:
    """Return the resources in service, by category and name; of the own yard or brigade on demand; in brief with little more than their names."""
    query = select(Resource).join(Category, Category.id == Resource.category_id).where(Resource.retired_at.is_(None), _sees_fleet(actor))
    if category_id is not None:
        query = query.where(Resource.category_id == category_id)
    if own:
        query = query.where(Resource.owner_id.in_(owned_by(actor)))
    if brief:
        query = query.options(*_BRIEF)
    return list(db.session.scalars(query.order_by(Category.position, Category.name, Resource.name, Resource.id)).unique())


def categories() -> list[Category]:
    """Return the categories that have a resource in service."""
    used = select(Resource.category_id).where(Resource.retired_at.is_(None))
    return list(db.session.scalars(select(Category).where(Category.id.in_(used)).order_by(Category.position, Category.name)))


def all_categories() -> list[Category]:
    """Return every category."""
    return list(db.session.scalars(select(Category).order_by(Category.position, Category.name)))


def get_category(category_id: int) -> Category:
    """Return a category."""
    found = db.session.get(Category, category_id)
    if found is None:
        raise NotFound
    return found


def owners(actor: Actor) -> list[Organisation]:
    """Return the organisations for which the actor may keep devices."""
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(owned_by(actor))).order_by(Organisation.name)))


def due_inspections(resource_ids: Iterable[int], *, on: date) -> dict[int, list[Due]]:
    """Return the inspections that are due by a day, resource by resource."""
    query = select(Inspection).where(Inspection.resource_id.in_(list(resource_ids)), Inspection.next_on <= on).order_by(Inspection.next_on)
    found: dict[int, list[Due]] = {}
    for row in db.session.scalars(query):
        if row.next_on is not None:
            found.setdefault(row.resource_id, []).append(Due(name=row.name, valid_until=row.next_on))
    return found


def closures(resource_id: int, *, after: datetime) -> list[Closure]:
    """Return the closures of a resource that last or are to come."""
    of_block = select(Block.id).where(Block.closure_id == Closure.id).exists()  # an incident's or a defect's: ended where it was reported
    query = select(Closure).where(Closure.resource_id == resource_id, Closure.ends_at > after, Closure.lifted_at.is_(None), ~of_block)
    return list(db.session.scalars(query.order_by(Closure.starts_at)))


def why_closed(resource_id: int, period: Period) -> str | None:
    """Return why a device is closed in a period, as its page says it to everybody; none where it is not."""
    query = select(Closure.reason).where(Closure.resource_id == resource_id, Closure.lifted_at.is_(None))
    return db.session.scalar(query.where(Closure.starts_at < period.end, Closure.ends_at > period.start).order_by(Closure.starts_at).limit(1))
