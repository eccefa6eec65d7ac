"""Shared resources: fleet, bookings and calendars."""
