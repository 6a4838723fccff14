"""Maintenance windows, over the API."""
