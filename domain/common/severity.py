"""Perceived severity, one scale for alerts and policies (ITU-T X.733, 8.1.2.3)."""

from enum import StrEnum


class Severity(StrEnum):
    """Perceived severity (ITU-T X.733, 8.1.2.3)."""

    CRITICAL = 'critical'
    MAJOR = 'major'
    MINOR = 'minor'
    WARNING = 'warning'
    INDETERMINATE = 'indeterminate'
    CLEARED = 'cleared'
