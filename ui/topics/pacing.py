"""How often views may ask which rows they show: as often as all of them together can afford."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.1
"""Part of the time that all views of one process together may spend on asking."""
BURST_S = 0.1
"""What they may spend at once, after a pause: a flush asks for all views."""
TURN_S = 1.0
"""Where there is not enough for all, a view that has asked waits so long and lets the others."""


class Pace:
    """Spaces the questions of all views, so that a hundred different ones cost no more than :data:`SHARE` of a core."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, work: Callable[[], float] = time.thread_time
    ) -> None:
        self._clock = clock
        self._work = work
        self._free_at = 0.0
        self._short_until = 0.0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Account for the work of the block: the time in which this thread ran, not that in which a busy machine let it wait."""
        started, before = self._clock(), self._work()
        try:
            yield
        finally:
            spent = self._work() - before
            self._free_at = max(self._free_at, started - BURST_S / SHARE) + spent / SHARE

    def is_free(self, asked_at: float) -> bool:
        """True when another question fits into the share; ``asked_at`` is when this view asked last."""
        now = self._clock()
        if now < self._short_until and now < asked_at + TURN_S:
            return False
        if now < self._free_at:
            self._short_until = now + TURN_S
            return False
        return True
