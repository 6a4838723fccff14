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


RANK = {severity: rank for rank, severity in enumerate(Severity)}
"""The worst is 0."""


def worse(one: Severity, other: Severity) -> Severity:
    """The worse of the two."""
    return min(one, other, key=RANK.__getitem__)
