"""Chapter 1: take in what is needed, until somebody has approved it."""

from procurement.intake.deciding import approve, send_back, set_budget_account, submit, withdraw
from procurement.intake.listreading import read_list
from procurement.intake.normal_form import line_by_hand
from procurement.intake.settling import answers_from, kind_of, proposed_text
from procurement.intake.taking_over import take_over
from procurement.intake.talking import attach, comment
from procurement.intake.uploads import Answer, SameFile, answer, correct_mapping, discard, is_long, take_in, withdraw_answer
from procurement.intake.writing import NewLine, add_line, begin_request, change_line, remove_line

__all__ = [
    "Answer",
    "NewLine",
    "SameFile",
    "add_line",
    "answer",
    "answers_from",
    "approve",
    "attach",
    "begin_request",
    "change_line",
    "comment",
    "correct_mapping",
    "discard",
    "is_long",
    "kind_of",
    "line_by_hand",
    "proposed_text",
    "read_list",
    "remove_line",
    "send_back",
    "set_budget_account",
    "submit",
    "take_in",
    "take_over",
    "withdraw",
    "withdraw_answer",
]
