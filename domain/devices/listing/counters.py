"""Counters over the states of a fleet's devices, moved with each state instead of counted again."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from domain.devices.compliance import Compliance, Verdict
from domain.devices.listing.columns import DeviceColumns
from domain.devices.listing.words import COMPLIANCES, PRESENCES
from domain.devices.model import DeviceState, Presence
from domain.devices.verdicts import differing
from domain.fleet.fleet import Fleet
from domain.fleet.kinds import Index
from domain.fleet.scoped import ScopedFleet

_FINE = frozenset({Compliance.COMPLIANT, Compliance.NOT_APPLICABLE})
_NO_VERDICTS: Mapping[str, Verdict] = {}


class StatusCounters(Index):
    """``by_policy`` counts the devices that a policy finds compliant, violating, excused, unknown; ``not_compliant`` names those to which
    it applies and that it does not find compliant, and what it finds. ``heard`` and ``heard_by_policy`` count compliance of the devices
    alone that are heard from within their interval: a verdict on a device that is away is of the past."""

    def __init__(self, fleet: Fleet) -> None:
        self.presence: Counter[str] = Counter()
        self.compliance: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self.heard_by_policy: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.by_policy: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.not_compliant: defaultdict[str, dict[str, Compliance]] = defaultdict(dict)

    def moved(self, before: DeviceState | None, after: DeviceState | None) -> None:
        """Take one state out and the other in; ``None`` stands for a device that is not there."""
        if (
            before is not None
            and after is not None
            and before.presence is after.presence
            and before.compliance is after.compliance
            and before.verdicts is after.verdicts
        ):
            return  # nearly all check-ins
        if before is None or after is None or before.presence is not after.presence:
            _step(self.presence, before.presence if before else None, after.presence if after else None)
        if before is None or after is None or before.compliance is not after.compliance:
            _step(self.compliance, before.compliance if before else None, after.compliance if after else None)
        self._hear(before, after)
        old = before.verdicts if before is not None else _NO_VERDICTS
        new = after.verdicts if after is not None else _NO_VERDICTS
        if old is not new and (state := after or before) is not None:
            self._judged(state.id, old, new)

    def _hear(self, before: DeviceState | None, after: DeviceState | None) -> None:
        was, now = _is_heard(before), _is_heard(after)
        if not was and not now:
            return
        if was is not now or before is None or after is None or before.compliance is not after.compliance:
            _step(
                self.heard, before.compliance if before and was else None, after.compliance if after and now else None
            )
        old = before.verdicts if before is not None and was else _NO_VERDICTS
        new = after.verdicts if after is not None and now else _NO_VERDICTS
        if old is new:
            return
        for policy in differing(old, new) if old and new else (*old, *new):
            if (left := old.get(policy)) is not None:
                self.heard_by_policy[policy][left.status] -= 1
            if (entered := new.get(policy)) is not None:
                self.heard_by_policy[policy][entered.status] += 1

    def narrowed(self, part: ScopedFleet) -> 'StatusCounters':
        """Of the visible devices, counted when asked for."""
        return cast(StatusCounters, _ScopedCounters(part))

    def _judged(self, device_id: str, before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> None:
        if not before:  # of every device at a start
            for policy, verdict in after.items():
                self._enters(device_id, policy, verdict)
            return
        for policy in differing(before, after):
            if (old := before.get(policy)) is not None:
                self.by_policy[policy][old.status] -= 1
                self.not_compliant[policy].pop(device_id, None)
            if (new := after.get(policy)) is not None:
                self._enters(device_id, policy, new)

    def _enters(self, device_id: str, policy: str, verdict: Verdict) -> None:
        self.by_policy[policy][verdict.status] += 1
        if verdict.status not in _FINE:
            self.not_compliant[policy][device_id] = verdict.status


def _is_heard(state: DeviceState | None) -> bool:
    return state is not None and state.presence is Presence.ONLINE


def _step(counter: Counter[str], left: str | None, entered: str | None) -> None:
    if left is not None:
        counter[left] -= 1
    if entered is not None:
        counter[entered] += 1


class _ScopedCounters:
    def __init__(self, part: ScopedFleet) -> None:
        self._part = part
        self._columns = part.whole.index(DeviceColumns)

    @property
    def presence(self) -> Counter[str]:
        return self._part.figure('presence', lambda: self._by_value(self._columns.presence, PRESENCES))

    @property
    def compliance(self) -> Counter[str]:
        return self._part.figure('compliance', lambda: self._by_value(self._columns.compliance, COMPLIANCES))

    @property
    def heard(self) -> Counter[str]:
        return self._part.figure('heard', lambda: self._by_value(self._columns.compliance, COMPLIANCES, self._online()))

    @property
    def by_policy(self) -> defaultdict[str, Counter[str]]:
        return self._part.figure('by policy', self._count_by_policy)[0]

    @property
    def heard_by_policy(self) -> defaultdict[str, Counter[str]]:
        return self._part.figure('by policy', self._count_by_policy)[1]

    @property
    def not_compliant(self) -> defaultdict[str, dict[str, Compliance]]:
        return self._part.figure('not compliant', self._find_not_compliant)

    def _online(self) -> npt.NDArray[np.bool_]:
        online: npt.NDArray[np.bool_] = self._columns.presence == PRESENCES.index(Presence.ONLINE)
        return online

    def _by_value(
        self, column: npt.NDArray[np.int8], values: tuple[Any, ...], within: npt.NDArray[np.bool_] | None = None
    ) -> Counter[str]:
        mask = self._part.sight.mask()
        counts = np.bincount(column[mask if within is None else mask & within], minlength=len(values))
        return Counter({value: int(count) for value, count in zip(values, counts, strict=True) if count})

    def _count_by_policy(self) -> tuple[defaultdict[str, Counter[str]], defaultdict[str, Counter[str]]]:
        """Of all visible devices, and of those that are heard."""
        found: defaultdict[str, Counter[str]] = defaultdict(Counter)
        heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
        states = self._part.whole[DeviceState]
        for id in self._part.sight.devices():
            state = states[id]
            for counts in (found, heard) if _is_heard(state) else (found,):
                for policy, verdict in state.verdicts.items():
                    counts[policy][verdict.status] += 1
        return found, heard

    def _find_not_compliant(self) -> defaultdict[str, dict[str, Compliance]]:
        found: defaultdict[str, dict[str, Compliance]] = defaultdict(dict)
        flags, row_of = self._part.sight.mask().tobytes(), self._columns.row_of
        for policy, devices in self._part.whole.index(StatusCounters).not_compliant.items():
            found[policy] = {id: status for id, status in devices.items() if flags[row_of[id]]}
        return found
