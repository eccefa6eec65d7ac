"""Take devices now, ask for foreign ones, and report them ready; an incident beats a booking."""

from booking.incidents import rolling
from booking.incidents.answering import refuse, release
from booking.incidents.asking import take_phoned, withdraw
from booking.incidents.declaring import NothingTaken, NotRecallable, StartAhead, declare, recall
from booking.incidents.ending import ready
from booking.incidents.seeing import acknowledge, note_accepted

__all__ = [
    "NotRecallable",
    "NothingTaken",
    "StartAhead",
    "acknowledge",
    "declare",
    "note_accepted",
    "ready",
    "recall",
    "refuse",
    "release",
    "rolling",
    "take_phoned",
    "withdraw",
]
