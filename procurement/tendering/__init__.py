"""Chapter 3: from the bundle to the published tender, as light as the value allows."""

from procurement.tendering.binding import binding_gaps, commit
from procurement.tendering.changing import Change, answer, ask, change_documents, is_answer_due_late, withdraw_buyer
from procurement.tendering.direct import Purchase, buy_directly, buy_lots, direct_limit, small_lots
from procurement.tendering.documents import set_dates, set_terms
from procurement.tendering.exempting import exempt_lots, move_exempted
from procurement.tendering.inviting import ask_for_link, drop, invite, invite_supplier, send_link
from procurement.tendering.noticing import note_notice
from procurement.tendering.own_prices import unpriced_lines
from procurement.tendering.papers import documents_of, estimate_paper_of, note_of, notice_of, price_sheet_of
from procurement.tendering.preparing import Grouping, cancel, flag_of_everything, open_tender, propose_grouping, start_again
from procurement.tendering.publishing import NotReady, gaps_before_publication, is_documented, needs_firms, publish
from procurement.tendering.timing import binding_for, later_deadline, period_for
from procurement.tendering.valuing import add_summand, decide_procedure, reckon_anew, remove_summand, set_rules

__all__ = [
    "Change",
    "Grouping",
    "NotReady",
    "Purchase",
    "add_summand",
    "answer",
    "ask",
    "ask_for_link",
    "binding_for",
    "binding_gaps",
    "buy_directly",
    "buy_lots",
    "cancel",
    "change_documents",
    "commit",
    "decide_procedure",
    "direct_limit",
    "documents_of",
    "drop",
    "estimate_paper_of",
    "exempt_lots",
    "flag_of_everything",
    "gaps_before_publication",
    "invite",
    "invite_supplier",
    "is_answer_due_late",
    "is_documented",
    "later_deadline",
    "move_exempted",
    "needs_firms",
    "note_notice",
    "note_of",
    "notice_of",
    "open_tender",
    "period_for",
    "price_sheet_of",
    "propose_grouping",
    "publish",
    "reckon_anew",
    "remove_summand",
    "send_link",
    "set_dates",
    "set_rules",
    "set_terms",
    "small_lots",
    "start_again",
    "unpriced_lines",
    "withdraw_buyer",
]
