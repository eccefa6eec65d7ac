"""Take over bookings that exist already, from a calendar or a table: first every date with what becomes of it, then all that are free."""

from booking.importing.looking import LABELS, Fate, Look, Row, look
from booking.importing.reading import keep
from booking.importing.repeating import not_understood
from booking.importing.taking import ImportChanged, NothingFree, take_over

__all__ = ["LABELS", "Fate", "ImportChanged", "Look", "NothingFree", "Row", "keep", "look", "not_understood", "take_over"]
