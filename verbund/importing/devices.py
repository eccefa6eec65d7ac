"""Devices from Excel: one row a device or pool, in the columns of the shipped sample."""

from collections.abc import Sequence

from sqlalchemy import select

from booking import fleet
from booking.models import Approver, Category, Kind, ReadinessClass
from commons import sheets
from commons.database import db
from commons.errors import RuleBroken
from commons.municipalities import organisations_of
from commons.people import Actor
from commons.permissions import ROLE_NAMES, Permission, Role
from commons.sheets import Column, SheetRow
from verbund.importing.work import UNKNOWN_CHOICE, Import, Imported, import_by

KINDS = {"einzelgerät": Kind.SINGLE, "pool": Kind.POOL, **{kind.value: kind for kind in (Kind.SINGLE, Kind.POOL)}}
YES_NO = {"": True, "ja": True, "nein": False, "yes": True, "no": False}
METERS = {"": "none", "ohne": "none", "none": "none", "betriebsstunden": "h", "h": "h", "kilometer": "km", "km": "km"}
APPROVERS: dict[str, Approver | None] = {
    "": None,
    "ohne genehmigung": None,
    "verwaltung": Approver.ADMINISTRATION,
    **{str(ROLE_NAMES[Role(member.value)]).casefold(): member for member in Approver if member.value in set(Role)},
    **{member.value: member for member in Approver},
}
CLASSES: dict[str, ReadinessClass | None] = {"": None, **{member.value.casefold(): member for member in ReadinessClass}}

DEVICES = (
    Column(key="key", title="Kennung", needed=True),
    Column(key="name_de", title="Bezeichnung", needed=True, width=36),
    Column(key="category", title="Kategorie", needed=True, width=24),
    Column(key="owner", title="Eigentümer", needed=True, width=28),
    Column(key="kind", title="Art", needed=True, choices=("Einzelgerät", "Pool")),
    Column(key="quantity", title="Anzahl"),
    Column(key="class", title="Klasse", choices=("A", "B", "C")),
    Column(key="min_standby", title="Mindestbestand"),
    Column(key="site", title="Standort", needed=True, width=28),
    Column(key="features", title="Merkmale", width=40),
    Column(key="contact", title="Ansprechstelle", width=28),
    Column(key="key_place", title="Schlüssel", width=28),
    Column(key="required_qualifications", title="Befähigungen", width=28),
    Column(key="buffer_before_min", title="Puffer vorher (Minuten)"),
    Column(key="buffer_after_min", title="Puffer nachher (Minuten)"),
    Column(key="meter", title="Zähler", choices=("ohne", "Betriebsstunden", "Kilometer")),
    Column(key="tariff_text", title="Tarif", width=40),
    Column(
        key="approval_by",
        title="Genehmigung durch",
        choices=("ohne Genehmigung", "Verwaltung", "Bauhofleitung", "Ortswehrleitung", "Gemeindewehrleitung", "Gerätewart"),
    ),
    Column(key="request_blocks", title="Anfrage hält die Zeit", choices=("ja", "nein")),
    Column(key="measure_number", title="Maßnahme", needed=True),
    Column(key="notes_de", title="Hinweise", width=40),
)


def devices_template(by: Actor) -> bytes:
    """Return the workbook to fill in with devices; its drop-downs hold the categories and the own organisations."""
    offered = {
        "category": tuple(db.session.scalars(select(Category.name).order_by(Category.position, Category.name))),
        "owner": tuple(place.name for place in organisations_of(by.municipality_id)),
    }
    columns = [Column(key=c.key, title=c.title, needed=c.needed, choices=offered.get(c.key, c.choices), width=c.width) for c in DEVICES]
    return sheets.template("Geräte", columns)


def import_devices(content: bytes, *, by: Sequence[Actor]) -> Imported:
    """Register the devices of a sheet for their owners."""
    work = import_by(by, Permission.RESOURCE_MANAGE)
    rows = sheets.read(content, DEVICES)
    for row in rows:
        _import_device(row, work)
    work.refuse_if_faulty()
    return Imported(added=len(rows))


def _import_device(row: SheetRow, work: Import) -> None:
    if not work.needed(row, DEVICES):
        return
    before = len(work.faults)
    owner = work.place(row, "owner")
    registration = _registration(row, work, owner_id=owner[0].id if owner else 0)
    if len(work.faults) == before and owner is not None and registration is not None:
        try:
            fleet.register(registration, by=owner[1])
        except RuleBroken as broken:
            work.refused(row, broken, "key")


def _registration(row: SheetRow, work: Import, *, owner_id: int) -> fleet.Registration | None:
    category = db.session.scalar(select(Category).where((Category.key == row.text("category")) | (Category.name == row.text("category"))))
    if category is None:
        work.note(row, "category", UNKNOWN_CHOICE)
    kind, blocks = work.one_of(row, "kind", KINDS), work.one_of(row, "request_blocks", YES_NO)
    meter, readiness, approver = work.one_of(row, "meter", METERS), work.one_of(row, "class", CLASSES), work.one_of(row, "approval_by", APPROVERS)
    registration = fleet.Registration(
        key=row.text("key"),
        name=row.text("name_de"),
        category_id=category.id if category else 0,
        site_name=row.text("site"),
        owner_id=owner_id,
        kind=kind or Kind.SINGLE,
        quantity=work.number(row, "quantity", 1),
        readiness_class=readiness,
        min_standby=work.number(row, "min_standby", 0),
        features=_features(row.text("features")),
        contact=row.text("contact"),
        key_place=row.text("key_place"),
        required_qualifications=tuple(part.strip() for part in row.text("required_qualifications").split("|") if part.strip()),
        meter=meter or "none",
        tariff_text=row.text("tariff_text"),
        measure_number=work.number(row, "measure_number", 0),
        notes=row.text("notes_de"),
        buffer_before_min=work.number(row, "buffer_before_min", 0),
        buffer_after_min=work.number(row, "buffer_after_min", 0),
        approval_by=approver,
        request_blocks=blocks is not False,
    )
    return registration if category and kind else None


def _features(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split("|") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}
