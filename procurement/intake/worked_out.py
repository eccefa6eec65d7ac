"""Work out a formula of whole numbers whose result a file does not hold, as a proposal for the clerk."""

import re

from procurement.rules.row_parts import proposed_parts

SIMPLE = re.compile(r"=\s*(\d{1,6}(?:\s*[*+]\s*\d{1,6}){1,5})\s*")


def worked_out(formula: str) -> str | None:
    """Return the result of sums and products of whole numbers, None for anything else."""
    found = SIMPLE.fullmatch(formula)
    if not found:
        return None
    total = 0
    for term in found[1].split("+"):
        product = 1
        for factor in term.split("*"):
            product *= int(factor)
        total += product
    return str(total)


def parts_of(article: str, quantity: str) -> str:
    """Propose how a row that asks for several articles is split, one „Artikel; Menge“ a line; a quantity nobody can know is left open."""
    return "\n".join(f"{part.text}; {part.quantity or ''}".rstrip() for part in proposed_parts(article, quantity))
