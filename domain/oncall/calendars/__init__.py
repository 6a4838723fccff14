"""Calendars of other programs as a source of shifts and of days off."""
