"""Builders of procurement: make_x(**overrides) goes through the wing's own verbs."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from commons.database import db, write
from commons.people import Actor
from commons.permissions import Role
from commons.shipped import FOLDER
from cooperation.models import Measure, MeasureParticipation
from procurement import bundling, intake
from procurement.intake import NewLine
from procurement.models import Bundle, PurchaseRequest, Upload
from procurement.queries.uploads import faults_of
from tests.cooperation.builders import make_participation
from tests.world import TOWNS, World

LISTS = FOLDER / "sample_lists"
PAPER = ("Kopierpapier DIN A4, 80 g/m², weiß", "10", "Ries")
PAPER_ELSEWHERE = ("Druckerpapier A4 80g weiß", "5", "Karton à 5 Ries à 500 Blatt")
SALT = ("Streusalz, Sackware", "40", "Sack 25 kg")


def consumables() -> int:
    """Return the measure of joint consumables, in which all five towns take part."""
    measure = db.session.scalars(select(Measure).where(Measure.number == 9)).one()
    if db.session.scalar(select(MeasureParticipation.id).where(MeasureParticipation.measure_id == measure.id)) is None:
        for town in TOWNS:
            make_participation(measure, World().municipality_id(town))
    return measure.id


def line(text: str, quantity: str, unit: str, **overrides: Any) -> NewLine:
    """Return a line as a clerk writes it."""
    return intake.line_by_hand(**{"text": text, "quantity": quantity, "unit": unit, "price": "4,00", "budget_account": "111300.443100"} | overrides)


def make_request(*, town: str = "bernsdorf", lines: tuple[tuple[str, str, str], ...] = (PAPER,), **overrides: Any) -> PurchaseRequest:
    """Return a draft of a town's clerk."""
    clerk: Actor = overrides.pop("by", None) or World().actor(town, Role.CLERK)
    title = overrides.pop("title", f"Bedarf {town}")
    request = write(intake.begin_request, title, measure_id=consumables(), year=2027, by=clerk)
    for text, quantity, unit in lines:
        write(intake.add_line, request.id, line(text, quantity, unit, **overrides), by=clerk)
    return reloaded(request)


def make_submitted(**overrides: Any) -> PurchaseRequest:
    """Return a request that waits for approval."""
    clerk: Actor = overrides.get("by") or World().actor(overrides.get("town", "bernsdorf"), Role.CLERK)
    return write(intake.submit, make_request(**overrides).id, by=clerk)


def make_approved(**overrides: Any) -> PurchaseRequest:
    """Return a request approved by the town's budget holder."""
    request = make_submitted(**overrides)
    holder = World().actor(overrides.get("town", "bernsdorf"), Role.BUDGET_HOLDER)
    return write(intake.approve, request.id, version=request.version, by=holder)


def lead() -> Actor:
    """Return the procurement officer of the leading town."""
    return World().actor("koenigsbrueck", Role.PROCUREMENT_OFFICER)


def make_bundle(*requests: PurchaseRequest, **overrides: Any) -> Bundle:
    """Return a bundle that Königsbrück leads; by default paper and salt of two towns."""
    asked = requests or (make_approved(lines=(PAPER, SALT)), make_approved(town="ossling", lines=(PAPER_ELSEWHERE,)))
    values: dict[str, Any] = {"term": (date(2027, 1, 1), date(2027, 12, 31)), "freeze_on": None, "by": lead()} | overrides
    return write(bundling.open_bundle, "Verbrauchsmaterial 2027", measure_id=consumables(), request_ids=[request.id for request in asked], **values)


def make_upload(path: Path | None = None, *, by: Actor | None = None, content: bytes | None = None, name: str = "bedarf.csv", **overrides: Any) -> Upload:
    """Return a list that was taken in and read."""
    clerk = by or World().actor("bernsdorf", Role.CLERK)
    content = path.read_bytes() if path else content or b""
    values = {"media_type": "application/octet-stream", "measure_id": consumables(), "year": 2027} | overrides
    taken = write(intake.take_in, path.name if path else name, content=content, by=clerk, **values)
    return intake.read_list(taken.id, by=clerk)


def settle(upload: Upload, answers: dict[str, tuple[str, str]], *, by: Actor) -> Upload:
    """Answer the faults of a list by their cells: (choice, text)."""
    written: dict[str, str] = {}
    for fault in faults_of(upload):
        cell = f"{fault.column}{fault.upload_row.row}"
        if cell in answers:
            written |= {f"choice-{fault.id}": answers[cell][0], f"text-{fault.id}": answers[cell][1]}
    write(intake.answer, upload.id, intake.answers_from(faults_of(upload), written), by=by)
    return intake.read_list(upload.id, by=by)


def reloaded(row: Any) -> Any:
    """Return a row as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(type(row), row.id)
