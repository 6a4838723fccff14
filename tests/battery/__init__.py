"""Faults and load against real servers; see each module."""
