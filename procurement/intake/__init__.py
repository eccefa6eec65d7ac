"""Chapter 1: take in what is needed, until somebody has approved it."""

from procurement.intake.deciding import approve, send_back, set_budget_account, submit, withdraw
from procurement.intake.talking import attach, comment
from procurement.intake.writing import NewLine, add_line, begin_request, change_line, remove_line

__all__ = [
    "NewLine",
    "add_line",
    "approve",
    "attach",
    "begin_request",
    "change_line",
    "comment",
    "remove_line",
    "send_back",
    "set_budget_account",
    "submit",
    "withdraw",
]
