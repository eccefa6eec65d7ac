"""Lines that say „dito“: take the text of the line above and replace what the line says anew."""

import re

from procurement.rules.article_text import fold
from procurement.rules.attributes import attributes_of

DITTO = re.compile(
    r"^\s*(?:dito|ditto|dto\.?|do\.|desgl\.?|desgleichen|dasselbe|das gleiche|das selbe|dgl\.?|idem|s\. ?o\.|wie (?:vor|oben)|same(?: as above)?|\"|〃|″|,,|'')"
    r"(?:[\s,.:;–-]+|$)(?:(?:in|nur|jedoch|aber|als|but|with|wie oben,?|jedoch in|nur in)\s+)?(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
NUMBER = re.compile(r"(?<![\w,.])\d+(?:[.,]\d+)?(?![\w])")


def is_ditto(text: str) -> bool:
    """Tell whether a text points to the line above."""
    return DITTO.match(text) is not None


def resolved(text: str, above: str) -> str:
    """Return the full text of a line that points to the one above."""
    found = DITTO.match(text)
    rest = found["rest"].strip() if found else text
    if not rest:
        return above
    kept = _without(above, rest)
    return " ".join(f"{kept} {rest}".split())


def _without(above: str, rest: str) -> str:
    """Drop from the text above what the rest states differently."""
    said = fold(rest)
    kinds = {attribute.kind for attribute in attributes_of(said)}
    folded = fold(above)
    spans = [folded.span(attribute.start, attribute.end) for attribute in attributes_of(folded) if attribute.kind in kinds]
    if not kinds and NUMBER.search(rest):
        spans = [found.span() for found in list(NUMBER.finditer(above))[-1:]]
    for start, end in sorted(set(spans), reverse=True):
        above = above[:start] + above[end:]
    return re.sub(r"\s+([,;.])", r"\1", re.sub(r"[\s,;]+$", "", above))
