"""What an article says of itself: format, weight, colour, size, norm, model. Two articles that say it differently are never the same."""

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.shipped import parts, rows
from procurement.rules.article_text import Folded

LEFT, RIGHT = r"(?<![a-z0-9,.])", r"(?![a-z0-9])"
NUMBER = r"\d+(?:[.,]\d+)?"
DIGIT_WORDS = {"ein": "1", "zwei": "2", "drei": "3", "vier": "4"}
GRAMS = {"mg": Decimal("0.001"), "g": Decimal(1), "gr": Decimal(1), "gramm": Decimal(1), "kg": Decimal(1000), "t": Decimal(1_000_000), "to": Decimal(1_000_000)}
LITRES = {
    "ml": Decimal("0.001"),
    "cl": Decimal("0.01"),
    "l": Decimal(1),
    "lt": Decimal(1),
    "ltr": Decimal(1),
    "liter": Decimal(1),
    "litre": Decimal(1),
    "litres": Decimal(1),
}
MILLIMETRES = {
    "mm": Decimal(1),
    "cm": Decimal(10),
    "dm": Decimal(100),
    "m": Decimal(1000),
    "mtr": Decimal(1000),
    "meter": Decimal(1000),
    "km": Decimal(1_000_000),
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """A statement of a kind with its value, and where the folded text makes it."""

    kind: str
    value: str
    start: int
    end: int
    is_word: bool = False  # the words say it within a compound that is compared as a word too


Maker = Callable[["re.Match[str]"], Iterator[tuple[str, str]]]


def plain_number(text: str) -> str:
    """Write a number of a text without comma and needless zeros."""
    value = Decimal(text.replace(",", "."))
    return f"{value.normalize():f}"


def _scaled(kind: str, factors: dict[str, Decimal]) -> Maker:
    def make(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
        yield kind, plain_number(str(Decimal(found[1].replace(",", ".")) * factors[found[2]]))

    return make


def _number(kind: str) -> Maker:
    def make(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
        value = found[1].lstrip("-") if found[1] else found[0]
        yield kind, DIGIT_WORDS.get(value) or plain_number(value)

    return make


def _text(kind: str) -> Maker:
    def make(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
        yield kind, re.sub(r"[ .-]", "", next((group for group in found.groups() if group), found[0]))

    return make


def _sides(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
    """Yield the sides of 76 x 76 mm, each and together; a side without a unit keeps its bare number."""
    units = {found[2], found[4], found[6]} - {None, ""}
    only = units.pop() if len(units) == 1 else None
    lengths = [_length(number, unit or only) for number, unit in ((found[1], found[2]), (found[3], found[4]), (found[5], found[6])) if number]
    yield "sides", "x".join(lengths)
    for length in lengths:
        yield "length", length


def _length(number: str, unit: str | None) -> str:
    if unit is None:
        return plain_number(number)
    return plain_number(str(Decimal(number.replace(",", ".")) * MILLIMETRES[unit])) + "mm"


def _one_length(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
    yield "length", _length(found[1], found[2])


def _hose(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
    yield "hose", found[1] + found[2]
    if found[3]:
        yield "length", _length(found[3], "m")


def _pair(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
    first, second = plain_number(found[1]), plain_number(found[2])
    yield "pair", f"{first}/{second}"


PATTERNS: tuple[tuple[str, Maker], ...] = (
    (LEFT + r"(?:din|en|iso|vde|dguv|nf|astm)(?:[ -]?(?:din|en|iso|v|vde))*[ -]?(\d{2,6})(?:-\d+)?(?::\d{4})?" + RIGHT, _number("norm")),
    (LEFT + r"(\d{1,2}) ?w ?-? ?(\d{2})" + RIGHT, lambda found: iter([("viscosity", f"{found[1]}w{found[2]}")])),
    (LEFT + r"rsm ?(\d+(?:\.\d+)*)", _text("mixture")),
    (LEFT + r"(?:npk ?)?(\d{1,2}[-+]\d{1,2}[-+]\d{1,2})(?![\d-])", _text("npk")),
    (LEFT + r"([a-d])(?:[ -]?(?:druck)?schlauch(?:es|e)?)? ?-?(25|38|42|52|75|110)(?:-(5|10|15|20|30|35))?" + RIGHT, _hose),
    (LEFT + r"(?:din ?)?([abc][0-7])(?![a-z0-9]|,\d)", _text("format")),
    (LEFT + r"(dl|din lang|c6/5|c5/6)" + RIGHT, lambda found: iter([("format", "c65" if "/" in found[0] else "dl")])),
    (LEFT + rf"({NUMBER}) ?(mm|cm|m)? ?x ?({NUMBER}) ?(mm|cm|m)?(?: ?x ?({NUMBER}) ?(mm|cm|m)?)?(?![a-z0-9])", _sides),
    (LEFT + rf"({NUMBER}) ?(mm|cm|m) ?/ ?({NUMBER}) ?(mm|cm|m)()()(?![a-z0-9])", _sides),
    (LEFT + r"1 ?: ?(\d+)" + RIGHT, _number("ratio")),
    (LEFT + r"(s[1-5](?:ps|pl|p|l|s)?|sb)(?![a-z0-9])", _text("shoe class")),
    (LEFT + r"(ffp ?[1-3])", _text("mask class")),
    (LEFT + r"(?:kl|klasse|class) ?\.? ?(\d|[a-f]|[ivx]+)" + RIGHT, _text("class")),
    (LEFT + r"typ ?\.? ?([ivx]+ ?-?[a-z]?|\d{1,3}[a-z]?|[a-z])" + RIGHT, _text("type")),
    (LEFT + r"(ip ?\d\d)" + RIGHT, _text("protection")),
    (LEFT + r"(ra ?[123])" + RIGHT, _text("reflection")),
    (LEFT + r"(?:groessen?|gr|size)\.? ?(\d{1,2}(?:[.,]5)?|[2-6]?x{0,3}[sml])(?![a-z0-9])", _text("size")),
    (LEFT + rf"({NUMBER}) ?(?:-)?(?:v|volt)" + RIGHT, _number("voltage")),
    (LEFT + rf"({NUMBER}) ?(?:w|watt)" + RIGHT, _number("power")),
    (LEFT + rf"({NUMBER}) ?(?:m?ah)" + RIGHT, _number("charge")),
    (LEFT + rf"({NUMBER}) ?(?:lm|lumen)" + RIGHT, _number("light")),
    (LEFT + rf"({NUMBER}) ?(?:%|prozent|vol)", _number("percent")),
    (LEFT + r"(\d+) ?(?:gb|gbyte)" + RIGHT, _number("storage")),
    (LEFT + r"(\d+) ?(?:tb|tbyte)" + RIGHT, lambda found: iter([("storage", str(int(found[1]) * 1000))])),
    (LEFT + r"(\d+) ?(?:mym|my|mic|mikron|micron|um)" + RIGHT, _number("thickness")),
    (LEFT + r"(-?\d+) ?(?:°|grad) ?c?" + RIGHT, _number("degree")),
    (r"(?<![a-z0-9])-(\d{2})(?![0-9,.-])(?= ?(?:°|grad|konzentrat|$))", _number("degree")),
    (LEFT + r"(\d|ein|zwei|drei|vier)[- ]?(?:lagig|lg|lag|lagen|ply)", _number("plies")),
    (LEFT + r"(\d|zwei|vier)[- ]?(?:takt|t(?=[- ]|$))", _number("strokes")),
    (LEFT + r"(\d+) ?(?:blatt|bl|sheets?)" + RIGHT, _number("leaves")),
    (LEFT + r"(\d+) ?(?:abrisse?|abr|tuecher)" + RIGHT, _number("wipes")),
    (LEFT + r"(\d+) ?(?:treibglieder|glieder|tg)" + RIGHT, _number("links")),
    (LEFT + r"(\d+) ?-?(?:teilig|tlg|teile)" + RIGHT, _number("parts")),
    (LEFT + r"(\d+) ?-?(?:polig|pol)" + RIGHT, _number("poles")),
    (LEFT + r"(\d+) ?(?:port|ports)" + RIGHT, _number("ports")),
    (LEFT + rf"({NUMBER}) ?(kg|gramm|gr|g|mg|to|t)(?![a-z0-9])(?: ?/ ?(?:m2|qm))?", _scaled("mass", GRAMS)),
    (LEFT + rf"({NUMBER}) ?(ml|cl|ltr|liter|litres|litre|lt|l)(?![a-z0-9])", _scaled("volume", LITRES)),
    (LEFT + r"(\d{1,2})/(\d{1,2}) ?(?:\"|zoll|inch)", _pair),
    (LEFT + rf"({NUMBER}) ?-? ?(?:\"|zoll|inch)" + RIGHT, _number("inch")),
    (r"(?<![a-z0-9,.])\.(\d{3})(?!\d)", _number("inch")),
    (LEFT + rf"({NUMBER}) ?[-/] ?({NUMBER})(?![\d/]|-\d)", _pair),
    (LEFT + rf"({NUMBER}) ?(mm|cm|dm|mtr|meter|m|km)(?![a-z0-9])", _one_length),
    (LEFT + r"(?:durchmesser|d) ?(\d{2,4})" + RIGHT, lambda found: iter([("length", plain_number(found[1]))])),
    (LEFT + r"(\d+[.,]\d+)(?!\d)", lambda found: iter([("length", plain_number(found[1]))])),
    (LEFT + r"(\d{1,3})(?:-)?er" + RIGHT, lambda found: iter([("length", plain_number(found[1]))])),
)
COMPILED = tuple((re.compile(pattern), make) for pattern, make in PATTERNS)
PAIR_UNIT = re.compile(r" ?(?:mm|cm)(?![a-z0-9])")
WITH = re.compile(r"(?<![a-z0-9])(mit|ohne|with|without) +([a-z]{3,})")


def attributes_of(folded: Folded, *, without: Sequence[tuple[int, int]] = ()) -> list[Attribute]:
    """Return the statements of a folded text; parts of the original in `without` tell the pack and are left out."""
    found: list[Attribute] = []
    text = _masked(folded, without)
    for pattern, make in COMPILED:
        for match in list(pattern.finditer(text)):
            found.extend(Attribute(kind, value, match.start(), match.end()) for kind, value in make(match))
            text = text[: match.start()] + "~" * (match.end() - match.start()) + text[match.end() :]
    found.extend(_words(folded.text))
    found.extend(_with_or_without(folded.text))
    found.extend(_letter_sizes(folded, text))
    return found


def _masked(folded: Folded, without: Sequence[tuple[int, int]]) -> str:
    if not without:
        return folded.text
    return "".join("~" if any(start <= origin < end for start, end in without) else letter for letter, origin in zip(folded.text, folded.origin, strict=True))


@functools.cache
def _word_table() -> tuple[dict[str, tuple[str, str]], re.Pattern[str]]:
    table = {word: (row["kind"], row["value"]) for row in rows("attribute_words.csv") for word in parts(row["words"])}
    table.update({word[1:]: table.pop(word) for word in list(table) if word.startswith("+")})
    words = sorted(table, key=len, reverse=True)
    return table, re.compile(rf"(?<![a-z0-9])(?:{'|'.join(re.escape(word).replace(chr(92) + ' ', ' +') for word in words)})(?![a-z0-9])")


@functools.cache
def _compounds() -> frozenset[str]:
    return frozenset(word[1:] for row in rows("attribute_words.csv") for word in parts(row["words"]) if word.startswith("+"))


def _words(text: str) -> Iterator[Attribute]:
    table, pattern = _word_table()
    plain = re.sub(r"[^a-z0-9]", " ", text)
    for found in pattern.finditer(plain):
        kind, value = table[" ".join(found[0].split())]
        if kind:
            yield Attribute(kind, value, found.start(), found.end(), found[0] in _compounds())


def _with_or_without(text: str) -> Iterator[Attribute]:
    for found in WITH.finditer(text):
        yield Attribute(f"with {found[2][:5]}", "yes" if found[1] in {"mit", "with"} else "no", found.start(), found.end())


LETTER_SIZE = re.compile(r"(?<![a-z0-9.~])(xxs|xs|s|m|l|xl|xxl|xxxl|[2-6]xl)(?![a-z0-9.~])")
LETTER = re.compile(r"(?<![a-z0-9.~/])([abcdefk])(?![a-z0-9.~/]|-[a-z])")


def _letter_sizes(folded: Folded, text: str) -> Iterator[Attribute]:
    for found in LETTER_SIZE.finditer(text):
        if folded.is_capital(found.start(), found.end()) and not text[: found.start()].rstrip().endswith(tuple("0123456789~")):
            yield Attribute("size", found[0], found.start(), found.end())
    for found in LETTER.finditer(text):
        if folded.is_capital(found.start(), found.end()):
            yield Attribute("letter", found[0], found.start(), found.end())
