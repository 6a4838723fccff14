"""Present, late or offline: the one function that says so, and when it may change."""

from domain.devices.model import Presence


def late_after(interval_s: float) -> float:
    """Seconds of silence until a device is late: one and a half intervals and 5 s for jitter."""
    return interval_s * 1.5 + 5


def offline_after(interval_s: float) -> float:
    """Seconds of silence until a device is offline: three intervals and 10 s, so two lost check-ins alone page no person."""
    return interval_s * 3 + 10


def presence(silence_s: float | None, interval_s: float) -> Presence:
    """The one answer to "is it there?", for lists, counters, API and alerts alike; ``silence_s`` is ``None`` for one never heard."""
    if silence_s is None:
        return Presence.NEVER_SEEN
    if silence_s > offline_after(interval_s):
        return Presence.OFFLINE
    return Presence.LATE if silence_s > late_after(interval_s) else Presence.ONLINE
