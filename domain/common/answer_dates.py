"""What the answers of other servers say of our clock: their ``Date`` (RFC 9110, 6.6.1), which comes without our asking for it."""

from collections import OrderedDict
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from statistics import median

MOST_HOSTS = 256
"""Of more, those that were heard of last."""
FRESH_S = 3600.0
"""How long an answer says something of our clock."""


class AnswerDates:
    """By host how many seconds its clock is ahead of ours, to a second. ``clock`` is our wall clock (epoch seconds)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._heard: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def note(self, host: str, date: str | None) -> None:
        """An answer of that host has this ``Date``; one that is none says nothing."""
        try:
            at = parsedate_to_datetime(date or '').timestamp()
        except (ValueError, OverflowError):
            return
        now = self._clock()
        self._heard.pop(host, None)
        self._heard[host] = now, at - now
        if len(self._heard) > MOST_HOSTS:
            self._heard.popitem(last=False)

    def offset(self) -> tuple[int, float]:
        """How many hosts have answered lately, and the median of how far they are ahead of us (s; negative: behind)."""
        now = self._clock()
        ahead = [offset_s for at, offset_s in self._heard.values() if 0 <= now - at <= FRESH_S]
        return len(ahead), median(ahead) if ahead else 0.0
