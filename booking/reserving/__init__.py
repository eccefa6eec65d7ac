"""Request, decide, change and cancel bookings; every path goes through the one guard."""

from booking.placing import Details, KeyUsedOtherwise, Placed, PurposeMissing, ReasonMissing, request_booking
from booking.placing.choosing import request_any
from booking.placing.planning import why_not
from booking.placing.terms import details_of, is_asked
from booking.reserving.auditing import audit
from booking.reserving.changing import amend, cancel, move
from booking.reserving.deciding import approve, decline
from booking.reserving.lapsing import lapse, lapse_unanswered
from booking.reserving.reminding import remind_of_tomorrow
from booking.reserving.swapping import swap

__all__ = [
    "Details",
    "KeyUsedOtherwise",
    "Placed",
    "PurposeMissing",
    "ReasonMissing",
    "amend",
    "approve",
    "audit",
    "cancel",
    "decline",
    "details_of",
    "is_asked",
    "lapse",
    "lapse_unanswered",
    "move",
    "remind_of_tomorrow",
    "request_any",
    "request_booking",
    "swap",
    "why_not",
]
