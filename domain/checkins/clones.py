"""Two machines behind one device, recognised by their numbers: both count on from the number at which one was copied from the other.

An honest device repeats a number with the very same observation, and sends an old number with an old observation. Its clock may be
wrong; a device that was set back to an older state contradicts what is known as well, but alone: no other counts on meanwhile.
"""

from dataclasses import dataclass

from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.checkins.runs import Said
from domain.devices.alerts import on_copied_credential
from domain.devices.facts import Facts
from domain.devices.model import Device, DeviceState, Reporting

CONTRADICTIONS = 3
"""So many contradictions call a person: one or two are made by a request that a network held up."""
FORGET_INTERVALS = 20
"""A contradiction is forgotten when no other followed within this many intervals of the device."""
MOST_RUNS = 4
"""Runs of a device that are remembered after it has left them."""
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Doubt:
    """``times`` contradictions, the newest at ``at`` against a state at ``sequence``."""

    times: int
    sequence: int
    at: float


class CloneDetector:
    """Asked about check-ins whose number is not above the newest; what it doubts it keeps for the few devices concerned.

    A machine that names its runs never comes back to one that it has left: only another machine is still in it.
    """

    def __init__(self) -> None:
        self._doubts: dict[str, _Doubt] = {}
        self._left: dict[str, tuple[str, ...]] = {}

    def look(
        self,
        tx: Transaction,
        device: Device,
        before: DeviceState,
        known: Reporting | None,
        said: Said,
        facts: Facts,
        radio: Radio | None,
    ) -> bool:
        """Count what contradicts the newest check-in, and raise the alert at the third time; true for a run that was left before.

        ``facts`` and ``radio`` are those before with what the check-in says of them. A new run contradicts nothing.
        """
        is_back = bool(said.boot_id) and said.boot_id in (tx.recall(self._left, device.id) or ())
        former = known.boot_id if known is not None else ''
        is_new = bool(said.boot_id and former) and said.boot_id != former
        if is_back or not is_new:
            self._count(tx, device, before, said, facts, radio)
        return is_back

    def leave(self, tx: Transaction, device: Device, boot_id: str) -> None:
        """The device says that it is in another run now."""
        left = tx.recall(self._left, device.id) or ()
        if boot_id not in left:
            if len(self._left) >= _MOST:
                self._left.clear()
            tx.remember(self._left, device.id, (*left[1 - MOST_RUNS :], boot_id))

    def _count(
        self, tx: Transaction, device: Device, before: DeviceState, said: Said, facts: Facts, radio: Radio | None
    ) -> None:
        if not contradicts(device, before, said.sequence, said.observed_at, facts, radio):
            return
        doubt = tx.recall(self._doubts, device.id)
        if doubt is None or tx.now - doubt.at > FORGET_INTERVALS * device.interval_s:
            if len(self._doubts) >= _MOST:
                self._doubts.clear()
            tx.remember(self._doubts, device.id, _Doubt(1, before.sequence, tx.now))
            return
        if before.sequence <= doubt.sequence:
            return  # no other has counted on since: one device that was set back
        times = doubt.times + 1
        tx.remember(self._doubts, device.id, _Doubt(times, before.sequence, tx.now))
        if times >= CONTRADICTIONS:
            on_copied_credential(tx, device, times, _host_names(before.facts, facts))


def contradicts(
    device: Device, before: DeviceState, sequence: int, observed_at: float, facts: Facts, radio: Radio | None
) -> bool:
    """True when a check-in with a number that is not new says something new.

    Either the newest number comes with other content, or the observation is newer than the newest by more than half an interval.
    """
    if sequence == before.sequence:
        if before.facts.changes(facts):
            return True
        if radio is not None and radio != before.radio:
            return True
    return before.observed_at is not None and observed_at - before.observed_at > device.interval_s / 2


def _host_names(one: Facts, other: Facts) -> tuple[str, ...]:
    """How the two machines call themselves, if they say so and differ."""
    names = {facts.network.hostname for facts in (one, other) if facts.network is not None}
    return tuple(sorted(name for name in names if name))
