"""Channels over the API."""
