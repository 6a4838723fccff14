"""A counter that begins again: a device that was reset, flashed anew or restored counts from a lower number on.

It is told from an old check-in that is sent again by its moments, which are new, and from a buffer that is brought later by their age.
A device whose clock stands still has its numbers alone: they rise, apart from each other. One whose numbers do not rise has its moments.
One that sends neither is in contact, and no more.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from domain.changes.transaction import Transaction
from domain.checkins.clocks import COLLECTED_S, MINOR_S, STANDS, moment_tolerance, set_offset, stands_still, tolerance
from domain.checkins.reporting import note_run
from domain.common.reading import OddValue
from domain.common.rows import made_often
from domain.devices.events import CounterRestarted
from domain.devices.model import Device, DeviceState, Reporting
from domain.devices.odd_values import reporting_of
from domain.devices.presence import late_after, offline_after

TIMES = 3
"""So many check-ins under rising numbers, with nothing of the former run between them, make a new run."""
UNORDERED_TIMES = 5
"""So many check-ins with new moments, whose numbers do not rise, make numbers that say nothing."""
_MOST = 10_000


class Seen(NamedTuple):
    """What a check-in with a number that is not above the newest is: the first of a new run (``restarted``), the newest of a device whose
    numbers do not rise (``unordered``), or nothing new, as often before (``repeated``); whether the device itself is ``heard``, and its
    clock ``stands`` still."""

    restarted: bool = False
    heard: bool = False
    unordered: bool = False
    stands: bool = False
    repeated: bool = False


@made_often(frozen=True, slots=True)
class Said:
    """The number and the moments of a check-in: ``offset_s`` is the device's clock minus ours when it was sent (or else observed),
    ``age_s`` how long it was kept by the device's own word, ``own`` is false for one that a collector passes on."""

    sequence: int
    observed_at: float
    offset_s: float
    age_s: float
    exact: bool
    own: bool
    boot_id: str | None


@dataclass(frozen=True, slots=True)
class _Run:
    """``words`` check-ins were new while ``high`` was the newest number, the last ``times`` of them under rising numbers. The first came at
    ``since`` from a clock that was off by ``offset_s``; ``stood`` told its moment, apart from each other, the newest number at ``at``."""

    words: int
    times: int
    stood: int
    high: int
    sequence: int
    offset_s: float
    since: float
    at: float

    def stands(self, said: Said, interval_s: float, now: float) -> bool:
        """True for the moment of the first check-in under a number above the last."""
        told_apart_s = abs(said.offset_s - self.offset_s + now - self.since)
        within_s = min(moment_tolerance(interval_s), STANDS * (now - self.since))
        return said.sequence > self.sequence and told_apart_s <= within_s

    def further(self, said: Said, interval_s: float, now: float, *, stands: bool, alike: bool) -> '_Run':
        """With one more check-in. Of a buffer that empties, equal moments come at once, and do not count."""
        is_apart = stands and now - self.at >= interval_s / 2
        words, times = self.words, self.times
        if is_apart or alike:
            words, times = words + 1, times + 1 if said.sequence > self.sequence else 1
        return replace(self, words=words, times=times, stood=self.stood + is_apart, sequence=said.sequence, at=now)


@dataclass(frozen=True, slots=True)
class _Repeated:
    """So many times, apart from each other, the check-in of that number was sent while ``high`` was the newest one; last ``at``."""

    times: int
    sequence: int
    high: int
    at: float


