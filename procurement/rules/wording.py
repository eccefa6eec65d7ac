"""Say words and values as people write them in their lists, never as stems or codes."""

import functools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from commons.numbers import plain
from procurement.rules.article_text import LETTERS
from procurement.rules.features import Item
from procurement.rules.word_forms import PLAIN, UMLAUT

TOKEN = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
UNITS = {
    "volume": "l", "mass": "g", "thickness": "µm", "voltage": "V", "power": "W", "charge": "Ah", "storage": "GB", "light": "lm", "percent": "%",
    "current": "A", "kelvin": "K", "inch": "Zoll", "plies": "Lagen", "leaves": "Blatt", "degree": "°", "residual": "mA", "poles": "Pole", "parts": "Teile",
    "hours": "Stunden",
}  # fmt: skip
CAPITALS = {"format", "size", "shoe class", "mask class", "letter", "protection", "reflection", "hose", "type", "battery", "class"}
UMLAUTS = {"weiss": "weiß", "gruen": "grün", "tuerkis": "türkis", "getoent": "getönt", "fluessig": "flüssig", "gross": "groß", "glaenzend": "glänzend"}
UMLAUTS |= {"loesemittelhaltig": "lösemittelhaltig", "loesemittelfrei": "lösemittelfrei", "gefuettert": "gefüttert", "ungefuettert": "ungefüttert"}
UMLAUTS |= {"parfuemiert": "parfümiert", "gesuesst": "gesüßt"}
NOUNS = {"material", "glove", "consistency", "film", "readiness", "scent", "drive", "roll", "fibre"}
NOUN_NAMES = {"tabs": "Tabletten", "fluessig": "flüssig", "gebrauchsfertig": "gebrauchsfertig"}
MEASURES = {"mm", "cm", "m", "km", "g", "kg", "ml", "l"}
KILO = 1000
LONGEST_SHORT = 4  # USB, DPD and HDMI are written so
MOST_ENDING, MOST_WORDS = 3, 8


def words_written(stems: Iterable[str], items: Sequence[Item]) -> str:
    """Return the words of the lists that these stems come from, each once; of a compound only the part that is meant."""
    wanted = _telling(stems, items[0])
    written = [word if _uncovered(word, wanted) <= MOST_ENDING else _part(word, own) for own in wanted if (word := _written(own, wanted, items))]
    return ", ".join(_longest(written))


def _longest(words: Iterable[str]) -> list[str]:
    """Name each word once, and none that is only the beginning of another."""
    once = list(dict.fromkeys(words))
    return [word for word in once if not any(other != word and other.casefold().startswith(word.casefold()) for other in once)]


def whole_words(stems: Iterable[str], item: Item) -> str:
    """Return the words of one line that these stems come from, whole and each once."""
    wanted = _telling(stems, item)
    return ", ".join(_longest(word for own in wanted if (word := _written(own, wanted, [item])) and word not in MEASURES))


def _telling(stems: Iterable[str], item: Item) -> list[str]:
    """Keep the words that tell most; nobody reads sixty."""
    most = sorted((own for own in stems if ":" not in own), key=lambda own: (-item.words.get(own, 0.0), own))[:MOST_WORDS]
    return sorted(most)


@functools.lru_cache(maxsize=20_000)
def _tokens(text: str) -> tuple[tuple[str, str], ...]:
    whole = TOKEN.findall(text)
    parts = [part for token in whole if "-" in token for part in token.split("-") if len(part) > 1]
    return tuple((token, _folded(token)) for token in dict.fromkeys([*whole, *parts]))


def _written(own: str, wanted: Sequence[str], items: Sequence[Item]) -> str | None:
    """Find the word that holds a stem: said by itself rather than within another, written out, in small letters."""
    found = [token for item in items for token, folded in _tokens(item.text) if own in folded]
    if not found:
        return None
    best: str = min(found, key=lambda token: (_uncovered(token, wanted) > MOST_ENDING, "." in token, token.isupper(), len(token)))
    return best.capitalize() if best.isupper() and best.isalpha() and len(best) > LONGEST_SHORT else best


def _uncovered(token: str, wanted: Sequence[str]) -> int:
    """Count the letters of a word that no stem accounts for."""
    rest = _folded(token)
    for own in sorted(wanted, key=len, reverse=True):
        rest = rest.replace(own, "", 1)
    return len(rest)


def _part(word: str, own: str) -> str:
    """Cut out of a compound the part that a stem means, with dots for the rest."""
    folded = _folded(word)
    at = folded.find(own)
    if len(folded) != len(word) or at < 0:
        return word
    end = len(word) if len(word) - at - len(own) <= MOST_ENDING else at + len(own)
    return ("…" if at else "") + word[at:end] + ("…" if end < len(word) else "")


@functools.lru_cache(maxsize=50_000)
def _folded(token: str) -> str:
    lower = "".join(LETTERS.get(letter, letter) for letter in token.lower()).replace("-", "").replace(".", "")
    return str(UMLAUT.sub(lambda found: PLAIN[found[0]], lower)) if not any(map(str.isdecimal, lower)) else lower


def value_written(kind: str, value: str) -> str:
    """Write a value with its unit, such as „5 l“, „80 g“ or „50 mm“."""
    return " / ".join(_one_value(kind, part) for part in value.split(" / "))


def _one_value(kind: str, value: str) -> str:
    if kind in {"length", "sides"}:
        return " x ".join(re.sub(r"mm$", " mm", side).replace(".", ",") for side in re.split(r" ?x ?", value))
    if kind in UNITS and value and value[0].isdecimal():
        if kind == "mass" and Decimal(value) >= KILO:
            return f"{plain(Decimal(value) / KILO).replace('.', ',')} kg"
        return f"{value.replace('.', ',')} {UNITS[kind]}"
    if kind in CAPITALS:
        return value.upper()
    if kind == "mixture" and value.isdecimal():
        return ".".join(value)
    if kind in NOUNS:
        return NOUN_NAMES.get(value, value.capitalize())
    return UMLAUTS.get(value, value.replace(".", ",") if value and value[0].isdecimal() else value)
