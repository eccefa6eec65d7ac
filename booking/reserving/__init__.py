"""Request, decide, change and cancel bookings; every path goes through the one guard."""

from booking.reserving.changing import amend, cancel, move
from booking.reserving.deciding import approve, decline
from booking.reserving.lapsing import lapse, lapse_unanswered
from booking.reserving.requesting import KeyUsedOtherwise, Placed, request_booking
from booking.reserving.terms import Details, PurposeMissing, ReasonMissing

__all__ = [
    "Details",
    "KeyUsedOtherwise",
    "Placed",
    "PurposeMissing",
    "ReasonMissing",
    "amend",
    "approve",
    "cancel",
    "decline",
    "lapse",
    "lapse_unanswered",
    "move",
    "request_booking",
]
