"""Maintenance windows: listed, set up, begun early, extended, ended."""
