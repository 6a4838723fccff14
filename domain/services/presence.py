"""Who has gone silent: a heap knows which device is next, so that nobody scans the fleet."""

import heapq
from dataclasses import replace

from domain.devices import Device, DeviceState, Presence, next_presence_change, presence
from domain.draft import Draft
from domain.road import Road, Touched
from domain.services.checkins import note_presence

STEP = 200


class PresenceService:
    """Moves devices to late and offline when their silence has lasted long enough.

    One heap entry per device that can still fall silent; a check-in does not touch the heap, an entry that comes due looks at the
    newest contact and is put back.
    """

    def __init__(self, *, road: Road) -> None:
        self._road = road
        self._due: list[tuple[float, str, str]] = []
        self._watched: dict[str, float] = {}
        road.touched.subscribe(self._notice)

    def watch_all(self) -> None:
        """Watch every device that is not offline yet; call once after the reload."""
        for fleet in self._road.fleets:
            for device_id in fleet.devices:
                self._watch(fleet.enterprise.id, device_id)

    def next_due(self) -> float | None:
        """When the next device can change, in epoch seconds."""
        return self._due[0][0] if self._due else None

    async def expire(self) -> int:
        """Bring every device that is due up to date; how many changed."""
        now = self._road.clock()
        due: dict[str, list[str]] = {}
        while self._due and self._due[0][0] < now:
            moment, enterprise, device_id = heapq.heappop(self._due)
            if self._watched.get(device_id) == moment:
                del self._watched[device_id]
                due.setdefault(enterprise, []).append(device_id)
        changed = 0
        try:
            for enterprise, ids in due.items():
                for start in range(0, len(ids), STEP):
                    step = ids[start : start + STEP]
                    changed += await self._road.travel(
                        lambda draft, step=step, who=enterprise: self._age(draft, who, step)  # type: ignore[misc]
                    )
        finally:  # also those that could not be aged because the store was away: they stay due
            for enterprise, ids in due.items():
                for device_id in ids:
                    self._watch(enterprise, device_id)
        return changed

    def _age(self, draft: Draft, enterprise: str, ids: list[str]) -> int:
        changed = 0
        for device_id in ids:
            device = draft.find(Device, enterprise, device_id)
            before = draft.find(DeviceState, enterprise, device_id)
            if device is None or before is None or device.retired_at is not None:
                continue
            here = presence(before.last_seen, device.interval_s, draft.now)
            if here is not before.presence:
                after = replace(before, presence=here, presence_since=draft.now)
                draft.put_state(after, whole=False)
                note_presence(draft, device, before, after)
                changed += 1
        return changed

    def _watch(self, enterprise: str, device_id: str) -> None:
        fleet = self._road.fleets.of(enterprise)
        device, state = fleet.devices.get(device_id), fleet.states.get(device_id)
        if device is None or state is None or state.last_seen is None:
            return
        now = self._road.clock()
        if presence(state.last_seen, device.interval_s, now) is not state.presence:
            moment: float | None = (
                now  # silence passed while nobody was looking, for instance while we were not running
            )
        else:
            moment = next_presence_change(state.last_seen, device.interval_s, now)
        if moment is not None and moment < self._watched.get(device_id, float('inf')):
            self._watched[device_id] = moment
            heapq.heappush(self._due, (moment, enterprise, device_id))

    def _notice(self, touched: Touched) -> None:
        for device_id in touched.ids.get(Device, ()):
            self._watch(touched.enterprise, device_id)
        states = self._road.fleets.of(touched.enterprise).states
        for device_id in touched.ids.get(DeviceState, ()):
            state = states.get(device_id)
            if device_id not in self._watched and state is not None and state.presence is not Presence.OFFLINE:
                self._watch(touched.enterprise, device_id)
