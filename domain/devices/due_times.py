"""When each device of a fleet is due, by row number.

One number a row: looking through 100,000 of them takes 50 µs. A heap with an entry for each device would need no look, and eighteen
times the memory.
"""

from array import array
from math import inf

import numpy as np


class Timetable:
    """Moments in seconds, all on one clock, by row number; a row that was never set has none."""

    def __init__(self) -> None:
        self._moments: array[float] = array('d')

    def moment(self, row: int) -> float:
        """When the row is due; infinity when it is not."""
        return self._moments[row] if row < len(self._moments) else inf

    def set(self, row: int, moment: float) -> None:
        """The row is due then, and at no other moment."""
        missing = row + 1 - len(self._moments)
        if missing > 0:
            self._moments.extend([inf] * missing)
        self._moments[row] = moment

    def next(self) -> float | None:
        """The first moment at which anything is due."""
        moment = float(np.frombuffer(self._moments).min()) if self._moments else inf
        return None if moment == inf else moment

    def take(self, now: float) -> list[int]:
        """The rows that were due before ``now``, the longest overdue first; they have no moment from here on."""
        if not self._moments:
            return []
        moments = np.frombuffer(self._moments)
        due = np.flatnonzero(moments < now)
        due = due[np.argsort(moments[due], kind='stable')]
        moments[due] = inf
        return due.tolist()
