"""Chapter 5: examine in four stages, ask, decide in pairs, compare and rank as announced."""

from procurement.evaluating.clarifying import ask_bidder, enter_answer
from procurement.evaluating.deciding import confirm, decide, give_back
from procurement.evaluating.examining import NewFinding, add_finding, examine
from procurement.evaluating.ranking import call_draw, draw, evaluate, is_draw_due, reopen
from procurement.evaluating.scoring import Points, confirm_points, give_points

__all__ = [
    "NewFinding",
    "Points",
    "add_finding",
    "ask_bidder",
    "call_draw",
    "confirm",
    "confirm_points",
    "decide",
    "draw",
    "enter_answer",
    "evaluate",
    "examine",
    "give_back",
    "give_points",
    "is_draw_due",
    "reopen",
]
