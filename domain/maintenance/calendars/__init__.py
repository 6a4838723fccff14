"""Calendars of other programs as a source of maintenance windows: the planned works of operators and landlords."""
