"""What marshmallow finds wrong with an input, in the reader's language."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext

from commons.words import Message, say

_NO_FIELD = frozenset({"json", "query", "_schema"})  # where webargs looked, and the whole body
_WORDS: dict[str, Message] = {
    "Missing data for required field.": say("Diese Angabe fehlt."),
    "Field may not be null.": say("Diese Angabe darf nicht leer sein."),
    "Not a valid string.": say("Bitte geben Sie einen Text an."),
    "Not a valid integer.": say("Bitte geben Sie eine ganze Zahl an."),
    "Not a valid number.": say("Bitte geben Sie eine Zahl an."),
    "Number too large.": say("Diese Zahl ist zu groß."),
    "Not a decimal.": say("Bitte geben Sie eine Zahl an, zum Beispiel „12“ oder „2.5“."),
    "Not a valid boolean.": say("Bitte geben Sie „true“ oder „false“ an."),
    "Not a valid list.": say("Bitte geben Sie eine Liste an."),
    "Not a valid date.": say("Bitte geben Sie einen Tag nach ISO 8601 an, zum Beispiel 2026-11-27."),
    "Invalid type.": say("Bitte geben Sie hier ein Objekt an."),
    "Invalid input type.": say("Bitte senden Sie ein JSON-Objekt."),
    "Unknown field.": say("Diese Angabe ist hier nicht bekannt."),
}
_PATTERNS: tuple[tuple[str, Callable[[str, str], Message]], ...] = (
    (r"Must be one of: (?P<least>.+)(?P<most>)\.", lambda choices, _: say("Möglich sind: %(choices)s.", choices=choices)),
    (
        r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.",
        lambda least, most: say("Die Länge muss zwischen %(least)s und %(most)s liegen.", least=least, most=most),
    ),
    (r"Longer than maximum length (?P<most>\d+)(?P<least>)\.", lambda _, most: say("Das ist zu lang; höchstens %(most)s sind möglich.", most=most)),
    (r"Shorter than minimum length (?P<least>\d+)(?P<most>)\.", lambda least, _: say("Das ist zu kurz; mindestens %(least)s sind nötig.", least=least)),
    (
        r"Must be greater than or equal to (?P<least>-?\d+) and less than or equal to (?P<most>-?\d+)\.",
        lambda least, most: say("Die Zahl muss zwischen %(least)s und %(most)s liegen.", least=least, most=most),
    ),
)


def told(faults: Any) -> Any:
    """Return the same faults, field by field, as sentences for the caller."""
    if isinstance(faults, Mapping):
        return {name: told(found) for name, found in faults.items()}
    if isinstance(faults, list):
        return [told(found) for found in faults]
    return message_for(str(faults)).said(gettext)


def sentences(errors: Any, path: str = "") -> Iterator[str]:
    """Yield each fault with the name of its field, as one reads it: „items[0].quantity“."""
    if isinstance(errors, Mapping):
        for name, found in errors.items():
            yield from sentences(found, path if name in _NO_FIELD and not path else _below(path, str(name)))
    elif isinstance(errors, list):
        yield from (f"„{path}“: {fault}" if path else str(fault) for fault in errors)


def _below(path: str, name: str) -> str:
    if name == "_schema":
        return path
    return f"{path}[{name}]" if name.isdecimal() else f"{path}.{name}".lstrip(".")


def message_for(fault: str) -> Message:
    """Return the sentence for a fault; what nobody has put into words yet is only called unreadable."""
    if fault in _WORDS:
        return _WORDS[fault]
    for pattern, sentence in _PATTERNS:
        if found := re.fullmatch(pattern, fault):
            return sentence(found["least"], found["most"])
    return say("Diese Angabe ist nicht lesbar.")
