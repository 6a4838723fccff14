"""A check that is kept up: what is asked, and when it is next."""

import math
import zlib

from domain.checks.model import Check


class Plan:
    """One check and when it is next."""

    __slots__ = ('address', 'check', 'due', 'enterprise', 'failing', 'gone', 'lined_up', 'phase', 'tower')

    def __init__(self, enterprise: str, tower: str, check: Check) -> None:
        self.enterprise = enterprise
        self.tower = tower
        self.check = check
        self.address = check.target.address
        self.phase = zlib.crc32(check.id.encode()) / 2**32
        self.due = 0.0
        self.failing = False
        self.gone = False
        self.lined_up = False
        """Due, or under way: it is not among those that wait for their moment."""

    def slot(self, after: float) -> float:
        """The first moment from ``after`` on that is this check's place in its interval."""
        interval = self.check.interval_s
        start = self.phase * interval
        return start + math.ceil((after - start) / interval) * interval
