"""Why two lines cannot be the same article: both state something, and state it differently."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.words import Message, say
from procurement.rules.features import Item
from procurement.rules.model_codes import colour_added, differing, hidden, names_a_model
from procurement.rules.word_forms import stem

NAMES: dict[str, Message] = {
    "format": say("Format"), "mass": say("Gewicht"), "volume": say("Volumen"), "colour": say("Farbe"),
    "glove": say("Material"), "material": say("Material"), "film": say("Folie"), "ruling": say("Lineatur"),
    "closure": say("Verschluss"), "punched": say("Lochung"), "opening": say("Öffnung"), "supply": say("Lieferart"),
    "readiness": say("Zubereitung"), "acidity": say("Säuregrad"), "side": say("Seite"), "origin": say("Original oder Nachbau"),
    "fibre": say("Papierart"), "powder": say("Puder"), "battery": say("Bauform"), "solvent": say("Bindemittel"),
    "duration": say("Ein- oder Mehrweg"), "tip": say("Spitze"), "season": say("Jahreszeit"), "size": say("Größe"),
    "norm": say("Norm"), "viscosity": say("Viskosität"), "mixture": say("Mischung"), "hose": say("Schlauchgröße"),
    "shoe class": say("Schutzstufe"), "mask class": say("Schutzstufe"), "class": say("Klasse"), "type": say("Typ"),
    "protection": say("Schutzart"), "reflection": say("Reflexionsklasse"), "voltage": say("Spannung"), "power": say("Leistung"),
    "charge": say("Kapazität"), "light": say("Lichtstrom"), "percent": say("Anteil"), "storage": say("Speicher"),
    "thickness": say("Stärke"), "degree": say("Grad"), "plies": say("Lagen"), "strokes": say("Takt"),
    "leaves": say("Blattzahl"), "wipes": say("Abrisse"), "links": say("Glieder"), "parts": say("Teile"),
    "poles": say("Polzahl"), "ports": say("Anschlüsse"), "length": say("Maß"), "sides": say("Maß"),
    "inch": say("Zollmaß"), "pair": say("Maßzahl"), "ratio": say("Verhältnis"), "npk": say("Nährstoffe"),
    "letter": say("Buchstabe"), "roll": say("Rollenart"), "head": say("Gegenstand"), "grit": say("Körnung"),
    "width": say("Breite"), "bigness": say("Größe"), "consistency": say("Form"), "lining": say("Futter"),
    "fizz": say("Kohlensäure"), "scent": say("Duft"), "sugar": say("Zucker"), "ral": say("Farbton"),
    "nominal": say("Nennweite"), "current": say("Stromstärke"), "kelvin": say("Lichtfarbe"), "gloss": say("Glanz"),
    "mounting": say("Einbau"), "drive": say("Antrieb"), "gender": say("Passform"), "sleeve": say("Ärmel"),
    "roast": say("Koffein"), "code": say("Modell"), "number": say("Nummer"), "hours": say("Dauer"),
    "farming": say("Anbau"), "residual": say("Fehlerstrom"),
}  # fmt: skip
MARKED = {("fibre", "recycling"), ("roll", "jumbo"), ("origin", "kompatibel"), ("roast", "entkoffeiniert"), ("gender", "kinder")}
DOUBTED = {("readiness", "konzentrat"), ("lining", "gefuettert"), ("season", "winter"), ("farming", "bio"), ("duration", "mehrweg")}
MARKED_KINDS = {kind for kind, _ in MARKED | DOUBTED}
SCALED = {"mass", "volume"}
SAME_ASPECT = 6


@dataclass(frozen=True, slots=True)
class Conflict:
    """A statement on which two lines differ."""

    kind: str
    first: str
    second: str
    is_doubt: bool = False  # one may only say less than the other: never joined at once, but a person may look


def conflicts(first: Item, second: Item) -> Iterator[Conflict]:
    """Yield what both state differently, and what one states that is never understood by itself."""
    for kind, values in first.statements.items():
        others = second.statements.get(kind)
        if others is None:
            if kind in MARKED_KINDS:
                yield from _marked(kind, values, second, unsaid=False)
        elif kind == "length" and _sides_agree(first, second):
            continue
        elif not values & others and _differ(kind, values, others):
            yield Conflict(kind, " / ".join(sorted(values)), " / ".join(sorted(others)))
        elif kind == "length" and not (values <= others or others <= values) and _lengths_differ(values, others):
            yield Conflict(kind, " x ".join(sorted(values)), " x ".join(sorted(others)))
    for kind in MARKED_KINDS & second.statements.keys() - first.statements.keys():
        yield from _marked(kind, second.statements[kind], first, unsaid=True)
    if first.may_be_codes and second.may_be_codes:
        yield from _code_conflicts(first, second)
    if (
        not _share_code(first, second)
        and first.heads
        and second.heads
        and not first.heads & (second.words.keys() - second.modifiers)
        and not second.heads & (first.words.keys() - first.modifiers)
        and (first.heads & second.modifiers or second.heads & first.modifiers)
    ):
        yield Conflict("head", ", ".join(sorted(first.heads)), ", ".join(sorted(second.heads)), is_doubt=True)


def _share_code(first: Item, second: Item) -> bool:
    return any(not code.isdecimal() for code in first.codes if code in second.codes)


def _marked(kind: str, values: frozenset[str], silent: Item, *, unsaid: bool) -> Iterator[Conflict]:
    """Name what is never understood by itself, unless a part of a compound says it: Kinderstuhl and Stuhl für Kinder."""
    for value in values:
        if (kind, value) in MARKED | DOUBTED and stem(value) not in silent.words:
            yield Conflict(kind, "–" if unsaid else value, value if unsaid else "–", is_doubt=(kind, value) in DOUBTED)


def _differ(kind: str, values: frozenset[str], others: frozenset[str]) -> bool:
    if kind == "length":
        return _lengths_differ(values, others)
    if kind == "sides":
        return not any(_same_sides(value, other) for value in values for other in others)
    if kind in SCALED:
        return any(_near(Decimal(value), Decimal(other)) for value in values for other in others)
    if kind == "size":
        return any(value[0].isdecimal() == other[0].isdecimal() for value in values for other in others)
    return True


def _sides_agree(first: Item, second: Item) -> bool:
    """Tell whether both state all their measures as sides, and the same ones."""
    mine, others = first.statements.get("sides"), second.statements.get("sides")
    return bool(mine and others and any(_same_sides(value, other) for value in mine for other in others)) and all(
        set("x".join(item.statements["sides"]).split("x")) >= item.statements["length"] for item in (first, second)
    )


@functools.lru_cache(maxsize=100_000)
def _same_sides(value: str, other: str) -> bool:
    first, second = value.split("x"), other.split("x")
    if len(first) != len(second):  # one of them leaves out the height
        few, many = sorted((first, second), key=len)
        if _bare(few) and _bare(many) and any(_within(few, many, factor) for factor in (Decimal(10), Decimal("0.1"))):
            return True
        return all(any(_same_length(side, wide) for wide in many) for side in few)
    if any(all(_same_length(a, b) for a, b in zip(first, order, strict=True)) for order in (second, second[::-1])):
        return True
    return _bare(first) and _bare(second) and _sizes(first, 10) in {_sizes(second, 1), _sizes(second, 100)}


def _within(few: Sequence[str], many: Sequence[str], factor: Decimal) -> bool:
    """Tell whether all bare sides of the one stand among those of the other, which is written in another unit."""
    return {Decimal(side) * factor for side in few} <= {Decimal(side) for side in many}


def _bare(sides: Iterable[str]) -> bool:
    return not any(side.endswith("mm") for side in sides)


def _sizes(sides: Iterable[str], factor: int) -> tuple[Decimal, ...]:
    """Return bare sides in order; one list may count in centimetres where the other counts in millimetres."""
    return tuple(sorted(Decimal(side) * factor for side in sides))


@functools.lru_cache(maxsize=100_000)
def _near(value: Decimal, other: Decimal) -> bool:
    """Tell whether two measures may be the same aspect of a thing; the width and the length of a band are not."""
    small, large = sorted((value, other))
    return small > 0 and large / small <= SAME_ASPECT


@functools.lru_cache(maxsize=100_000)
def _lengths_differ(values: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether a measure of the one has no equal among those of the other, though it may be the same aspect."""
    if _bare(values | others) and _sizes(values, 10) in {_sizes(others, 1), _sizes(others, 100)}:
        return False
    left = [value for value in values if not any(_same_length(value, other) for other in others)]
    right = [other for other in others if not any(_same_length(other, value) for value in values)]
    return any(_may_be_one_aspect(value, other) for value in left for other in right)


