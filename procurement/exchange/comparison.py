"""The comparison of bids (Preisspiegel) as plain values: columns are bidders, rows are positions; pure."""

from dataclasses import dataclass, field
from decimal import Decimal

from commons.words import Message


@dataclass(frozen=True, kw_only=True)
class ComparedBidder:
    """One column; an excluded bid is shown and counts in no minimum."""

    name: str
    is_excluded: bool = False
    remark: Message | None = None


@dataclass(frozen=True, kw_only=True)
class ComparedCell:
    """What one bidder asks for one position: unit price, our total, and the bidder's own total where it differs."""

    unit_price: Decimal | None = None
    total: Decimal | None = None
    stated_total: Decimal | None = None
    is_best: bool = False


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One position with a cell for each bidder."""

    number: str
    text: str
    quantity: Decimal
    unit: str
    unit_code: str
    cells: tuple[ComparedCell, ...]


@dataclass(frozen=True, kw_only=True)
class ComparedSum:
    """A sum of each bidder under a table; None where a bidder did not bid."""

    title: Message
    amounts: tuple[Decimal | None, ...]
    best: frozenset[int] = field(default=frozenset())


@dataclass(frozen=True, kw_only=True)
class ComparedLot:
    """One lot: who bid, the positions and the sums."""

    name: str
    title: str
    bidders: tuple[ComparedBidder, ...]
    rows: tuple[ComparedRow, ...]
    sums: tuple[ComparedSum, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """All lots, and the sums of every bidder over the lots bid for."""

    title: str
    basis: Message
    state: Message
    lots: tuple[ComparedLot, ...]
    bidders: tuple[ComparedBidder, ...]
    sums: tuple[ComparedSum, ...]
