"""Channels: where alerts are told outside of the console, what was told there, and what the other side said."""
