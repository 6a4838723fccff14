"""The last hour of each enterprise in a few hundred points, kept in memory: how many devices were there, how many spoke."""

from collections import deque
from dataclasses import dataclass, field

from domain.changes.transactor import Changed, Transactor
from domain.devices.compliance import Compliance
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import DeviceState, Presence

STEP_S = 10
KEPT = 360

Point = tuple[int, int, int, int, float]
"""End of the step (epoch s), devices online, offline, violating, and check-ins per minute."""


@dataclass(slots=True)
class _Hour:
    step: int
    told: float
    standing: tuple[int, int, int]
    checkins: int = 0
    points: deque[Point] = field(default_factory=lambda: deque(maxlen=KEPT))


class Activity:
    """Counts what the transactor tells; nothing runs by itself, a step is closed by the first change or question after its end."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor
        self._hours: dict[str, _Hour] = {}
        transactor.changed.subscribe(self._changed)

    def points(self, enterprise: str, after: float = 0) -> list[Point]:
        """The closed steps that ended after ``after``, oldest first."""
        hour = self._hour(enterprise)
        self._close(hour)
        if not after:
            return list(hour.points)
        fresh = []
        for point in reversed(hour.points):
            if point[0] <= after:
                break
            fresh.append(point)
        return fresh[::-1]

    def _changed(self, changed: Changed) -> None:
        ids = changed.ids.get(DeviceState)
        if not ids:
            return
        hour = self._hour(changed.enterprise)
        self._close(hour)
        fleet = self._transactor.fleets.of(changed.enterprise)
        states, told = fleet[DeviceState], hour.told
        # A state that moved for another reason than a check-in (presence, a policy) was received before the last group.
        for device_id in ids:
            state = states.get(device_id)
            if state is not None and state.received_at is not None and state.received_at >= told:
                hour.checkins += 1
        hour.told = self._transactor.clock()
        hour.standing = self._standing(changed.enterprise)

    def _hour(self, enterprise: str) -> _Hour:
        hour = self._hours.get(enterprise)
        if hour is None:
            now = self._transactor.clock()
            hour = _Hour(int(now // STEP_S), now, self._standing(enterprise))
            self._hours[enterprise] = hour
        return hour

    def _standing(self, enterprise: str) -> tuple[int, int, int]:
        fleet = self._transactor.fleets.of(enterprise)
        online, offline = (
            fleet.index(StatusCounters).presence[Presence.ONLINE],
            fleet.index(StatusCounters).presence[Presence.OFFLINE],
        )
        return online, offline, fleet.index(StatusCounters).compliance[Compliance.VIOLATING]

    def _close(self, hour: _Hour) -> None:
        """Write down the steps that have ended; what stood at the last word stood until now."""
        step = int(self._transactor.clock() // STEP_S)
        hour.step = max(hour.step, step - KEPT)
        while hour.step < step:
            hour.step += 1
            hour.points.append((hour.step * STEP_S, *hour.standing, hour.checkins * 60 / STEP_S))
            hour.checkins = 0
