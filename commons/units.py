"""Units of measure: UN/ECE codes, German spellings, exact factors, quantities that never cross dimensions; pure."""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from commons.errors import RuleBroken
from commons.shipped import parts, rows
from commons.words import say

PACK = "pack"


class NotComparable(RuleBroken):
    """Quantities of different dimensions are never added or compared without a ratio of the article itself."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(say("%(first)s und %(second)s sind ohne ein Verhältnis dieses Artikels nicht vergleichbar.", first=first, second=second), field="unit")
        self.first, self.second = first, second


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit of measure; a pack has no factor, because its content belongs to the article."""

    code: str
    name: str
    dimension: str
    factor: Decimal | None
    base: str
    english: str = ""

    @property
    def is_pack(self) -> bool:
        """Tell whether the content of this unit must be said by the article."""
        return self.factor is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """An exact amount of a unit that has a fixed factor."""

    amount: Decimal
    unit: Unit

    def in_base(self) -> Decimal:
        """Return the amount in the base unit of the dimension."""
        if self.unit.factor is None:
            raise NotComparable(self.unit.name, self.unit.base or "Stück")
        return self.amount * self.unit.factor

    def plus(self, other: "Quantity", table: "UnitTable") -> "Quantity":
        """Add another quantity of the same base unit."""
        if self.unit.base != other.unit.base:
            raise NotComparable(self.unit.name, other.unit.name)
        return Quantity(amount=self.in_base() + other.in_base(), unit=table.of_code(self.unit.base))


class UnitTable:
    """Find units by the way people write them."""

    def __init__(self, entries: Iterable[Mapping[str, str]]) -> None:
        self._exact: dict[str, Unit] = {}
        self._folded: dict[str, Unit] = {}
        self._candidates: dict[str, tuple[Unit, ...]] = {}
        self._codes: dict[str, Unit] = {}
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Mapping[str, str]) -> None:
        names = parts(entry["names"])
        unit = _unit(entry, names[0])
        self._codes.setdefault(unit.code, unit)
        for name in (*names, unit.code):
            self._exact.setdefault(name, unit)
            self._folded.setdefault(folded(name), unit)
            others = self._candidates.get(folded(name), ())
            self._candidates[folded(name)] = others if any(other.code == unit.code for other in others) else (*others, unit)

    def find(self, written: str) -> Unit | None:
        """Find the unit of a spelling, first exactly as written, then without regard to case and full stops."""
        text = written.strip()
        return self._exact.get(text) or self._folded.get(folded(text))

    def candidates(self, written: str) -> tuple[Unit, ...]:
        """Return every unit that may be meant, for example „Kart.“ is a carton or a cartridge."""
        return self._candidates.get(folded(written), ())

    def of_code(self, code: str) -> Unit:
        """Return the unit of a UN/ECE code."""
        return self._codes[code]

    def spellings(self) -> frozenset[str]:
        """Return every spelling, folded."""
        return frozenset(self._folded)


def _unit(entry: Mapping[str, str], name: str) -> Unit:
    factor, base, english = Decimal(entry["factor_to_base"] or 1), entry["base_unit"], entry.get("english_name", "")
    if entry["dimension"] == PACK or entry["code"] == "NMP":
        return Unit(code=entry["code"], name=name, dimension=PACK, factor=None, base="", english=english)
    if not entry["factor_to_base"] and entry["dimension"] != "count":  # a lump sum or a month converts into nothing else; a set is asked for as a whole
        base = entry["code"]
    return Unit(code=entry["code"], name=name, dimension=entry["dimension"], factor=factor, base=base, english=english)


_FOLD = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", ".": None, " ": None, "-": None, "\u00a0": None})


def folded(text: str) -> str:
    """Fold case, umlauts, full stops and spaces away, so that spellings can be compared."""
    return re.sub(r"\(s\)$|\(n\)$|\(en\)$", "", text.strip()).casefold().translate(_FOLD)


@functools.cache
def standard_units() -> UnitTable:
    """Return the units that the product ships."""
    return UnitTable(rows("units_of_measure.csv"))
