"""Chapter 2: gather what several municipalities need into positions and lots, until the bundle is frozen."""

from procurement.bundling.billing import bill_document_of, bill_of, bill_sheet_of
from procurement.bundling.gathering import add_requests, dissolve, freeze, open_bundle, release_request, thaw
from procurement.bundling.lots import add_lot, move_to_lot, propose_lots, remove_lot, rename_lot, trade_of
from procurement.bundling.placing import rename
from procurement.bundling.reviewing import confirm, merge, move, refuse, split, undo

__all__ = [
    "add_lot",
    "add_requests",
    "bill_document_of",
    "bill_of",
    "bill_sheet_of",
    "confirm",
    "dissolve",
    "freeze",
    "merge",
    "move",
    "move_to_lot",
    "open_bundle",
    "propose_lots",
    "refuse",
    "release_request",
    "remove_lot",
    "rename",
    "rename_lot",
    "split",
    "thaw",
    "trade_of",
    "undo",
]
