"""Set the record of a procedure (Vergabevermerk) as an accessible PDF."""

from dataclasses import dataclass

from procurement.exchange import paper
from procurement.exchange.paper import Paper, PaperTable, Section


@dataclass(frozen=True, kw_only=True)
class RecordItem:
    """One item with what is told and what is missing."""

    title: str
    told: tuple[str, ...]
    gaps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RecordEntry:
    """One act of the journal."""

    at: str
    person: str
    act: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """The whole record as plain values."""

    title: str
    lead: str
    printed: str
    journal: str
    facts: tuple[tuple[str, str], ...]
    items: tuple[RecordItem, ...]
    chapters: tuple[RecordItem, ...]
    entries: tuple[RecordEntry, ...]


def write(record: Record) -> bytes:
    """Return the record as PDF: the twelve items, further chapters, all acts; gaps are printed too, so that nobody takes it for complete."""
    sections = [_section(item) for item in (*record.items, *record.chapters)]
    rows = tuple((entry.at, entry.person, entry.act) for entry in record.entries)
    table = PaperTable(head=("Wann", "Wer", "Was"), rows=rows, wide=2)
    sections.append(Section(title="Ablauf nach dem Protokoll", tables=(table,) if rows else ()))
    return paper.write(
        Paper(
            title=f"Vergabevermerk: {record.title}",
            kind="Dokumentation nach § 20 VOL/A, § 5 SächsVergabeG und § 8 VgV",
            author=record.lead,
            printed=record.printed,
            journal=record.journal,
            facts=record.facts,
            sections=tuple(sections),
        )
    )


def _section(item: RecordItem) -> Section:
    missing = tuple(f"Es fehlt noch: {gap}" for gap in item.gaps)
    return Section(title=item.title, points=(*item.told, *missing) or ("Keine Angabe.",))
