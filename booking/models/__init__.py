"""The tables of booking."""

from booking.models.bookings import Approval, Booking, BookingItem
from booking.models.calendar import CalendarEntry, CalendarFeed, FeedDetail, FeedScope
from booking.models.fleet import Approver, Category, Inspection, Kind, ReadinessClass, Resource, ResourcePart, Site
from booking.models.occupancy import Closure, Hold, Occupancy

__all__ = [
    "Approval",
    "Approver",
    "Booking",
    "BookingItem",
    "CalendarEntry",
    "CalendarFeed",
    "Category",
    "Closure",
    "FeedDetail",
    "FeedScope",
    "Hold",
    "Inspection",
    "Kind",
    "Occupancy",
    "ReadinessClass",
    "Resource",
    "ResourcePart",
    "Site",
]
