"""What hangs on a measure: the wings tell it, the measure does not know them."""

from collections.abc import Mapping

from sqlalchemy import select

from commons import clock
from commons.database import db
from commons.errors import NotFound
from commons.permissions import Permission
from cooperation.models import Measure, MeasureLink


def attach(
    measure_id: int, kind: str, subject_id: int, title: str, endpoint: str, values: Mapping[str, object], *, permission: Permission | None = None
) -> MeasureLink:
    """Hang a thing on a measure, or move and rename what hangs already; `permission` is what one needs to see the link."""
    if db.session.get(Measure, measure_id) is None:
        raise NotFound
    link = find_link(kind, subject_id)
    if link is None:
        link = MeasureLink(kind=kind, subject_id=subject_id, attached_at=clock.now())
        db.session.add(link)
    link.measure_id, link.title, link.endpoint, link.values = measure_id, title, endpoint, dict(values)
    link.permission = permission.value if permission else None
    db.session.flush()
    return link


def detach(kind: str, subject_id: int) -> None:
    """Take a thing off its measure; one that hangs on none is left alone."""
    link = find_link(kind, subject_id)
    if link is not None:
        db.session.delete(link)
        db.session.flush()


def find_link(kind: str, subject_id: int) -> MeasureLink | None:
    """Return the link of a thing to its measure, if it hangs on one."""
    return db.session.scalar(select(MeasureLink).where(MeasureLink.kind == kind, MeasureLink.subject_id == subject_id))


def measure_of(kind: str, subject_id: int) -> Measure | None:
    """Return the measure that a thing hangs on, if any."""
    link = find_link(kind, subject_id)
    return link.measure if link else None
