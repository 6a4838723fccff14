"""A counter that begins again: a device that was reset, flashed anew or restored counts from a lower number on.

It is told from an old check-in that is sent again by its moments, which are new, and from a buffer that is brought later by their age.
"""

from dataclasses import dataclass, replace

from domain.changes.transaction import Transaction
from domain.checkins.clocks import COLLECTED_S, MINOR_S, set_offset, tolerance
from domain.checkins.reporting import note_run
from domain.devices.events import CounterRestarted
from domain.devices.model import Device, DeviceState, Reporting
from domain.devices.presence import late_after

TIMES = 3
"""So many check-ins under rising numbers, with nothing of the former run between them, make a new run."""
_MOST = 10_000


@dataclass(frozen=True, slots=True)
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
    """``times`` check-ins under rising numbers, while ``high`` is the newest of the former run."""

    times: int
    high: int
    sequence: int
    offset_s: float
    since: float


class RunWatch:
    """Asked about check-ins whose number is not above the newest. What is not sure yet it keeps in memory."""

    def __init__(self) -> None:
        self._runs: dict[str, _Run] = {}

    def look(
        self, tx: Transaction, device: Device, before: DeviceState, known: Reporting | None, said: Said
    ) -> tuple[bool, bool]:
        """Whether a new run has begun, and whether the device itself is heard: an old check-in that is sent again is neither."""
        since_s = _since_newest(tx, before, known, said)
        heard = since_s > device.interval_s / 2
        is_newest = said.sequence == before.sequence and abs(since_s) <= tolerance(device.interval_s)
        if is_newest or said.age_s > late_after(device.interval_s):
            return False, heard
        booted = bool(said.boot_id and known is not None and known.boot_id and said.boot_id != known.boot_id)
        if booted and heard:
            return True, True
        run = tx.recall(self._runs, device.id)
        if run is not None and run.high != before.sequence:
            run = None  # the former run went on meanwhile
        if run is None and said.sequence == before.sequence:
            return False, heard  # once more what was said last
        apart_s = said.offset_s - run.offset_s if run is not None else 0.0
        alike = abs(apart_s) <= tolerance(device.interval_s)
        if run is not None and _is_stale(tx, device, run, said, apart_s):
            return False, heard
        if run is None or said.sequence < run.sequence or not alike:
            if len(self._runs) >= _MOST:
                self._runs.clear()
            run = _Run(1, before.sequence, said.sequence, said.offset_s, tx.now)
        else:
            run = replace(run, times=run.times + 1, sequence=said.sequence)
        tx.remember(self._runs, device.id, run)
        lasts_s = tx.now - run.since
        steady = run.times > 1 and lasts_s > device.interval_s / 2  # a recording is played faster
        return run.times >= TIMES and lasts_s >= device.interval_s, heard or steady


def _is_stale(tx: Transaction, device: Device, run: _Run, said: Said, apart_s: float) -> bool:
    """True for what the run has said already, and for an older word: it does not end a run that goes on."""
    if abs(apart_s) <= tolerance(device.interval_s):
        return said.sequence == run.sequence
    return apart_s < 0 and tx.now - run.since <= (run.times + TIMES) * device.interval_s


def is_of_former_run(tx: Transaction, before: DeviceState, known: Reporting | None, said: Said) -> bool:
    """True for a check-in of an earlier run that is sent again: its number looks new, its moment is not. A collector may be late."""
    if known is None or said.sequence > known.run_high:
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
) -> Said:
    """The device counts anew: journal it, keep how far it had come, and what its clock says if that has changed as well.

    A run that comes ``again`` is that of another machine with its credential, which an alert says once and not each check-in.
    """
    if not again:
        tx.note(CounterRestarted(**tx.about(device), before=before.sequence, after=said.sequence))
    note_run(tx, device, said.boot_id, before.sequence)
    offset_known = reporting.clock_offset_s or 0.0 if reporting is not None else 0.0
    if abs(said.offset_s - offset_known) >= MINOR_S:
        set_offset(tx, device, said.offset_s)
    # Three in succession were off by the same: what it says is as old as it says itself, and no older.
    return replace(said, observed_at=tx.now - said.age_s)
