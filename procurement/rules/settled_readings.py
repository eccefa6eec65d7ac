"""Settle how a line is counted that can be read in two ways: the other lines of its group decide, never the line alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.units import standard_units
from commons.words import Message, say
from procurement.rules.demand import DemandLine, RowRef


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A line read otherwise than by itself: in the unit of its group, with the reason."""

    ref: RowRef
    quantity_in_base_unit: Decimal
    base_unit: str
    reason: Message


def usual_unit(lines: Sequence[DemandLine]) -> str:
    """Return the base unit of a group: what most lines say that can be read in one way only, else what most lines say."""
    certain = Counter(line.base_unit for line in lines if not line.other_readings)
    counts = certain or Counter(line.base_unit for line in lines)
    return max(sorted(counts), key=lambda unit: counts[unit])


def settled_readings(lines: Sequence[DemandLine]) -> tuple[Settled, ...]:
    """Return the lines of a group that count in its unit by their other reading."""
    usual = usual_unit(lines)
    read = ((line, {base: factor for factor, base in line.other_readings}) for line in lines if line.base_unit != usual)
    return tuple(_settled(line, others[usual], usual) for line, others in read if usual in others)


def _settled(line: DemandLine, factor: Decimal, unit: str) -> Settled:
    quantity = line.quantity * factor
    reason = say(
        "„%(text)s“ zählt hier als %(quantity)s %(unit)s, wie in den anderen Zeilen; für sich gelesen wären es %(alone)s %(other)s.",
        text=line.full_text,
        quantity=quantity,
        unit=_name(unit),
        alone=line.quantity_in_base_unit,
        other=_name(line.base_unit),
    )
    return Settled(ref=line.ref, quantity_in_base_unit=quantity, base_unit=unit, reason=reason)


def _name(code: str) -> str:
    return standard_units().of_code(code).name
