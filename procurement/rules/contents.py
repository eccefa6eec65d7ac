"""Find out what the pack of a line holds, from its unit, its content column or the words of the article."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commons.errors import RuleBroken
from commons.units import Unit, folded, standard_units
from commons.words import say
from procurement.rules.goods_habits import Habit, counts_leaves, habits_of
from procurement.rules.pack_phrases import Level, PackPhrase, phrases
from procurement.rules.phrase_tokens import Kind, Token

BULK = {"XSA", "X43", "XBJ", "XCI", "XJC", "XDR", "XWA", "XBO", "XCY", "XTN", "XTU", "XCQ", "XCN", "XBG", "XAE"}
GENERIC = {"XPK", "NMP", "XPA", "XBX", "XCT", "XCS", "XCR", "XPX", "XBE"}
MAY_BE_PIECE = {"XRO", "XTN", "XAE", "XTU", "XBE", "XZZ"}
ON_ITSELF = {"XRO", "XZZ"}
LEAVES = {"LEF", "RM", "CLF"}


class PackContentMissing(RuleBroken):
    """A pack whose content nobody states is asked about, because it cannot be added to other packs."""

    def __init__(self, unit: str) -> None:
        super().__init__(
            say("Es fehlt, was „%(unit)s“ enthält. Bitte geben Sie den Inhalt an, zum Beispiel „10 kg“ oder „100 Stück“.", unit=unit), field="unit"
        )
        self.unit = unit


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What one unit as sent holds in the base unit, the packs on the way, and which words of the article said so."""

    factor: Decimal
    base: str
    packs: tuple[tuple[str, Decimal], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    others: tuple[tuple[Decimal, str], ...] = field(default=())


def content_of(units: Sequence[Unit], levels: Sequence[Level], article: Sequence[Token], text: str) -> Content:
    """Return what one of these units holds; `levels` are those said beside the unit itself."""
    if levels and _is_can_of_pieces(units[0], text) and levels[-1].unit is not None and levels[-1].unit.base in {"KGM", "LTR"}:
        return Content(factor=Decimal(1), base="C62", packs=((units[0].code, Decimal(1)),), spans=tuple(_said_again(units, levels[0], article)))
    if levels and (units[0].is_pack or units[0].code == "RM"):
        return _from_levels(units[0], _extended(levels, article, text), text, tuple(_said_again(units, levels[0], article)))
    if not units[0].is_pack:
        return _plain(units[0], article, text)
    found = _from_article(units, article, text)
    if found is None:
        raise PackContentMissing(units[0].name)
    return found


def _said_again(units: Sequence[Unit], level: Level, article: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield where the article repeats the pack that the unit states; it says nothing of the goods."""
    codes = {unit.code for unit in units} | GENERIC
    for phrase in phrases(article):
        if phrase.levels[0].count == level.count and codes & {unit.code for unit in phrase.units}:
            yield phrase.start, phrase.end


def _plain(unit: Unit, article: Sequence[Token], text: str) -> Content:
    if unit.code == "RM":
        return _ream(unit, article)
    if unit.base == "C62" and unit.factor == 1:
        return _piece(unit, article, text)
    if unit.code == "MTQ":  # loose goods are asked for in cubic metres, not in litres
        return Content(factor=Decimal(1), base="MTQ", packs=(("MTQ", Decimal(1)), ("LTR", Decimal("0.001"))))
    base = _sheets(unit, text)
    return Content(factor=unit.factor or Decimal(1), base=base, packs=((unit.code, unit.factor or Decimal(1)),))


def _ream(unit: Unit, article: Sequence[Token]) -> Content:
    """A ream holds 500 leaves unless the line says otherwise."""
    said = next(
        (phrase for phrase in phrases(article) if phrase.units[0].code == "RM" and phrase.levels[-1].unit and phrase.levels[-1].unit.code == "LEF"), None
    )
    factor = said.levels[0].count if said else unit.factor or Decimal(500)
    return Content(factor=factor, base="LEF", packs=(("RM", factor), ("LEF", Decimal(1))), spans=((said.start, said.end),) if said else ())


def _piece(unit: Unit, article: Sequence[Token], text: str) -> Content:
    """A piece is a piece, unless the words name a container of loose goods with its content, which the article is then sold in."""
    plain = Content(factor=Decimal(1), base="C62", packs=((unit.code, Decimal(1)),))
    for phrase in phrases(article):
        if phrase.units[0].code in BULK and phrase.start > 0 and not _is_can_of_pieces(phrase.units[0], text):
            content = _from_levels(phrase.units[0], phrase.levels, text, ((phrase.start, phrase.end),))
            if content.base in {"KGM", "LTR"}:
                return Content(factor=content.factor, base=content.base, packs=content.packs, spans=content.spans, others=((Decimal(1), "C62"),))
    return plain


def _is_can_of_pieces(unit: Unit, text: str) -> bool:
    habits = habits_of(text)
    return unit.code in {"XTN", "XAE", "XCQ"} and Habit.CAN_IS_PIECE in habits and Habit.CAN_IS_CONTENT not in habits


def _is_the_vessel(unit: Unit, text: str) -> bool:
    """Tell whether the article is the empty vessel itself: ten Putzeimer in the unit Eimer."""
    if Habit.VOLUME_IS_SIZE not in habits_of(text):
        return False
    name, known = folded(unit.name), standard_units().spellings()
    return any(word.endswith(name) and word != name and word not in known for word in map(folded, re.findall(r"[^\W\d_]+", text)))


def _sheets(unit: Unit, text: str) -> str:
    if unit.code in LEAVES and not counts_leaves(text):
        return "C62"
    return unit.base


def _extended(levels: Sequence[Level], article: Sequence[Token], text: str) -> Sequence[Level]:
    """Complete „Karton 12 Flaschen“ by the content of a bottle that the article names."""
    last = levels[-1].unit
    if last is None or last.code not in BULK or _is_can_of_pieces(last, text):
        return levels
    inner = _said_for((last,), article, text) or _bare_measure((last,), article, text)
    return [*levels, *inner.levels] if inner else levels


def _from_levels(outer: Unit, levels: Sequence[Level], text: str, spans: tuple[tuple[int, int], ...]) -> Content:
    """Multiply the levels down to what is counted or measured."""
    factor, base, steps = Decimal(1), "C62", [(outer.code, Decimal(1))]
    for index, level in enumerate(levels):
        factor *= level.count
        unit = level.unit
        if unit is None:
            continue
        steps.append((unit.code, factor))
        if unit.is_pack:
            if _stops(unit, levels[index + 1 :], text):
                break
            continue
        if unit.code == "RM" and index + 1 < len(levels):
            continue
        factor *= unit.factor or Decimal(1)
        base = _sheets(unit, text)
        break
    else:
        if levels and levels[-1].unit is None and Habit.OFFICE_PAPER in habits_of(text) and counts_leaves(text) and outer.code in {"XPK", "XCT", "RM", "NMP"}:
            base = "LEF"
    return Content(factor=factor, base=base, packs=tuple((code, factor / reached) for code, reached in steps), spans=spans)


def _stops(unit: Unit, rest: Sequence[Level], text: str) -> bool:
    """Sheets on a roll and the litres in a spray can are a size of the article, not its content."""
    inner = rest[0].unit if rest else None
    if unit.code in ON_ITSELF:
        return inner is None or inner.code in LEAVES or (inner.dimension == "length" and Habit.ROLL_IS_PIECE in habits_of(text))
    return not rest or _is_can_of_pieces(unit, text)


def _from_article(units: Sequence[Unit], article: Sequence[Token], text: str) -> Content | None:
    if any(_is_can_of_pieces(unit, text) or _is_the_vessel(unit, text) for unit in units):
        return Content(factor=Decimal(1), base="C62", packs=((units[0].code, Decimal(1)),))
    said = _said_for(units, article, text)
    if said:
        outer = next((unit for unit in said.units if unit in units), said.units[0])
        return _with_piece(_from_levels(outer, _extended(said.levels, article, text), text, ((said.start, said.end),)), outer)
    each = next((token for token in article if token.kind is Kind.EACH), None)
    if each and not (units[0].code == "XRO" and Habit.BAG_ON_ROLL not in habits_of(text)):
        return _from_levels(units[0], [Level(each.number, None)], text, ((each.start, each.end),))
    bare = _bare_count(units, article, text) or _bare_measure(units, article, text)
    if bare:
        return _with_piece(_from_levels(units[0], bare.levels, text, ((bare.start, bare.end),)), units[0])
    if units[0].code in MAY_BE_PIECE and not (units[0].code == "XRO" and Habit.BAG_ON_ROLL in habits_of(text)):
        return Content(factor=Decimal(1), base="C62", packs=((units[0].code, Decimal(1)),))
    return None


def _with_piece(content: Content, unit: Unit) -> Content:
    """Keep in mind that the pack may also be counted as a piece, should the other lists count it so."""
    if content.base == "C62":
        return content
    return Content(
        factor=content.factor, base=content.base, packs=content.packs, spans=content.spans, others=((Decimal(1), "C62"),) if unit.code in BULK | {"XRO"} else ()
    )


def _said_for(units: Sequence[Unit], article: Sequence[Token], text: str) -> PackPhrase | None:
    """Find the phrase of the article that names this pack, or for a pack of no name the only one."""
    codes = {unit.code for unit in units}
    found = [phrase for phrase in phrases(article) if not _is_size(phrase, text)]
    same = [phrase for phrase in found if codes & {unit.code for unit in phrase.units}]
    if same:
        return same[0]
    return next((phrase for phrase in found if phrase.units[0].code in GENERIC), None) if codes & GENERIC else None


def _is_size(phrase: PackPhrase, text: str) -> bool:
    """A roll or pad of so many sheets is the article itself, and so are the litres of a bag."""
    inner = phrase.levels[0].unit
    if (
        phrase.units[0].code == "XRO"
        and inner is not None
        and (inner.code in LEAVES or (inner.dimension == "length" and Habit.ROLL_IS_PIECE in habits_of(text)))
    ):
        return True
    return inner is not None and inner.base == "LTR" and phrase.start == 0 and Habit.VOLUME_IS_SIZE in habits_of(text)


def _pairs(article: Sequence[Token]) -> list[tuple[Token, Token]]:
    pairs = [(first, second) for first, second in itertools.pairwise(article) if first.kind is Kind.NUMBER and second.kind is Kind.UNIT]
    marks = {token.end for token in article if token.text in {"x", "X", "×", "/", "-", "–", ":"}} | {
        token.end for token in article if token.text.lower().endswith("mmx")
    }
    return [(first, second) for first, second in pairs if first.start not in marks and not any(first.start - 1 == end for end in marks)]


def _bare_count(units: Sequence[Unit], article: Sequence[Token], text: str) -> PackPhrase | None:
    """Find „500 Bl“ or „64 Rollen“ beside a pack that holds countable things."""
    if units[0].code == "XRO" and Habit.BAG_ON_ROLL not in habits_of(text):
        return None
    wanted = [
        (number, unit)
        for number, unit in _pairs(article)
        if not (units[0].code in ON_ITSELF and unit.unit.code in LEAVES)
        and (unit.unit.dimension in {"count", "pair"} or (unit.unit.is_pack and unit.unit.code not in {item.code for item in units}))
    ]
    best = min(wanted, key=lambda pair: pair[1].unit.code in LEAVES and not counts_leaves(text), default=None)
    if best is None or (best[1].unit.code in LEAVES and {Habit.HYGIENE_PAPER, Habit.ROLL_IS_PIECE} <= habits_of(text)):
        return None
    return PackPhrase(tuple(units), (Level(best[0].number, best[1].unit),), best[0].start, best[1].end)


def _bare_measure(units: Sequence[Unit], article: Sequence[Token], text: str) -> PackPhrase | None:
    """Find „25kg“ or „5l“ beside a pack that holds loose goods, or the length on a roll."""
    habits = habits_of(text)
    wanted = {"mass", "volume"} if units[0].code != "XRO" else {"length"}
    if units[0].code == "XRO" and Habit.ROLL_IS_PIECE in habits:
        return None
    pairs = [(number, unit) for number, unit in _pairs(article) if unit.unit.dimension in wanted and unit.unit.code not in {"MMT", "CMT"}]
    if Habit.VOLUME_IS_SIZE in habits and units[0].code not in BULK:
        pairs = [pair for pair in pairs if pair[1].unit.dimension != "volume"]
    if not pairs or units[0].code == "XPX":
        return None
    number, unit = pairs[-1]
    return PackPhrase(tuple(units), (Level(number.number, unit.unit),), number.start, unit.end)


def units_named(written: str) -> tuple[Unit, ...]:
    """Return every unit that a spelling may mean, the likeliest first."""
    exact = standard_units().find(written)
    others = tuple(unit for unit in standard_units().candidates(written) if unit != exact)
    return (exact, *others) if exact else others
