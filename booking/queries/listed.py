"""Resources as a list needs them: a row of plain facts, many times cheaper than the whole model."""

from typing import Any, NamedTuple, cast

from sqlalchemy import Table, bindparam, select

from booking.models import Bookers, Category, Kind, ReadinessClass, Resource, Site
from booking.queries.numbers import check_number
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor
from commons.prepared import Prepared
from cooperation.queries import ASKED_BY_MEMBER, asking

_resource, _owner, _site, _category = (cast(Table, model.__table__) for model in (Resource, Organisation, Site, Category))


class Listed(NamedTuple):
    """One resource."""

    id: int
    key: str
    name: str
    kind: Kind
    quantity: int
    category_id: int
    readiness_class: ReadinessClass | None
    bookers: Bookers
    owner_municipality_id: int
    notice_minutes: int
    advance_days: int | None
    longest_minutes: int | None
    site: str
    opening: dict[str, Any] | None


_ROWS = (
    select(
        *(_resource.c[name] for name in ("id", "key", "name", "kind", "quantity", "category_id", "readiness_class", "bookers")),
        _owner.c.municipality_id,
        *(_resource.c[name] for name in ("notice_minutes", "advance_days", "longest_minutes")),
        *(_site.c.name, _site.c.opening),
    )
    .join(_owner, _owner.c.id == _resource.c.owner_id)
    .join(_site, _site.c.id == _resource.c.site_id)
    .where(ASKED_BY_MEMBER)
)
_ONE = Prepared(_ROWS.where(_resource.c.id == bindparam("id")))
_OF_CATEGORY = Prepared(
    _ROWS.where(_resource.c.category_id == bindparam("category_id"), _resource.c.retired_at.is_(None)).order_by(_resource.c.name, _resource.c.id)
)
_ID = Prepared(select(_resource.c.id).where(_resource.c.key == bindparam("key"), _resource.c.retired_at.is_(None), ASKED_BY_MEMBER))


def get_listed(resource_id: int, actor: Actor) -> Listed:
    """Return the facts of a resource; of whoever is a member."""
    check_number(resource_id)
    row = _ONE.first({"id": resource_id, **asking(actor.municipality_id)})
    if row is None:
        raise NotFound
    return Listed(*row)


def listed_in(category_id: int, actor: Actor) -> list[Listed]:
    """Return the resources of a category that are in service, by name."""
    return [Listed(*row) for row in _OF_CATEGORY.all({"category_id": category_id, **asking(actor.municipality_id)})]


def id_of_key(key: str, actor: Actor) -> int:
    """Return the number of the resource in service with this short name."""
    row = _ID.first({"key": key, **asking(actor.municipality_id)}) if key.isprintable() else None
    if row is None:
        raise NotFound
    return int(row[0])