def _may_be_one_aspect(value: str, other: str) -> bool:
    """Tell whether two measures may be the same aspect; a bare number beside a length is millimetres or centimetres."""
    mine, others = _comparable(value, other)
    if value.endswith("mm") == other.endswith("mm"):
        return _near(mine, others)
    scaled = (mine, others * 10) if value.endswith("mm") else (mine * 10, others)
    return _near(mine, others) or _near(*scaled)


def _same_length(value: str, other: str) -> bool:
    first, second = _comparable(value, other)
    return first == second


def _comparable(value: str, other: str) -> tuple[Decimal, Decimal]:
    """Bring two measures to millimetres; a bare number takes the unit that the other was said in."""
    if value.endswith("mm") == other.endswith("mm"):
        return Decimal(value.removesuffix("mm")), Decimal(other.removesuffix("mm"))
    bare, said = (other, value) if value.endswith("mm") else (value, other)
    number, length = Decimal(bare), Decimal(said.removesuffix("mm"))
    fitting = next((factor for factor in (1, 10, 1000) if number * factor == length), 1)
    scaled = number * fitting
    return (length, scaled) if value.endswith("mm") else (scaled, length)


def _code_conflicts(first: Item, second: Item) -> Iterator[Conflict]:
    """Name the first codes that part two lines; a code that only says more is a doubt, and a shared model outweighs short codes beside it."""
    if says_colour_in_code(first, second):
        return
    one_model = share_model(first, second)
    for code, other in differing(first.codes, second.codes):
        if not one_model or (names_a_model(code) and names_a_model(other)):
            less = code.startswith(other) or other.startswith(code)
            yield Conflict("code", code.upper(), other.upper(), is_doubt=less and not _colours_added(first, second))
            return
    if not one_model:
        for code, other, is_doubt in hidden(first.may_be_codes, second.may_be_codes, {*first.codes, *second.codes}):
            yield Conflict("code", code.upper(), other.upper(), is_doubt=is_doubt)


def share_model(first: Item, second: Item) -> bool:
    """Tell whether both name the same model by a long code."""
    return bool(first.codes and second.codes) and any(code in second.codes and names_a_model(code) for code in first.codes)


def says_colour_in_code(first: Item, second: Item) -> bool:
    """Tell whether one line says by a letter of its code the colour that the other says in words."""
    return any(colour in told for colour, told in _colours_added(first, second))


def _colours_added(first: Item, second: Item) -> list[tuple[str, frozenset[str]]]:
    """Return the colours that one code adds to the other, with what the other line says of its colour."""
    return [
        (colour, less.statements["colour"])
        for less, more in ((first, second), (second, first))
        if less.codes and more.codes and "colour" in less.statements
        for code in less.codes
        for other in more.codes
        if (colour := colour_added(code, other))
    ]
