"""Chapter 6: compute the cheapest admissible award, propose it, inform, confirm in pairs, and write the letters."""

from procurement.awarding.complaining import Handled, handle_complaint, note_complaint
from procurement.awarding.computing import cancel_run, start_run
from procurement.awarding.confirming import confirm, inform_losers, note_sent
from procurement.awarding.gates import duties_of, gaps_before_award, member_gaps, must_inform
from procurement.awarding.outcome import Award, award_of_decision, award_of_run
from procurement.awarding.proposing import propose, withdraw
from procurement.awarding.shares import Saving, savings_of

__all__ = [
    "Award",
    "Handled",
    "Saving",
    "award_of_decision",
    "award_of_run",
    "cancel_run",
    "confirm",
    "duties_of",
    "gaps_before_award",
    "handle_complaint",
    "inform_losers",
    "member_gaps",
    "must_inform",
    "note_complaint",
    "note_sent",
    "propose",
    "savings_of",
    "start_run",
    "withdraw",
]
