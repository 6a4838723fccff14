"""Shifts that people ask one another to take."""
