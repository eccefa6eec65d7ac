"""Set a plain paper of the procedure as an accessible PDF (PDF/UA-1): facts, sections, tables."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

from procurement.exchange import accessible_pdf

SOURCE = Path(__file__).with_suffix(".typ")


@dataclass(frozen=True, kw_only=True)
class PaperTable:
    """A table; the columns whose number is in `numeric` are set to the right, `wide` takes the room that is left, or `widths` divides all of it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    wide: int = 0
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with paragraphs, points and tables below it."""

    title: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    tables: tuple[PaperTable, ...] = ()
    level: int = 2


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One paper with who made it, when, and the head of the journal at that time."""

    title: str
    kind: str
    author: str
    printed: str
    journal: str
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    signatures: tuple[str, ...] = ()
    is_flipped: bool = False
    notes: tuple[str, ...] = field(default=())
    points_high: str = "10.5"  # the size of its letters


def write(paper: Paper) -> bytes:
    """Return the paper as a tagged PDF with title and language."""
    return accessible_pdf.write(SOURCE, "paper", asdict(paper))
