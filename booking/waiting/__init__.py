"""Holds while a form is open, and the waiting list that offers a time as soon as it becomes free."""

from booking.waiting.holding import drop_expired, hold, hold_any, let_go
from booking.waiting.listing import NotOffered, accept, join, withdraw
from booking.waiting.offering import offer_what_is_free

__all__ = ["NotOffered", "accept", "drop_expired", "hold", "hold_any", "join", "let_go", "offer_what_is_free", "withdraw"]
