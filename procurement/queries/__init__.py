"""Every question to the tables of procurement, scoped to who asks, one file a chapter."""

from procurement.queries.desk import mine, search, tasks_for

__all__ = ["mine", "search", "tasks_for"]
