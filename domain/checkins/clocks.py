"""The clock of a device: by how much it is steadily wrong, so that what it says can be moved to our time.

A device that says when it sent (``sent_at``) tells its clock with every check-in. One that does not is believed to be right until it has
been wrong by the same amount several times, apart from each other: then it is its clock, and not news that sat in a buffer, whose age
shrinks while the buffer empties.
"""

from dataclasses import dataclass, replace

from domain.changes.transaction import Transaction
from domain.checkins.reporting import reporting_of
from domain.devices.alerts import on_clock
from domain.devices.model import Device, Reporting
from domain.devices.presence import late_after

MINOR_S = 30.0
"""A clock that is less wrong is right: no rule of ours can tell, and a board without a battery drifts by seconds a day."""
COLLECTED_S = 900.0
"""What a collector passes on may be this old without saying anything of the device's clock: time zones differ by
quarters of an hour, collectors are late by minutes."""
TIMES = 3
"""So many check-ins in succession that are wrong by the same amount make a wrong clock."""
CROWD_S = 600.0
"""Clocks that are found wrong by the same amount within this time are counted together: when they are many, ours is the likelier one."""
_MOST = 200_000


@dataclass(frozen=True, slots=True)
class _Wrong:
    """``times`` check-ins were off by ``offset_s``, the first at ``since``."""

    times: int
    offset_s: float
    since: float


class ClockWatch:
    """Asked about every check-in with a new number. What is not steady yet it keeps in memory, for the few devices concerned."""

    def __init__(self) -> None:
        self._wrong: dict[str, _Wrong | None] = {}
        self._crowds: dict[tuple[str, int], tuple[int, float]] = {}

    def look(
        self, tx: Transaction, device: Device, known: Reporting | None, offset_s: float, *, exact: bool, own: bool
    ) -> bool:
        """True when what is known of the clock has changed. ``offset_s`` is what this check-in says: the device's clock minus ours,
        ``exact`` if it says when it was sent, ``own`` if the device itself sent it."""
        trusted = known.clock_offset_s if known is not None else None
        if _agree(offset_s, trusted or 0.0, device.interval_s, exact=exact, own=own):
            if self._wrong and tx.recall(self._wrong, device.id) is not None:
                tx.remember(self._wrong, device.id, None)
            return False
        seen = tx.recall(self._wrong, device.id)
        if seen is None or abs(offset_s - seen.offset_s) > tolerance(device.interval_s):
            if len(self._wrong) >= _MOST:
                self._wrong.clear()
            tx.remember(self._wrong, device.id, _Wrong(1, offset_s, tx.now))
            return False
        seen = replace(seen, times=seen.times + 1)
        if seen.times < TIMES or tx.now - seen.since < device.interval_s:
            tx.remember(self._wrong, device.id, seen)
            return False
        tx.remember(self._wrong, device.id, None)
        set_offset(tx, device, offset_s, self._alike(tx, device, offset_s))
        return True

    def _alike(self, tx: Transaction, device: Device, offset_s: float) -> int:
        """How many clocks of this enterprise were lately found wrong by as much, to the minute."""
        key = (device.enterprise, round(offset_s / 60))
        count, since = tx.recall(self._crowds, key) or (0, tx.now)
        if tx.now - since > CROWD_S:
            count, since = 0, tx.now
        if len(self._crowds) >= _MOST:
            self._crowds.clear()
        tx.remember(self._crowds, key, (count + 1, since))
        return count + 1


def set_offset(tx: Transaction, device: Device, offset_s: float, alike: int = 1) -> None:
    """The device's clock is known to be ahead by this much (negative: behind); a minor offset says that it is right. ``alike`` clocks were
    found wrong by as much at the same time."""
    offset = None if abs(offset_s) < MINOR_S else round(offset_s, 1)
    tx.put(replace(reporting_of(tx, device), clock_offset_s=offset, clock_since=None if offset is None else tx.now))
    on_clock(tx, device, offset, alike)


def tolerance(interval_s: float) -> float:
    """By how many seconds two offsets of one clock may differ: what requests take on the way, and less than what lies between two
    observations, so that a buffer that empties is not steady."""
    return min(MINOR_S, max(3.0, interval_s / 2))


def _agree(offset_s: float, trusted_s: float, interval_s: float, *, exact: bool, own: bool) -> bool:
    """True when a check-in does not contradict what is known of the clock. Without ``sent_at`` it may be as old as is not yet late, and
    from a collector a while older."""
    ahead = offset_s - trusted_s
    if ahead > 0 or (exact and own):
        return abs(ahead) < MINOR_S
    return -ahead < (late_after(interval_s) if own else max(COLLECTED_S, late_after(interval_s)))
