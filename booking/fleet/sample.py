"""Load a fleet from rows, as shipped or as another association brings them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from booking.fleet.keeping import Registration, category_named, put_together, register
from booking.models import Approver, Category, Inspection, Kind, ReadinessClass, Resource
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import find_organisation
from commons.words import say

Cells = Mapping[str, str]


class RowUnknown(RuleBroken):
    """A row names an owner, a category or a device that does not exist."""

    def __init__(self, column: str, cell: str) -> None:
        super().__init__(say("„%(cell)s“ in Spalte „%(column)s“ ist unbekannt.", cell=cell, column=column))


def load_sample(resources: Iterable[Cells], *, categories: Iterable[Cells] = (), kits: Iterable[Cells] = ()) -> list[Resource]:
    """Enter categories, resources and kits that are not there yet; return the new ones."""
    for row in categories:
        category_named(row["key"], row["name_de"], int(row.get("position") or 0))
    known = set(db.session.scalars(select(Resource.key)))
    added = [register(_registration(row), by=None) for row in resources if row["key"] not in known]
    return added + load_kits(row for row in kits if row["key"] not in known)


def load_kits(rows: Iterable[Cells]) -> list[Resource]:
    """Enter kits and what they contain; a kit lives where its first part does and follows the rules of its parts' owner."""
    added = []
    for row in rows:
        parts = [_resource(key) for key in row["parts"].split("|")]
        first = parts[0]
        kit = register(_kit(row, first), by=None)
        put_together(kit.id, [(part.id, 1) for part in parts], by=None)
        added.append(kit)
    return added


def load_inspections(kinds: Iterable[Cells], dates: Iterable[Cells]) -> None:
    """Enter for each resource row's inspections when the last one was, counted back from today, and when the next is due."""
    known = {row["key"]: row for row in kinds}
    today = today_of(clock.now())
    for row in dates:
        kind = known[row["inspection"]]
        last = today - timedelta(days=int(row["days_ago"]))
        _enter_inspection(_resource(row["resource"]).id, kind, last)
    db.session.flush()


def _enter_inspection(resource_id: int, kind: Cells, last: date) -> None:
    if db.session.scalar(select(Inspection.id).where(Inspection.resource_id == resource_id, Inspection.key == kind["key"])):
        return
    months = int(kind["interval_months"]) if kind.get("interval_months") else None
    inspection = Inspection(resource_id=resource_id, key=kind["key"], name=kind["name_de"], basis=kind.get("basis", ""), interval_months=months)
    inspection.after_use, inspection.confirmed = kind.get("after_use") == "yes", kind.get("confirmed") == "yes"
    inspection.last_on = last
    inspection.next_on = _later(last, months) if months else None
    db.session.add(inspection)


def _later(day: date, months: int) -> date:
    """Add whole months; the last day of a short month stands for one that it lacks."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _registration(row: Cells) -> Registration:
    features = dict(_pair(part) for part in row["features"].split("|") if part)
    accessories = features.pop("Zubehör", "")
    return Registration(
        key=row["key"],
        name=row["name_de"],
        category_id=_category_id(row["category"]),
        site_name=row["site"],
        owner_id=_owner_id(row["owner"]),
        kind=Kind(row["kind"]),
        quantity=int(row["quantity"] or 1),
        readiness_class=ReadinessClass(row["class"]) if row["class"] else None,
        min_standby=int(row["min_standby"] or 0),
        features=features,
        accessories=tuple(name.strip() for name in accessories.split(",") if name.strip()),
        contact=row["contact"],
        key_place=row["key_place"],
        required_qualifications=tuple(part for part in row["required_qualifications"].split("|") if part),
        meter=row["meter"] or "none",
        tariff_text=row["tariff_text"],
        measure_number=_measure_number(row),
        notes=row["notes_de"],
        source=row["source"],
        confirmed=row["confirmed"] == "yes",
        buffer_before_min=int(row["buffer_before_min"] or 0),
        buffer_after_min=int(row["buffer_after_min"] or 0),
        approval_by=Approver(row["approval_by"]) if row["approval_by"] else None,
        request_blocks=row["request_blocks"] != "no",
    )


def _kit(row: Cells, first: Resource) -> Registration:
    return Registration(
        key=row["key"],
        name=row["name_de"],
        category_id=_category_id(row["category"]),
        site_name=first.site.name,
        owner_id=_owner_id(row["owner"]),
        kind=Kind.KIT,
        contact=first.contact,
        key_place=first.key_place,
        measure_number=_measure_number(row) if row.get("measure_number") else first.measure_number,
        source=row.get("source", ""),
        confirmed=row.get("confirmed") == "yes",
        approval_by=first.approval_by,
        request_blocks=first.request_blocks,
    )


def _measure_number(row: Cells) -> int:
    """Read to which measure a device belongs; every device does."""
    text = row.get("measure_number") or ""
    if not (text.isascii() and text.isdecimal()):
        raise RowUnknown("measure_number", text)
    return int(text)


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name, value


def _owner_id(key: str) -> int:
    owner = find_organisation(key)
    if owner is None:
        raise RowUnknown("owner", key)
    return owner.id


def _category_id(key: str) -> int:
    found = db.session.scalar(select(Category.id).where(Category.key == key))
    if found is None:
        raise RowUnknown("category", key)
    return found


def _resource(key: str) -> Resource:
    found = db.session.scalar(select(Resource).where(Resource.key == key))
    if found is None:
        raise RowUnknown("resource", key)
    return found
