"""What stands of lock and wipe on a device."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lock:
    """The device's confirmed word, ``id`` is the device's: since when it is locked, when it was wiped.

    Few devices have one, so it is a row of its own: 100,000 device states stay as small as they are. It ends when nothing of it
    stands any more: the device was unlocked, or it came back after a reset.
    """

    id: str
    enterprise: str
    locked_at: float | None = None
    wiped_at: float | None = None
    ended_at: float | None = None


def is_locked(lock: Lock | None) -> bool:
    """True while a lock stands."""
    return lock is not None and lock.ended_at is None and lock.locked_at is not None
