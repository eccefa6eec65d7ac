"""Block a device until further notice: what stands in the way is let go, told and offered something else in the same transaction."""

from booking.displacing.blocking import AlreadyLifted, block, give_up, lift, limit, lock, open_for_lifting, roll
from booking.displacing.freeing import free_rest
from booking.displacing.notices import CAUSES, offered

__all__ = ["CAUSES", "AlreadyLifted", "block", "free_rest", "give_up", "lift", "limit", "lock", "offered", "open_for_lifting", "roll"]
