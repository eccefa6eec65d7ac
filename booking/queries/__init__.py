"""Every question to the tables, scoped to who asks."""

from booking.queries.home import mine, search, tasks_for

__all__ = ["mine", "search", "tasks_for"]
