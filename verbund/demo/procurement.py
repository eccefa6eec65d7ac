"""The demo of procurement: four towns have sent their lists, three are bundled, one waits for approval, one list is left to try."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from commons.clock import today
from commons.database import db, write
from commons.municipalities import Organisation
from commons.people import Actor, Person, find_actor
from commons.shipped import FOLDER
from cooperation.models import Measure
from procurement import bundling, intake
from procurement.models import PurchaseRequest, Upload
from procurement.queries import uploads as queries

LISTS = FOLDER / "sample_lists"
MEASURE = 9
# What the brigades need is being asked right now.
ASKED = 41
MEDIA = {
    ".csv": "text/csv",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Say who sends and who approves a town's list, and what the clerk answers to its doubtful cells (column and row → choice, text)."""

    file: str
    organisation: str
    clerk: str
    approver: str | None
    account: str
    answers: dict[str, tuple[str, str]] = field(default_factory=dict)


SENDERS = (
    Sender(
        file="bernsdorf.xlsx",
        organisation="verwaltung-bernsdorf",
        clerk="anna.richter@bernsdorf.example",
        approver="bernd.schulze@bernsdorf.example",
        account="111300.443100",
        answers={"F123": ("value:36", "")},
    ),
    Sender(
        file="koenigsbrueck.xlsx",
        organisation="verwaltung-koenigsbrueck",
        clerk="kathrin.boehme@koenigsbrueck.example",
        approver="lutz.ziegenbalg@koenigsbrueck.example",
        account="111200.443100",
        answers={"C18": ("other", "Kyocera TK-5240 C; 2\nKyocera TK-5240 M; 2\nKyocera TK-5240 Y; 2"), "C25": ("skip", "")},
    ),
    Sender(
        file="laussnitz.csv",
        organisation="verwaltung-laussnitz",
        clerk="kathrin.boehme@koenigsbrueck.example",
        approver="lutz.ziegenbalg@koenigsbrueck.example",
        account="111300.443110",
        answers={"D56": ("value:1250", ""), "E101": ("other", "10 kg")},
    ),
    # Nobody has approved Neukirch's request yet: the mayor finds it waiting.
    Sender(
        file="neukirch.xlsx",
        organisation="verwaltung-neukirch",
        clerk="petra.haensel@neukirch.example",
        approver=None,
        account="111300.443100",
        answers={"B75": ("other", "3 Stück"), "D100": ("none", "")},
    ),
)
LEAD = ("martina.grafe@koenigsbrueck.example", "verwaltung-koenigsbrueck")


def load() -> None:
    """Send, settle, submit, approve and bundle as the towns would; nothing changes the second time."""
    if db.session.scalar(select(Upload.id).limit(1)) is not None:
        return
    measure_id = db.session.scalars(select(Measure.id).where(Measure.number == MEASURE)).one()
    approved = [request.id for sender in SENDERS if (request := _send(sender, measure_id)).approved_by_id is not None]
    lead, year = _actor(*LEAD), today().year + 1
    term = (date(year, 1, 1), date(year, 12, 31))
    bundle = write(
        bundling.open_bundle, f"Verbrauchsmaterial {year}", measure_id=measure_id, term=term, freeze_on=date(year, 1, 31), request_ids=approved, by=lead
    )
    bundling.match_bundle(bundle.id, by=lead)
    brigades_id = db.session.scalars(select(Measure.id).where(Measure.number == ASKED)).one()
    write(intake.open_round, f"Feuerwehrbedarf {year}", measure_id=brigades_id, year=year, closes_on=today() + timedelta(days=21), by=lead)


def _actor(mail: str, organisation: str) -> Actor:
    person_id = db.session.scalars(select(Person.id).where(Person.email == mail)).one()
    place_id = db.session.scalars(select(Organisation.id).where(Organisation.key == organisation)).one()
    actor = find_actor(person_id, place_id)
    if actor is None:
        raise LookupError(f"{mail} does not act for {organisation}")
    return actor


def _send(sender: Sender, measure_id: int) -> PurchaseRequest:
    clerk, file = _actor(sender.clerk, sender.organisation), LISTS / sender.file
    content, year = file.read_bytes(), today().year + 1
    taken = write(intake.take_in, file.name, media_type=MEDIA[file.suffix], content=content, measure_id=measure_id, year=year, by=clerk)
    _settle(intake.read_list(taken.id, by=clerk), sender, clerk)
    request = write(intake.take_over, taken.id, by=clerk)
    write(intake.set_budget_account, request.id, account=sender.account, by=clerk)
    request = write(intake.submit, request.id, by=clerk)
    if sender.approver is None:
        return request
    return write(intake.approve, request.id, version=request.version, by=_actor(sender.approver, sender.organisation))


def _settle(upload: Upload, sender: Sender, clerk: Actor) -> None:
    faults = queries.faults_of(upload)
    written: dict[str, str] = {}
    for fault in faults:
        whole = fault.field == intake.OF_LIST
        choice, text = (f"value:{clerk.municipality_name}", "") if whole else sender.answers[f"{fault.column}{fault.upload_row.row}"]
        written |= {f"choice-{fault.id}": choice, f"text-{fault.id}": text}
    write(intake.answer, upload.id, intake.answers_from(faults, written), by=clerk)
    intake.read_list(upload.id, by=clerk)
