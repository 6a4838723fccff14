"""One back-off for the whole fleet: when the server is away or overloaded, no device asks until it is worth another try."""

import time
from random import Random

import structlog

log = structlog.get_logger()
_FIRST_S = 1.0
_LONGEST_S = 15.0


class Backoff:
    """Shuts for longer and longer, up to 15 s and some jitter, and opens for good with the first answer."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._delay = 0.0
        self.opens_at = 0.0

    @property
    def is_open(self) -> bool:
        """May a device ask?"""
        return time.monotonic() >= self.opens_at

    def shut(self, because: str, at_least: float = 0.0) -> None:
        """The server gave no answer, or asked for ``at_least`` seconds of quiet. What was under way already counts once."""
        if not self.is_open:
            return
        if not self._delay:
            log.warning('server_lost', because=because)
        self._delay = min(_LONGEST_S, max(_FIRST_S, self._delay * 2))
        self.opens_at = time.monotonic() + max(at_least, self._delay * self._rng.uniform(0.8, 1.2))

    def answered(self) -> None:
        """The server is there."""
        if self._delay and self.is_open:
            log.info('server_back')
            self._delay = 0.0
