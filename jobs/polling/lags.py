"""How late the newest checks began, in arrays of a size that never changes: the process does not grow while they fill."""

from array import array

KEPT = 8192


class Lags:
    """The lags of the newest :data:`KEPT` checks, each in seconds and as a share of its interval."""

    def __init__(self) -> None:
        self._seconds, self._shares = array('d', bytes(8 * KEPT)), array('d', bytes(8 * KEPT))
        self._count = 0

    def add(self, seconds: float, interval_s: float) -> None:
        """A check of that interval began so late."""
        place = self._count % KEPT
        self._seconds[place], self._shares[place] = seconds, seconds / interval_s
        self._count += 1

    def at(self, quantile: float) -> tuple[float, float]:
        """Seconds and share at this quantile (0 to 1); 0 before the first check."""
        kept = min(self._count, KEPT)
        if not kept:
            return 0.0, 0.0
        place = min(int(quantile * kept), kept - 1)
        return sorted(self._seconds[:kept])[place], sorted(self._shares[:kept])[place]
