"""The joint bill of quantities (Leistungsverzeichnis) as plain values, for paper and for sheets."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class BillPosition:
    """One position: what is needed, in its base unit, by each buyer in the order of the bill."""

    number: str
    title: str
    cpv: str
    unit: str
    quantities: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class BillLot:
    """One lot with its positions."""

    number: str
    title: str
    reason: str
    positions: tuple[BillPosition, ...]


@dataclass(frozen=True, kw_only=True)
class Bill:
    """A bill of quantities with its buyers, term and the head of the journal at the time of printing."""

    title: str
    measure: str
    lead: str
    buyers: tuple[str, ...]
    term_from: date
    term_until: date
    is_final: bool
    lots: tuple[BillLot, ...]
    printed_on: date
    journal_length: int
    journal_head: str
