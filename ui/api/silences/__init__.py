"""Silences, over the API."""
