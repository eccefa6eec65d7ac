"""Ask where lists name the same loose goods in tonnes and in cubic metres: nobody guesses a density."""

import re
from collections import Counter
from collections.abc import Sequence

from commons.words import say
from procurement.rules.article_text import fold
from procurement.rules.demand import DemandLine, Fault, FaultKind, RowRef

LOOSE = {"KGM": "Tonnen", "MTQ": "Kubikmetern"}
WEIGHED_OR_MEASURED = {"TNE", "DTN", "KGM", "MTQ"}  # what is sold in sacks has its own article
WORD = re.compile(r"[a-z]{4,}")


def without_incomparable(groups: Sequence[Sequence[DemandLine]]) -> tuple[frozenset[RowRef], tuple[Fault, ...]]:
    """Return the lines whose dimension differs from most of their group, and the questions about them."""
    odd: set[RowRef] = set()
    faults = []
    for group in groups:
        counts = Counter(line.base_unit for line in group if line.base_unit in LOOSE)
        if len(counts) < 2:
            continue
        usual = max(counts, key=lambda base: (counts[base], base == "KGM"))
        for line in group:
            if line.base_unit in LOOSE and line.base_unit != usual and line.ref not in odd:
                odd.add(line.ref)
                faults.append(_fault(line, usual))
    return frozenset(odd), tuple(faults)


def by_first_word(lines: Sequence[DemandLine]) -> list[list[DemandLine]]:
    """Group lines of loose goods by the first word of the article."""
    groups: dict[str, list[DemandLine]] = {}
    for line in lines:
        word = WORD.search(fold(line.text).text)
        if line.base_unit in LOOSE and line.packs and line.packs[0][0] in WEIGHED_OR_MEASURED and word:
            groups.setdefault(word[0], []).append(line)
    return list(groups.values())


def _fault(line: DemandLine, usual: str) -> Fault:
    message = say(
        "Dieser Artikel wird sonst in %(usual)s gemeldet, hier in %(here)s. Ohne ein Verhältnis des Artikels ist das nicht vergleichbar. "
        "Bitte geben Sie die Menge in %(usual)s an.",
        usual=LOOSE[usual],
        here=LOOSE[line.base_unit],
    )
    return Fault(ref=line.ref, column=line.unit_column, kind=FaultKind.ASK, field="unit", message=message, text=line.full_text)