class RunWatch:
    """Asked about check-ins whose number is not above the newest. What is not sure yet it keeps in memory."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run | None] = {}
        self._repeated: dict[str, _Repeated] = {}

    def look(self, tx: Transaction, device: Device, before: DeviceState, known: Reporting | None, said: Said) -> Seen:
        """What it is. An old check-in that is sent again is nothing; a device that sends nothing else for an interval and more is there."""
        seen = self._look(tx, device, before, known, said)
        if seen.heard or seen.restarted or seen.unordered or not said.own:
            return seen
        repeated = self._repeats(tx, device, before, said)
        return seen._replace(heard=repeated, repeated=repeated)

    def _repeats(self, tx: Transaction, device: Device, before: DeviceState, said: Said) -> bool:
        found, numbers = tx.recall(self._repeated, device.id), (said.sequence, before.sequence)
        if (
            found is None
            or (found.sequence, found.high) != numbers
            or tx.now - found.at > offline_after(device.interval_s)
        ):
            if len(self._repeated) >= _MOST:
                self._repeated.clear()
            found = _Repeated(1, *numbers, tx.now)
            tx.remember(self._repeated, device.id, found)
        elif tx.now - found.at >= device.interval_s / 2:
            found = _Repeated(min(found.times + 1, TIMES), *numbers, tx.now)
            tx.remember(self._repeated, device.id, found)
        return found.times >= TIMES

    def _look(self, tx: Transaction, device: Device, before: DeviceState, known: Reporting | None, said: Said) -> Seen:
        since_s = _since_newest(tx, before, known, said)
        heard = since_s > device.interval_s / 2
        is_newest = said.sequence == before.sequence and abs(since_s) <= tolerance(device.interval_s)
        stood = known is not None and stands_still(known, device, tx.now + said.offset_s)
        if (is_newest and not stood) or said.age_s > late_after(device.interval_s):
            return Seen(heard=heard)
        booted = bool(said.boot_id and known is not None and known.boot_id and said.boot_id != known.boot_id)
        if heard and booted:
            return Seen(restarted=True, heard=True)
        if heard and known is not None and known.unordered:
            return Seen(heard=True, unordered=True)
        return self._follow(tx, device, before, said, heard)

    def _follow(self, tx: Transaction, device: Device, before: DeviceState, said: Said, heard: bool) -> Seen:
        interval_s = device.interval_s
        run = tx.recall(self._runs, device.id)
        if run is not None and run.high != before.sequence:
            run = None  # the former run went on meanwhile
        stands = run is not None and run.stands(said, interval_s, tx.now)
        apart_s = said.offset_s - run.offset_s if run is not None else 0.0
        alike = abs(apart_s) <= tolerance(interval_s)
        if run is not None and not stands and _is_stale(tx, interval_s, run, said, apart_s):
            return Seen(heard=heard)
        if run is None or not (stands or alike):
            if len(self._runs) >= _MOST:
                self._runs.clear()
            run = _Run(1, 1, 1, before.sequence, said.sequence, said.offset_s, tx.now, tx.now)
        else:
            run = run.further(said, interval_s, tx.now, stands=stands, alike=alike)
        lasts_s = tx.now - run.since
        steady = (alike and run.words > 1 and lasts_s > interval_s / 2) or run.stood > 1  # a recording is played faster
        lasts = lasts_s >= interval_s
        restarted = lasts and (run.stood if stands and not alike else run.times) >= TIMES
        unordered = lasts and not restarted and alike and run.words >= UNORDERED_TIMES
        tx.remember(self._runs, device.id, None if restarted or unordered else run)
        return Seen(restarted, heard or steady, unordered, stands)


def _is_stale(tx: Transaction, interval_s: float, run: _Run, said: Said, apart_s: float) -> bool:
    """True for what the run has said already, and for an older word: it does not end a run that goes on."""
    if abs(apart_s) <= tolerance(interval_s):
        return said.sequence == run.sequence and tx.now - run.at <= tolerance(interval_s)
    return apart_s < 0 and tx.now - run.since <= (run.words + TIMES) * interval_s


def is_of_former_run(tx: Transaction, device: Device, before: DeviceState, known: Reporting | None, said: Said) -> bool:
    """True for a check-in of an earlier run that is sent again: its number looks new, its moment is not. A collector may be late."""
    if known is None or said.sequence > known.run_high or stands_still(known, device, tx.now + said.offset_s):
        return False
    return _since_newest(tx, before, known, said) <= (0.0 if said.own else -COLLECTED_S)


def _since_newest(tx: Transaction, before: DeviceState, known: Reporting | None, said: Said) -> float:
    """Seconds by which the device's clock has gone on since its newest check-in, as far as its clock is known."""
    offset_s = known.clock_offset_s or 0.0 if known is not None else 0.0
    newest = before.received_at if said.exact else before.observed_at
    return tx.now + said.offset_s - offset_s - (newest or 0.0)


def begin_run(
    tx: Transaction,
    device: Device,
    before: DeviceState,
    reporting: Reporting | None,
    said: Said,
    *,
    again: bool = False,
    stands: bool = False,
) -> Said:
    """The device counts anew: journal it, keep how far it had come, and what its clock says if that has changed as well.

    A run that comes ``again`` is that of another machine with its credential, which an alert says once and not each check-in. The clock
    ``stands`` still.
    """
    if not again:
        tx.note(CounterRestarted(**tx.about(device), before=before.sequence, after=said.sequence))
    note_run(tx, device, said.boot_id, before.sequence)
    return _by_its_clock(tx, device, reporting, said, stands)


def take_unordered(tx: Transaction, device: Device, reporting: Reporting | None, said: Said) -> Said:
    """The moments of the device order what it says, as its numbers do not rise."""
    if reporting is None or not reporting.unordered:
        tx.put(replace(reporting_of(tx, device), unordered=True))
        return _by_its_clock(tx, device, reporting, said, False)
    return said


def does_not_rise(said: Said) -> OddValue:
    """What a device is told, and the people who look at it, while its numbers do not rise."""
    return OddValue('sequence', f'does not rise: {said.sequence} again; it is one more with every check-in')


def is_not_new(said: Said) -> OddValue:
    """What a device is told, and the people who look at it, while neither its numbers nor its moments are new."""
    return OddValue(
        'sequence',
        f'is not new, {said.sequence} again, nor is its moment: the device is there, but nothing it tells is taken',
    )


def note_rising(tx: Transaction, device: Device) -> None:
    """The numbers rise again."""
    tx.put(replace(reporting_of(tx, device), unordered=False))


def _by_its_clock(tx: Transaction, device: Device, reporting: Reporting | None, said: Said, stands: bool) -> Said:
    offset_known = reporting.clock_offset_s or 0.0 if reporting is not None else 0.0
    stood = reporting is not None and reporting.clock_stands_at is not None
    if abs(said.offset_s - offset_known) >= MINOR_S or stands != stood:
        set_offset(tx, device, said.offset_s, stands=stands)
    # Several in succession were off by the same: what it says is as old as it says itself, and no older.
    return replace(said, observed_at=tx.now - said.age_s)
