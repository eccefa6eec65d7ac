"""The forms of booking: Berlin wall time in, UTC periods out."""

from booking.forms.booking import AmendForm, BookingForm, ClosureForm, MoveForm, ReasonForm, SearchForm
from booking.forms.calendar import FeedForm
from booking.forms.fleet import ResourceForm

__all__ = ["AmendForm", "BookingForm", "ClosureForm", "FeedForm", "MoveForm", "ReasonForm", "ResourceForm", "SearchForm"]
