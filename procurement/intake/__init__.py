"""Chapter 1: take in what is needed, until somebody has approved it."""

from procurement.intake.asking_back import answer_question, ask_back
from procurement.intake.deciding import approve, send_back, set_budget_account, submit, withdraw
from procurement.intake.filling_in import fill_in_list
from procurement.intake.listreading import read_list
from procurement.intake.normal_form import line_by_hand
from procurement.intake.payers import FIELD as PAYER
from procurement.intake.payers import OF_LINE, OF_LIST, acts_for, towns
from procurement.intake.settling import answers_from, kind_of, proposed_text
from procurement.intake.surveying import close_round, open_round, remind, say_no_demand
from procurement.intake.taking_over import take_over
from procurement.intake.talking import attach, comment
from procurement.intake.uploads import Answer, SameFile, answer, correct_mapping, discard, is_long, name_payer, read_again, take_in, withdraw_answer
from procurement.intake.visiting import (
    draft_of,
    get_visitor_list,
    invited,
    visitor_adds_line,
    visitor_answers,
    visitor_discards,
    visitor_list,
    visitor_needs_nothing,
    visitor_removes_line,
    visitor_sends_list,
    visitor_submits,
)
from procurement.intake.writing import NewLine, add_line, begin_request, change_line, remove_line

__all__ = [
    "OF_LINE",
    "OF_LIST",
    "PAYER",
    "Answer",
    "NewLine",
    "SameFile",
    "acts_for",
    "add_line",
    "answer",
    "answer_question",
    "answers_from",
    "approve",
    "ask_back",
    "attach",
    "begin_request",
    "change_line",
    "close_round",
    "comment",
    "correct_mapping",
    "discard",
    "draft_of",
    "fill_in_list",
    "get_visitor_list",
    "invited",
    "is_long",
    "kind_of",
    "line_by_hand",
    "name_payer",
    "open_round",
    "proposed_text",
    "read_again",
    "read_list",
    "remind",
    "remove_line",
    "say_no_demand",
    "send_back",
    "set_budget_account",
    "submit",
    "take_in",
    "take_over",
    "towns",
    "visitor_adds_line",
    "visitor_answers",
    "visitor_discards",
    "visitor_list",
    "visitor_needs_nothing",
    "visitor_removes_line",
    "visitor_sends_list",
    "visitor_submits",
    "withdraw",
    "withdraw_answer",
]
