"""Measures, classes and codes in the text of an article, as patterns from the most special to the most general."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

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


def _nominal(found: "re.Match[str]") -> Iterator[tuple[str, str]]:
    """Yield a nominal width twice: „DN 50“ is what others call a „50er“ pipe."""
    yield "nominal", plain_number(found[1])
    yield "length", plain_number(found[1])


# What must stand in a text for a pattern to be worth trying, the pattern, and what it makes of a find.
PATTERNS: tuple[tuple[str, str, Maker], ...] = (
    (
        "din|en|iso|vde|dguv|nf|astm",
        LEFT + r"(?:din|en|iso|vde|dguv|nf|astm)(?:[ -]?(?:din|en|iso|v|vde))*[ -]?(\d{2,6})(?:-\d+)?(?::\d{4})?" + RIGHT,
        _number("norm"),
    ),
    ("w", LEFT + r"(\d{1,2}) ?w ?-? ?(\d{2})" + RIGHT, lambda found: iter([("viscosity", f"{found[1]}w{found[2]}")])),
    ("rsm", LEFT + r"rsm ?(\d+(?:\.\d+)*)", _text("mixture")),
    ("-|+", LEFT + r"(?:npk ?)?(\d{1,2}[-+]\d{1,2}[-+]\d{1,2})(?![\d-])", _text("npk")),
    ("a|b|c|d", LEFT + r"([a-d])(?:[ -]?(?:druck)?schlauch(?:es|e)?)? ?-?(25|38|42|52|75|110)(?:-(5|10|15|20|30|35))?" + RIGHT, _hose),
    ("a|b|c", LEFT + r"(?:din ?)?([abc][0-7])(?![a-z0-9]|,\d)", _text("format")),
    ("dl|din lang|c6/5|c5/6", LEFT + r"(dl|din lang|c6/5|c5/6)" + RIGHT, lambda found: iter([("format", "c65" if "/" in found[0] else "dl")])),
    ("x", LEFT + rf"({NUMBER}) ?(mm|cm|m)? ?x ?({NUMBER}) ?(mm|cm|m)?(?: ?x ?({NUMBER}) ?(mm|cm|m)?)?(?![a-z0-9])", _sides),
    ("/", LEFT + rf"({NUMBER}) ?(mm|cm|m) ?/ ?({NUMBER}) ?(mm|cm|m)()()(?![a-z0-9])", _sides),
    ("1:|1 :", LEFT + r"1 ?: ?(\d+)" + RIGHT, _number("ratio")),
    ("s1|s2|s3|s4|s5|sb", LEFT + r"(s[1-5](?:ps|pl|p|l|s)?|sb)(?![a-z0-9])", _text("shoe class")),
    ("ffp", LEFT + r"(ffp ?[1-3])", _text("mask class")),
    ("kl|class", LEFT + r"(?:kl|klasse|class) ?\.? ?(\d|[a-f]|[ivx]+)" + RIGHT, _text("class")),
    ("typ", LEFT + r"typ ?\.? ?([ivx]+ ?-?[a-z]?|\d{1,3}[a-z]?|[a-z])" + RIGHT, _text("type")),
    (
        "hoeh|sh|breit|tief|laeng",
        LEFT + rf"(?:[a-z]*hoehe|sh|[a-z]*breite|[a-z]*tiefe|[a-z]*laenge) ?[=:]? ?({NUMBER})(?: ?(mm|cm|mtr|m))?" + RIGHT,
        _one_length,
    ),
    ("nr|nummer|no", LEFT + r"(?:nr|nummer|no)\.? ?(\d{1,2})" + RIGHT, _number("number")),
    ("h|std|stund", LEFT + rf"({NUMBER}) ?(?:h|std\.?|stunden?|hours?)" + RIGHT, _number("hours")),
    ("korn|koern", LEFT + r"(?:korn|koernung) ?(\d{2,4})" + RIGHT, _number("grit")),
    ("schleif", LEFT + r"[kp] ?(\d{2,4})" + RIGHT, _number("grit")),
    ("ral", LEFT + r"ral ?-?(\d{4})(?!\d)", _number("ral")),
    ("dn", LEFT + r"dn ?(\d{2,4})(?!\d)", _nominal),
    ("k", LEFT + r"(\d{4}) ?k(?:elvin)?(?![a-z0-9])", _number("kelvin")),
    ("ma", LEFT + rf"({NUMBER}) ?ma(?![a-z0-9])", _number("residual")),
    ("a", LEFT + rf"({NUMBER}) ?a(?:mpere)?(?![a-z0-9])", _number("current")),
    ("ip", LEFT + r"(ip ?\d\d)" + RIGHT, _text("protection")),
    ("ra", LEFT + r"(ra ?[123])" + RIGHT, _text("reflection")),
    ("gr|size", LEFT + r"(?:groessen?|gr|size)\.? ?(\d{1,2}(?:[.,]5)?|[2-6]?x{0,3}[sml])(?![a-z0-9])", _text("size")),
    ("v", LEFT + rf"({NUMBER}) ?(?:-)?(?:v|volt)" + RIGHT, _number("voltage")),
    ("w", LEFT + rf"({NUMBER}) ?(?:w|watt)" + RIGHT, _number("power")),
    ("ah", LEFT + rf"({NUMBER}) ?(?:m?ah)" + RIGHT, _number("charge")),
    ("lm|lumen", LEFT + rf"({NUMBER}) ?(?:lm|lumen)" + RIGHT, _number("light")),
    ("%|prozent|vol", LEFT + rf"({NUMBER}) ?(?:%|prozent|vol)", _number("percent")),
    ("gb", LEFT + r"(\d+) ?(?:gb|gbyte)" + RIGHT, _number("storage")),
    ("tb", LEFT + r"(\d+) ?(?:tb|tbyte)" + RIGHT, lambda found: iter([("storage", str(int(found[1]) * 1000))])),
    ("my|mic|mikron|um", LEFT + r"(\d+) ?(?:mym|my|mic|mikron|micron|um)" + RIGHT, _number("thickness")),
    ("°|grad", LEFT + r"(-?\d+) ?(?:°|grad) ?c?" + RIGHT, _number("degree")),
    ("-", r"(?<![a-z0-9])-(\d{2})(?![0-9,.-])(?= ?(?:°|grad|konzentrat|$))", _number("degree")),
    ("lag|lg|ply", LEFT + r"(\d|ein|zwei|drei|vier)[- ]?(?:lagig|lg|lag|lagen|ply)", _number("plies")),
    ("takt|t", LEFT + r"(\d|zwei|vier)[- ]?(?:takt|t(?=[- ]|$))", _number("strokes")),
    ("bl|sheet", LEFT + r"(\d+) ?(?:blatt|bl|sheets?)" + RIGHT, _number("leaves")),
    ("abr|tuech", LEFT + r"(\d+) ?(?:abrisse?|abr|tuecher)" + RIGHT, _number("wipes")),
    ("gl|tg", LEFT + r"(\d+) ?(?:treibglieder|glieder|tg)" + RIGHT, _number("links")),
    ("teil|tlg", LEFT + r"(\d+) ?-?(?:teilig|tlg|teile)" + RIGHT, _number("parts")),
    ("pol", LEFT + r"(\d+) ?-?(?:polig|pol)" + RIGHT, _number("poles")),
    ("port", LEFT + r"(\d+) ?(?:port|ports)" + RIGHT, _number("ports")),
    ("g|t", LEFT + rf"({NUMBER}) ?(kg|gramm|gr|g|mg|to|t)(?![a-z0-9])(?: ?/ ?(?:m2|qm))?", _scaled("mass", GRAMS)),
    ("l", LEFT + rf"({NUMBER}) ?(ml|cl|ltr|liter|litres|litre|lt|l)(?![a-z0-9])", _scaled("volume", LITRES)),
    ('"|zoll|inch', LEFT + r"(\d{1,2})/(\d{1,2}) ?(?:\"|zoll|inch)", _pair),
    ('"|zoll|inch', LEFT + rf"({NUMBER}) ?-? ?(?:\"|zoll|inch)" + RIGHT, _number("inch")),
    (".", r"(?<![a-z0-9,.])\.(\d{3})(?!\d)", _number("inch")),
    ("-|/", LEFT + rf"({NUMBER}) ?[-/] ?({NUMBER})(?![\d/]|-\d)", _pair),
    ("m", LEFT + rf"({NUMBER}) ?(mm|cm|dm|mtr|meter|m|km)(?![a-z0-9])", _one_length),
    ("d", LEFT + r"(?:durchmesser|d) ?(\d{2,4})" + RIGHT, lambda found: iter([("length", plain_number(found[1]))])),
    (".|,", LEFT + r"(\d+[.,]\d+)(?!\d)", lambda found: iter([("length", plain_number(found[1]))])),
    ("er", LEFT + r"(\d{1,3})(?:-)?er" + RIGHT, lambda found: iter([("length", plain_number(found[1]))])),
)
COMPILED = tuple((tuple(needs.split("|")), re.compile(pattern), make) for needs, pattern, make in PATTERNS)
