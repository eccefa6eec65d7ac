"""Chapter 2: gather what several municipalities need into positions and lots, until the bundle is frozen."""

from procurement.bundling.billing import bill_document_of, bill_of, bill_sheet_of
from procurement.bundling.estimating import estimate_price, worth_document_of, worth_sheet_of
from procurement.bundling.gathering import add_requests, dissolve, freeze, open_bundle, release_request, thaw
from procurement.bundling.leading import accept_lead, decline_lead, offer_lead, withdraw_offer
from procurement.bundling.lots import add_lot, find_group, move_to_lot, name_of_group, product_groups, propose_lots, remove_lot, rename_lot, trade_of
from procurement.bundling.matching import LONG_LINES, count_lines, match_bundle, start_matching
from procurement.bundling.packing import Terms, packs_of, plan_packs
from procurement.bundling.placing import rename
from procurement.bundling.ratios import RatioMissing, RatioNotPositive
from procurement.bundling.regions import split_by_region
from procurement.bundling.reviewing import confirm, merge, move, ratios_of, refuse, split, undo

__all__ = [
    "LONG_LINES",
    "RatioMissing",
    "RatioNotPositive",
    "Terms",
    "accept_lead",
    "add_lot",
    "add_requests",
    "bill_document_of",
    "bill_of",
    "bill_sheet_of",
    "confirm",
    "count_lines",
    "decline_lead",
    "dissolve",
    "estimate_price",
    "find_group",
    "freeze",
    "match_bundle",
    "merge",
    "move",
    "move_to_lot",
    "name_of_group",
    "offer_lead",
    "open_bundle",
    "packs_of",
    "plan_packs",
    "product_groups",
    "propose_lots",
    "ratios_of",
    "refuse",
    "release_request",
    "remove_lot",
    "rename",
    "rename_lot",
    "split",
    "split_by_region",
    "start_matching",
    "thaw",
    "trade_of",
    "undo",
    "withdraw_offer",
    "worth_document_of",
    "worth_sheet_of",
]
