"""Work out a formula of whole numbers whose result a file does not hold, as a proposal for the clerk."""

import re

SIMPLE = re.compile(r"=\s*(\d{1,6}(?:\s*[*+]\s*\d{1,6}){1,5})\s*")
COLOURS = re.compile(r"\b(\w{1,2}(?:\s*/\s*\w{1,2})+)\b")
EACH = re.compile(r"^\s*(?:je(?:weils)?|à|jeder?)\s+(\d+)", re.IGNORECASE)


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
    """Propose how a row that asks for so many of each is split, one „Artikel; Menge“ a line."""
    each, named = EACH.match(quantity), COLOURS.search(article)
    if not each:
        return ""
    if not named:
        return f"{article}; {each[1]}"
    kinds = [kind.strip() for kind in named[1].split("/")]
    return "\n".join(f"{article[: named.start()]}{kind}{article[named.end() :]}; {each[1]}" for kind in kinds)
