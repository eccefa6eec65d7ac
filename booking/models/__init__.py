"""The tables of booking."""

from booking.models.bookings import Approval, Booking, BookingItem, Reminder
from booking.models.calendar import CalendarEntry, CalendarFeed, FeedDetail, FeedScope
from booking.models.fleet import Approver, Bookers, Category, Inspection, Kind, ReadinessClass, Resource, ResourcePart, Site
from booking.models.handovers import Fuel, OverdueNotice, Side, Use, UsePhoto
from booking.models.imported import ImportedBooking
from booking.models.incidents import Displacement, Effect, Incident, IncidentItem, IncidentKind, Release
from booking.models.occupancy import Closure, Hold, Occupancy, Season
from booking.models.series import Fate, Series, SeriesDate
from booking.models.status import Block, Cause, StatusCheck
from booking.models.stock import FileKind, ResourceFile, StockEntry
from booking.models.waiting import Standing, WaitingWish

__all__ = [
    "Approval",
    "Approver",
    "Block",
    "Bookers",
    "Booking",
    "BookingItem",
    "CalendarEntry",
    "CalendarFeed",
    "Category",
    "Cause",
    "Closure",
    "Displacement",
    "Effect",
    "Fate",
    "FeedDetail",
    "FeedScope",
    "FileKind",
    "Fuel",
    "Hold",
    "ImportedBooking",
    "Incident",
    "IncidentItem",
    "IncidentKind",
    "Inspection",
    "Kind",
    "Occupancy",
    "OverdueNotice",
    "ReadinessClass",
    "Release",
    "Reminder",
    "Resource",
    "ResourceFile",
    "ResourcePart",
    "Season",
    "Series",
    "SeriesDate",
    "Side",
    "Site",
    "Standing",
    "StatusCheck",
    "StockEntry",
    "Use",
    "UsePhoto",
    "WaitingWish",
]
