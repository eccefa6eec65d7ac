"""Hand out, take back, enter what was used, object; actual use is not bound to plans."""

from booking.handover.entering import Entry, enter, object_to
from booking.handover.giving import hand_out
from booking.handover.opening import Record
from booking.handover.overdue import warn_all
from booking.handover.taking import take_back

__all__ = ["Entry", "Record", "enter", "hand_out", "object_to", "take_back", "warn_all"]
