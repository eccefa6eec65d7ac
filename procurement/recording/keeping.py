"""Add to the record, file it as PDF, and reckon until when it is kept."""

from dataclasses import dataclass
from datetime import date

from commons import clock, files, journal
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.rule_values import find_value
from commons.words import Message, say, shown
from procurement.exchange import record
from procurement.exchange.record import Record, RecordEntry, RecordItem
from procurement.models import RecordDocument, RecordNote, Tender
from procurement.queries.awards import find_decision, letters_of
from procurement.queries.tender_values import procedure_name
from procurement.queries.tenders import lock_tender
from procurement.recording.acts import name_of
from procurement.recording.chapters import Chapter, chapters_of
from procurement.recording.items import TELLERS, Item, items_of
from procurement.rules.procedure import Procedure
from procurement.telling import write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, LetterKind

KIND = "record"
BINDING = "binding"
CORRECTION = "correction"
OTHER_ITEMS: dict[str, Message] = {BINDING: say("Bindefrist"), CORRECTION: say("Berichtigung")}


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Until when a record is kept at least, and by which rows of the law; None where a value is missing."""

    until: date | None
    reason: Message


class NoteEmpty(RuleBroken):
    """A note says something, under an item that exists."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie auf, was in den Vergabevermerk gehört."), field="text")


def add_note(tender_id: int, item: str, text: str, *, by: Actor) -> RecordNote:
    """Add to the record; nothing that was written is changed, a correction is a further note."""
    tender = lock_tender(tender_id, by)
    if not by.may(Permission.TENDER_EDIT):
        raise NotAllowed
    known = {*(str(number) for number in range(1, len(TELLERS) + 1)), *OTHER_ITEMS}
    if not text.strip() or item not in known:
        raise NoteEmpty
    note = RecordNote(tender_id=tender.id, item=item, text=text.strip(), written_by_id=by.person_id)
    db.session.add(note)
    db.session.flush()
    write_down("record.noted", tender, by=by, after={"item": item, "text": text.strip()})
    return note


def file_record(tender_id: int, *, by: Actor) -> RecordDocument:
    """Keep the record as it stands now as a document of the file."""
    tender = lock_tender(tender_id, by)
    kept = files.store(f"vergabevermerk-{tender.id}.pdf", "application/pdf", record_of(tender), by=by)
    document = RecordDocument(tender_id=tender.id, kind=KIND, file_id=kept.id, made_by_id=by.person_id)
    db.session.add(document)
    db.session.flush()
    write_down(
        "record.filed",
        tender,
        by=by,
        after={"sha256": kept.sha256, "gaps": sum(len(item.gaps) for item in items_of(tender)) + sum(len(chapter.gaps) for chapter in chapters_of(tender))},
    )
    return document


def retention_of(tender: Tender) -> Retention:
    """Return until when the record is kept: the months of the law from the award, and to the end of the contract (§ 8 (4) VgV)."""
    decision = find_decision(tender)
    awarded = decision.confirmed_at if decision else None
    ended = awarded or tender.cancelled_at
    regime = "eu" if tender.procedure is Procedure.EU else tender.regime
    if ended is None:
        return Retention(until=None, reason=say("Die Frist beginnt mit dem Zuschlag oder der Aufhebung."))
    day = today_of(ended)
    value = find_value(regime, "retention_min_months", day)
    if value is None:
        return Retention(until=None, reason=say("Für den %(day)s ist kein Wert „%(key)s“ hinterlegt.", day=day, key="retention_min_months"))
    least = _months_later(day, int(value.number))
    until = max(least, tender.bundle.term_until) if awarded else least
    return Retention(
        until=until,
        reason=say(
            "Mindestens %(months)s Monate ab dem %(day)s und bis zum Ende des Vertrags (%(basis)s).",
            months=int(value.number),
            day=day,
            basis=value.legal_basis or "",
        ),
    )


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    last = (date(day.year + year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - date.resolution).day
    return date(day.year + year, month + 1, min(day.day, last))


def record_of(tender: Tender) -> bytes:
    """Return the record as PDF: the twelve items, and everything that the journal tells."""
    length, head = journal.head()
    retention = retention_of(tender)
    facts = (
        ("Verfahren", str(procedure_name(tender) or "noch nicht entschieden")),
        ("Stand", str(TENDER_STAGE_NAMES[tender.stage])),
        ("Aufbewahren bis", shown(retention.until) if retention.until else str(retention.reason)),
        ("Zuschlagsschreiben", _sent(tender)),
    )
    entries = tuple(
        RecordEntry(at=shown(entry.at), person=entry.person.name if entry.person else "Verbund", act=str(name_of(entry.act)))
        for entry in journal.entries_about("tender", tender.id)
    )
    return record.write(
        Record(
            title=tender.title,
            lead=tender.lead_municipality.name,
            printed=shown(today_of(clock.now())),
            journal=f"{length}, {head}",
            facts=facts,
            items=tuple(_item(item) for item in items_of(tender)),
            chapters=tuple(_chapter(chapter) for chapter in chapters_of(tender)),
            entries=entries,
        )
    )


def _chapter(chapter: Chapter) -> RecordItem:
    return RecordItem(title=str(chapter.title), told=tuple(map(str, chapter.told)), gaps=tuple(map(str, chapter.gaps)))


def _sent(tender: Tender) -> str:
    sent = [f"{letter.recipient}: {shown(letter.sent_on)}, {letter.channel}" for letter in letters_of(tender, LetterKind.AWARD) if letter.sent_on is not None]
    return "; ".join(sent) or "noch nicht versandt"


def _item(item: Item) -> RecordItem:
    notes = tuple(f"{note.text} ({note.written_by.name}, {shown(note.written_at)})" for note in item.notes)
    return RecordItem(title=f"{item.key}. {item.title}", told=(*map(str, item.told), *notes), gaps=tuple(map(str, item.gaps)))
