"""Every question to the tables, scoped to who asks."""

from booking.queries.home import mine, of_the_day, search, tasks_for

__all__ = ["mine", "of_the_day", "search", "tasks_for"]
