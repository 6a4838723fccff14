"""Who has gone silent: a timetable knows when each device can next change, so that nobody asks every device."""

from collections import defaultdict
from dataclasses import replace
from math import inf

from domain.devices import Device, DeviceState, Presence, next_presence_change, presence
from domain.draft import Draft
from domain.road import Road, Touched
from domain.services.checkins import note_presence
from domain.timetable import Timetable

STEP = 200


class PresenceService:
    """Moves devices to late and offline when their silence has lasted long enough.

    One moment per device that can still fall silent; a check-in does not move it, a device that comes due is looked at for its newest
    contact and put back.
    """

    def __init__(self, *, road: Road) -> None:
        self._road = road
        self._due: defaultdict[str, Timetable] = defaultdict(Timetable)
        road.touched.subscribe(self._notice)

    def watch_all(self) -> None:
        """Watch every device that is not offline yet; call once after the reload."""
        for fleet in self._road.fleets:
            for device_id in fleet.devices:
                self._watch(fleet.enterprise.id, device_id)

    def next_due(self) -> float | None:
        """When the next device can change, in epoch seconds."""
        return min((moment for due in self._due.values() if (moment := due.next()) is not None), default=None)

    async def expire(self) -> int:
        """Bring every device that is due up to date; how many changed."""
        now = self._road.clock()
        due: dict[str, list[str]] = {}
        for enterprise, timetable in self._due.items():
            if rows := timetable.take(now):
                device_ids = self._road.fleets.of(enterprise).rows.ids
                due[enterprise] = [device_id for row in rows if (device_id := device_ids[row]) is not None]
        changed = 0
        try:
            for enterprise, ids in due.items():
                for start in range(0, len(ids), STEP):
                    step = ids[start : start + STEP]
                    changed += await self._road.travel(
                        lambda draft, step=step, who=enterprise: self._age(draft, who, step),  # type: ignore[misc]
                        enterprise,
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
        if device is None or state is None:
            return
        due, row = self._due[enterprise], fleet.rows.row_of[device_id]
        if state.last_seen is None:
            due.set(row, inf)  # the row may have been that of a retired device, which was due at some moment
            return
        now = self._road.clock()
        if presence(state.last_seen, device.interval_s, now) is not state.presence:
            moment: float | None = (
                now  # silence passed while nobody was looking, for instance while we were not running
            )
        else:
            moment = next_presence_change(state.last_seen, device.interval_s, now)
        if moment is not None and moment < due.moment(row):
            due.set(row, moment)

    def _notice(self, touched: Touched) -> None:
        for device_id in touched.ids.get(Device, ()):
            self._watch(touched.enterprise, device_id)
        fleet, due = self._road.fleets.of(touched.enterprise), self._due[touched.enterprise]
        states, row_of = fleet.states, fleet.rows.row_of
        for device_id in touched.ids.get(DeviceState, ()):
            row = row_of.get(device_id)
            if row is not None and due.moment(row) == inf and states[device_id].presence is not Presence.OFFLINE:
                self._watch(touched.enterprise, device_id)
