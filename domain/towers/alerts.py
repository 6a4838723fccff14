"""The alerts that a tower raises and clears."""

CRITICAL_SHARE = 0.05
"""A dead tower that served this part of the fleet (and at least 20 devices) is critical; any other dead tower is major."""
