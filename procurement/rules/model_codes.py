"""Codes that name a model: 59A, TN-2410, E27. Two codes of one series are never the same article."""

import functools
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from procurement.rules.article_text import Folded

WORD = re.compile(r"\d{1,3}(?=[a-z]{4,}(?![a-z0-9]))|[a-z0-9]*\d[a-z0-9]*(?:-[a-z0-9]*\d[a-z0-9]*)*|[a-z]+(?:\.(?=[a-z])[a-z]+)*\.?")
WHERE_IT_FITS = re.compile(r"(?:fuer|passend|kompatibel|geeignet|for|compatible with|laserjet|ecosys)\b.*$")
BARE = re.compile(r"(?<![a-z0-9,.])\d{3,}(?![a-z0-9]|,\d)")
GLUED = re.compile(r"(?<![a-z0-9.,/])(?:[a-z]{1,3}\d{1,4}[a-z]?|\d{1,4}[a-z])(?![a-z0-9]|-\d)")
HYPHENED = re.compile(r"(?<![a-z0-9-])([a-z]{1,3})-\d{1,5}(?:[a-z]| [a-fh-kn-su-z])(?![a-z0-9])")

LONG_NUMBER = re.compile(r"(?<![a-z0-9,.-])\d{2,}-\d{3,}-\d{2,}(?![a-z0-9-])")
SPACED = re.compile(r"(?<![a-z0-9-])([a-z]{1,3})[ -](\d{1,5}[a-z]?)(?![a-z0-9])")
COLOURS = {"k": "schwarz", "bk": "schwarz", "sw": "schwarz", "c": "cyan", "m": "magenta", "y": "gelb", "wh": "weiss", "ws": "weiss"}
LONG_CODE = 5
CONTENTS = set("glmt")
SHORT = re.compile(r"\d{1,4}[a-z]")


def codes_of(masked: str) -> list[str]:
    """Return model codes; those of the devices that something fits are left out where it has a code of its own."""
    own = _codes_in(WHERE_IT_FITS.sub("", masked))
    return own or _codes_in(masked)


def _codes_in(text: str) -> list[str]:
    mixed = [plain_code(found[0]) for found in WORD.finditer(text) if any(map(str.isdecimal, found[0])) and not found[0].isdecimal()]
    return [code for code in (*mixed, *BARE.findall(text)) if len(code) > 1]


def plain_code(word: str) -> str:
    """Write a code without hyphens, and „3000er“ as its number."""
    if not any(map(str.isdecimal, word)):
        return word
    bare = word.replace("-", "")
    return bare[:-2] if bare.endswith("er") and bare[:-2].isdecimal() else bare


def hyphened_codes(folded: Folded, known: AbstractSet[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of codes such as BP-5L that would be read as a measure; PE-120L begins with a word that people know."""
    for found in HYPHENED.finditer(folded.text):
        if found[1] not in known and folded.is_capital(found.start(1), found.end(1)):
            yield found.span()
    for found in LONG_NUMBER.finditer(folded.text):
        yield found.span()


def readable_as_codes(folded: Folded, known: AbstractSet[str]) -> Iterator[str]:
    """Yield what may be a measure or a code: 59A is a current on a fuse and a model on a cartridge."""
    for found in GLUED.finditer(folded.text):
        yield found[0]
    for found in SPACED.finditer(folded.text):
        if found[1] not in known and folded.is_capital(found.start(1), found.end(1)):
            yield found[1] + found[2]


@functools.lru_cache(maxsize=50_000)
def names_a_model(code: str) -> bool:
    """Tell whether a code is long and mixed enough to name one model."""
    letters = sum(map(str.isalpha, code))
    return len(code) >= LONG_CODE and letters >= 2 and len(code) - letters >= 2


def colour_added(code: str, other: str) -> str | None:
    """Return the colour that the other code adds in a letter: black, for TK-5240 and TK-5240K."""
    return COLOURS.get(other[len(code) :]) if len(code) >= LONG_CODE and other.startswith(code) else None


def differing(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield codes of one series with another number or another last letter: TN-2410 and TN-2420, 59X and 83X."""
    if not first or not second or (first[0] in second and second[0] in first):
        return
    yield from ((code, other) for code in first if code not in second for other in second if other not in first and _one_series(code, other))


def hidden(first: AbstractSet[str], second: AbstractSet[str], codes: AbstractSet[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield what one line writes as a code and the other as if it were a measure, 59X and 59A; a doubt, where both may be measures."""
    for one in first - second:
        for other in second - first:
            sure = len({one, other} & codes)
            if sure < 2 and (sure or one[-1] != other[-1]) and SHORT.fullmatch(one) and SHORT.fullmatch(other):
                doubtful = not sure and one[:-1] != other[:-1]
                if not (doubtful and {one[-1], other[-1]} & CONTENTS):
                    yield one, other, doubtful
            elif sure < 2 and one[:2].isalpha() and _one_series(one, other):
                yield one, other, not sure


def _one_series(code: str, other: str) -> bool:
    if code.isdecimal() and other.isdecimal():
        return len(code) == len(other)
    (head, rest), (other_head, other_rest) = _cut(code), _cut(other)
    return head == other_head and rest != other_rest and bool(rest and other_rest)


def _cut(code: str) -> tuple[str, str]:
    at = next((index for index, character in enumerate(code) if character.isdecimal()), len(code))
    return code[:at], code[at:]
