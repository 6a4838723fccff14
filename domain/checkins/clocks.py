"""The clock of a device: by how much it is steadily wrong, so that what it says can be moved to our time.

A device that says when it sent (``sent_at``) tells its clock with every check-in. One that does not is believed to be right until it has
been wrong by the same amount several times, apart from each other: then it is its clock, and not news that sat in a buffer, whose age
shrinks while the buffer empties. Nor does a clock that stands still, or begins at one moment whenever the device wakes, tell any age.
"""

from dataclasses import dataclass, replace

from domain.changes.transaction import Transaction
from domain.devices.alerts import on_clock
from domain.devices.model import Device, Reporting
from domain.devices.odd_values import reporting_of
from domain.devices.presence import late_after

MINOR_S = 30.0
"""A clock that is less wrong is right: no rule of ours can tell, and a board without a battery drifts by seconds a day."""
COLLECTED_S = 900.0
"""What a collector passes on may be this old without saying anything of the device's clock: time zones differ by
quarters of an hour, collectors are late by minutes."""
TIMES = 3
"""So many check-ins in succession that are wrong by the same amount, tell one moment or are ahead make a wrong clock."""
DRIFT = 0.05
"""No clock goes faster or slower than ours by more: an oscillator without a crystal errs by a few hundredths."""
STANDS = 0.25
"""A clock that goes on by less than this part of what ours does stands still."""
CROWD_S = 600.0
"""Clocks that are found wrong by the same amount within this time are counted together: when they are many, ours is the likelier one."""
_MOST = 200_000
_EARLIEST, _LATEST = -62_135_596_800.0, 2.5e11
"""Moments that can be written in UTC: a clock that was never set may tell the year 1, which is where some languages begin to count."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    """``times`` check-ins contradicted what was known, the first at ``since``, when the clock was off by ``offset_s``."""

    times: int
    offset_s: float
    since: float

    def goes_on(self, offset_s: float, now: float, interval_s: float) -> bool:
        """True when a further check-in is wrong in the same way. What is ahead never sat in a buffer, however far it is."""
        apart_s, lasts_s = abs(offset_s - self.offset_s), now - self.since
        is_ahead = min(offset_s, self.offset_s) > MINOR_S
        return is_ahead or apart_s <= tolerance(interval_s) + DRIFT * lasts_s or self.stands(offset_s, now, interval_s)

    def stands(self, offset_s: float, now: float, interval_s: float) -> bool:
        """True when a further check-in tells the moment that the first one told."""
        lasts_s = now - self.since
        return abs(offset_s - self.offset_s + lasts_s) <= min(moment_tolerance(interval_s), STANDS * lasts_s)


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
        if known is not None and stands_still(known, device, tx.now + offset_s):
            return self._still_stands(tx, device, known, offset_s)
        if _agree(offset_s, trusted or 0.0, device.interval_s, exact=exact, own=own):
            if self._wrong and tx.recall(self._wrong, device.id) is not None:
                tx.remember(self._wrong, device.id, None)
            return False
        seen = tx.recall(self._wrong, device.id)
        if seen is None or not seen.goes_on(offset_s, tx.now, device.interval_s):
            if len(self._wrong) >= _MOST:
                self._wrong.clear()
            tx.remember(self._wrong, device.id, _Wrong(1, offset_s, tx.now))
            return False
        seen = replace(seen, times=seen.times + 1)
        if seen.times < TIMES or tx.now - seen.since < device.interval_s:
            tx.remember(self._wrong, device.id, seen)
            return False
        tx.remember(self._wrong, device.id, None)
        alike, stands = self._alike(tx, device, offset_s), seen.stands(offset_s, tx.now, device.interval_s)
        set_offset(tx, device, offset_s, alike, stands=stands)
        return True

    def _still_stands(self, tx: Transaction, device: Device, known: Reporting, offset_s: float) -> bool:
        """What a clock that stands is wrong by grows; it is kept to a tenth, so that no check-in costs a row more."""
        if self._wrong and tx.recall(self._wrong, device.id) is not None:
            tx.remember(self._wrong, device.id, None)
        trusted = known.clock_offset_s or 0.0
        if abs(offset_s - trusted) <= max(60.0, abs(trusted) / 10):
            return False
        set_offset(tx, device, offset_s, stands=True, at=known.clock_stands_at)
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


def set_offset(
    tx: Transaction, device: Device, offset_s: float, alike: int = 1, *, stands: bool = False, at: float | None = None
) -> None:
    """The device's clock is known to be ahead by this much (negative: behind); a minor offset says that it is right.

    ``alike`` clocks were found wrong by as much at the same time. One that ``stands`` is wrong whatever its offset, and tells the moment
    ``at``, which is that of this check-in if left out.
    """
    offset = None if abs(offset_s) < MINOR_S and not stands else round(offset_s, 1)
    stands_at = _writable(tx.now + offset_s if at is None else at) if stands else None
    before = reporting_of(tx, device)
    since = None if offset is None else tx.now if at is None else before.clock_since
    tx.put(replace(before, clock_offset_s=offset, clock_since=since, clock_stands_at=stands_at))
    on_clock(tx, device, offset, alike, stands_at)


def _writable(moment: float) -> float:
    return min(max(moment, _EARLIEST), _LATEST)


def stands_still(known: Reporting, device: Device, told: float) -> bool:
    """True for a check-in that tells (epoch seconds) the moment at which the device's clock is known to stand: it has no age."""
    return known.clock_stands_at is not None and abs(_writable(told) - known.clock_stands_at) <= moment_tolerance(
        device.interval_s
    )


def moment_tolerance(interval_s: float) -> float:
    """Seconds within which two moments of a clock that stands are one: a device without a clock that keeps time begins at one whenever
    it wakes."""
    return min(MINOR_S, max(2.0, interval_s / 4))


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
