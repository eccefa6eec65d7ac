"""The forms of booking: Berlin wall time in, UTC periods out."""

from booking.forms.booking import AmendForm, BookingForm, MoveForm, ReasonForm, SearchForm
from booking.forms.calendar import FeedForm
from booking.forms.fleet import ResourceForm

__all__ = ["AmendForm", "BookingForm", "FeedForm", "MoveForm", "ReasonForm", "ResourceForm", "SearchForm"]
