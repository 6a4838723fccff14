"""How often a socket may speak, and the log line about those that do not keep to it."""

import time
from collections import Counter
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

TOLD_EVERY_S = 60.0


class Rate:
    """A bucket of messages: ``burst`` at once, ``per_s`` a second in the long run."""

    def __init__(self, *, per_s: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_s = per_s
        self._burst = burst
        self._clock = clock
        self._left = float(burst)
        self._at = clock()

    def take(self) -> float:
        """Take one message out; the seconds after which the next may be looked at, 0 while there are some left."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s) - 1
        self._at = now
        return max(0.0, -self._left / self._per_s)


class Counted:
    """A warning of which there is one line a minute, with how often it was meant; its cause cannot fill the log."""

    def __init__(self, event: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._event = event
        self._clock = clock
        self._counts: Counter[str] = Counter()
        self._again_at = clock()

    def note(self, why: str) -> None:
        """Once more, because of ``why``."""
        self._counts[why] += 1
        if (now := self._clock()) >= self._again_at:
            log.warning(self._event, **self._counts)
            self._counts.clear()
            self._again_at = now + TOLD_EVERY_S
