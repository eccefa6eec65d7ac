"""Set the comparison of bids as an accessible PDF, some bidders side by side a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.words import german_number
from procurement.exchange import paper
from procurement.exchange.comparison import ComparedBidder, ComparedCell, ComparedLot, ComparedSum, Comparison
from procurement.exchange.paper import Paper, PaperTable, Section

SIDE_BY_SIDE = 4
FIXED_WIDTHS = {1: (10,), 3: (2, 10, 5)}
PRICE_WIDTH = 7
BEST = " ★"


@dataclass(frozen=True, kw_only=True)
class Foot:
    """Who made the paper, when, and the head of the journal at that time."""

    author: str
    printed: str
    journal: str


def write(comparison: Comparison, foot: Foot) -> bytes:
    """Return the comparison as PDF; the lowest counted price carries a star."""
    sections = [_lot(lot) for lot in comparison.lots]
    sections.append(Section(title="Alle Lose", tables=_tables(comparison.bidders, [], comparison.sums)))
    return paper.write(
        Paper(
            title=f"Preisspiegel: {comparison.title}",
            kind="Wertung der Angebote",
            author=foot.author,
            printed=foot.printed,
            journal=foot.journal,
            facts=(("Vergleich", str(comparison.basis)), ("Stand", str(comparison.state)), ("Zeichen", "★ niedrigster gewerteter Preis")),
            sections=tuple(sections),
            is_flipped=True,
            notes=("Es gilt der Einheitspreis. Weicht der vom Bieter angegebene Gesamtpreis ab, steht er daneben; er ist nicht geändert.",),
        )
    )


def _lot(lot: ComparedLot) -> Section:
    title = f"{lot.name}: {lot.title}"
    if not lot.bidders:
        return Section(title=title, paragraphs=("Auf dieses Los ist kein Angebot eingegangen.",))
    rows = [((row.number, row.text, f"{german_number(row.quantity)} {row.unit}"), row.cells) for row in lot.rows]
    return Section(title=title, tables=_tables(lot.bidders, rows, lot.sums, fixed=("Pos.", "Bezeichnung", "Menge")))


def _tables(
    bidders: Sequence[ComparedBidder],
    rows: Sequence[tuple[tuple[str, ...], Sequence[ComparedCell]]],
    sums: Sequence[ComparedSum],
    fixed: tuple[str, ...] = ("Summe",),
) -> tuple[PaperTable, ...]:
    """Cut the columns into portions that fit on a page; every portion repeats the positions."""
    tables = []
    for start in range(0, len(bidders), SIDE_BY_SIDE):
        places = range(start, min(start + SIDE_BY_SIDE, len(bidders)))
        head = (*fixed, *(_headed(bidders[place]) for place in places))
        body = [(*texts, *(_priced(cells[place]) for place in places)) for texts, cells in rows]
        wide = min(len(fixed) - 1, 1)
        before, after = ("",) * wide, ("",) * (len(fixed) - wide - 1)
        body += [(*before, str(one.title), *after, *(_summed(one, place) for place in places)) for one in sums]
        widths = (*FIXED_WIDTHS[len(fixed)], *(PRICE_WIDTH for _place in places))
        tables.append(PaperTable(head=head, rows=tuple(body), numeric=tuple(range(len(fixed), len(head))), widths=widths))
    return tuple(tables)


def _headed(bidder: ComparedBidder) -> str:
    return f"{bidder.name} ({bidder.remark})" if bidder.remark else bidder.name


def _priced(cell: ComparedCell) -> str:
    if cell.unit_price is None:
        return "–"
    stated = f" (angegeben {_money(cell.stated_total)})" if cell.stated_total is not None else ""
    return f"{german_number(cell.unit_price)} € / {_money(cell.total)}{stated}{BEST if cell.is_best else ''}"


def _summed(one: ComparedSum, place: int) -> str:
    amount = one.amounts[place]
    return "–" if amount is None else f"{_money(amount)}{BEST if place in one.best else ''}"


def _money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"{german_number(amount, 2)} €"
