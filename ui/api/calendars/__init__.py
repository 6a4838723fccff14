"""Calendars of rotations and the limits of contacts, over the API."""
