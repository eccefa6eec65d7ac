"""Chapter 4: keys, holders, rehearsal and the opening by two officers of two administrations."""

from procurement.opening.expiring import wipe_halves
from procurement.opening.holding import name_holders
from procurement.opening.keeping_keys import MadeKey, make_key, renew_passphrase, report_lost
from procurement.opening.late import confirm_late, mark_of, propose_late
from procurement.opening.protocol import addendum_of
from procurement.opening.quotes import close_quotes
from procurement.opening.sessions import begin, complete

__all__ = [
    "MadeKey",
    "addendum_of",
    "begin",
    "close_quotes",
    "complete",
    "confirm_late",
    "make_key",
    "mark_of",
    "name_holders",
    "propose_late",
    "renew_passphrase",
    "report_lost",
    "wipe_halves",
]
