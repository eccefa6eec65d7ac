"""Put bookings into the plan: the values, the owner's terms and the one way in that several chapters share."""

from booking.placing.repeating import KeyUsedOtherwise, Placed
from booking.placing.requesting import place, request_booking
from booking.placing.terms import Details, PurposeMissing, ReasonMissing

__all__ = ["Details", "KeyUsedOtherwise", "Placed", "PurposeMissing", "ReasonMissing", "place", "request_booking"]
