"""Calendars of planned works, over the API."""
