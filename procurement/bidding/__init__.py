"""Between publication and opening: suppliers write bids and hand them in, sealed where the law asks for it."""

from procurement.bidding.handing_in import hand_in, hand_in_sealed, is_on_old_version, next_reference, withdraw
from procurement.bidding.registering import enter_paper, enter_quote, get_invited, register_paper
from procurement.bidding.variants import MOST_VARIANTS, next_variant
from procurement.bidding.writing import content_from_form, content_from_sheet, empty_content, load_draft, mark_of, save_draft, shown_figures

__all__ = [
    "MOST_VARIANTS",
    "content_from_form",
    "content_from_sheet",
    "empty_content",
    "enter_paper",
    "enter_quote",
    "get_invited",
    "hand_in",
    "hand_in_sealed",
    "is_on_old_version",
    "load_draft",
    "mark_of",
    "next_reference",
    "next_variant",
    "register_paper",
    "save_draft",
    "shown_figures",
    "withdraw",
]
