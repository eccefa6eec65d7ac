"""Understand what a pack holds: „Karton à 5 Ries à 500 Blatt“, „KRT 12X750 ML“, „500 Blatt/Ries“, „100er Pack“."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.units import Unit
from procurement.rules.phrase_tokens import PER, Kind, Token

GAP = 3


@dataclass(frozen=True, slots=True)
class Level:
    """So many of a unit inside the level above; the unit may be unsaid."""

    count: Decimal
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class PackPhrase:
    """A pack and what it holds, level by level, and where the text says so."""

    units: tuple[Unit, ...]
    levels: tuple[Level, ...]
    start: int
    end: int


def phrase_at(found: Sequence[Token], index: int) -> tuple[PackPhrase, int] | None:
    """Read a unit with its content that begins at a token; return it with the index of the token after it."""
    if index >= len(found):
        return None
    token = found[index]
    if token.kind is Kind.UNIT:
        levels, after = levels_at(found, index + 1)
        return PackPhrase(token.units, levels, token.start, found[after - 1].end), after
    if token.kind is Kind.EACH and index + 1 < len(found):
        after = index + 2 if found[index + 1].text == "-" and index + 2 < len(found) else index + 1
        if found[after].kind is Kind.UNIT:
            return PackPhrase(found[after].units, (Level(token.number, None),), token.start, found[after].end), after + 1
    return content_first(found, index)


def content_first(found: Sequence[Token], index: int) -> tuple[PackPhrase, int] | None:
    """Read a content that is named before its pack: „500 Blatt/Ries“, „25-kg-Sack“, „100 Blatt DIN A4 je Packung“."""
    if index + 2 >= len(found) or found[index].kind is not Kind.NUMBER:
        return None
    inner_at = index + 2 if found[index + 1].text == "-" else index + 1
    if inner_at >= len(found) or found[inner_at].kind is not Kind.UNIT:
        return None
    inner = found[inner_at]
    for outer_at in range(inner_at + 1, min(inner_at + 2 + GAP, len(found))):
        outer, before = found[outer_at], found[outer_at - 1].text.lower()
        if outer.kind is not Kind.UNIT or not _holds(outer.unit):
            continue
        glued = outer_at == inner_at + 1 and not inner.unit.is_pack
        dashed = outer_at == inner_at + 2 and before == "-"
        if glued or dashed or before in PER:
            return PackPhrase(outer.units, (Level(found[index].number, inner.unit),), found[index].start, outer.end), outer_at + 1
        return None
    return None


def _holds(unit: Unit) -> bool:
    return unit.is_pack or unit.code == "RM"


def levels_at(found: Sequence[Token], index: int) -> tuple[tuple[Level, ...], int]:
    """Read the levels of content that follow a pack; return them with the index of the token after them."""
    levels: list[Level] = []
    while True:
        number_at = _skip(found, index)
        if number_at >= len(found) or found[number_at].kind not in {Kind.NUMBER, Kind.EACH}:
            return tuple(levels), index
        if levels and _complete(levels[-1]):
            return tuple(levels), _after_restatement(found, index)
        unit_at = number_at + 1
        if found[number_at].kind is Kind.NUMBER and unit_at < len(found) and found[unit_at].text == "-":
            unit_at += 1
        unit = found[unit_at].unit if unit_at < len(found) and found[unit_at].kind is Kind.UNIT else None
        levels.append(Level(found[number_at].number, unit))
        index = unit_at + 1 if unit else number_at + 1


def _skip(found: Sequence[Token], index: int) -> int:
    while index < len(found) and (found[index].connects() or found[index].text == "."):
        index += 1
    return index


def _complete(level: Level) -> bool:
    return level.unit is not None and not level.unit.is_pack and level.unit.code != "RM"


def _after_restatement(found: Sequence[Token], index: int) -> int:
    if index < len(found) and found[index].text == "(":
        closing = next((at for at in range(index, len(found)) if found[at].text == ")"), None)
        return closing + 1 if closing is not None else index
    return index


def phrases(found: Sequence[Token]) -> Iterator[PackPhrase]:
    """Yield every pack phrase with a content that a text holds, from left to right."""
    index = 0
    while index < len(found):
        read = content_first(found, index) or (phrase_at(found, index) if found[index].kind in {Kind.UNIT, Kind.EACH} else None)
        if read and read[0].levels and _holds(read[0].units[0]):
            yield read[0]
            index = read[1]
        else:
            index += 1
