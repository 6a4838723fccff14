"""When a message is tried again, and when no more."""

from collections.abc import Callable
from zlib import crc32

WAITS_S = (5.0, 15.0, 60.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0)
"""After the first, second … attempt that failed; the last goes on."""
JITTER = 0.2
"""A wait is up to so much shorter or longer, so that what failed together is not tried together."""
GIVE_UP_S = 86_400.0
"""From the announcement on. Then it is told as not delivered: see :mod:`domain.channels.alerts`."""
MOST_HELD_S = 6 * 3600.0
"""A receiver may ask for this much patience (Retry-After, RFC 9110, 10.2.3); asked for more, it is tried after this."""
HOLD_AFTER = 3
"""Failures in a row after which the channel is at fault, not the message: one message at a time tries it."""
ALARM_S = 300.0
"""A channel that has failed :data:`HOLD_AFTER` times or more, for so long, raises an alert."""


def wait_s(key: str, attempts: int) -> float:
    """Seconds until the attempt that follows ``attempts`` failed ones, the same whenever it is asked for the same message."""
    base = WAITS_S[min(attempts, len(WAITS_S)) - 1]
    return base * (1 - JITTER + 2 * JITTER * crc32(f'{key}/{attempts}'.encode()) / 2**32)


def has_come(moment: float, since: float | None, now: float, watched: Callable[[float], float]) -> bool:
    """True at that moment. When the clock was set back behind where the wait began, also after as long as that was to be."""
    return moment <= now or (since is not None and now < since and watched(since) >= moment - since)
