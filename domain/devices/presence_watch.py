"""Which devices have gone silent: a timetable knows when each can next change, so that not every one has to be looked at."""

import asyncio
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import inf

from domain.changes.transaction import Transaction
from domain.changes.transactor import Changed, Transactor
from domain.checks.model import CheckState
from domain.common.errors import Unavailable
from domain.devices.due_times import Timetable
from domain.devices.events import PresenceChanged
from domain.devices.listing.columns import DeviceColumns
from domain.devices.model import Device, DeviceState, Presence
from domain.devices.presence import late_after, offline_after, presence
from domain.devices.unwatched.keeping import Journal, keep_gaps, known_gaps
from domain.fleet.fleet import Fleet

STEP = 200


AT_ONCE = 2000
"""Devices that are begun to be watched before anything else gets its turn."""


_BETTER_FIRST = (Presence.NEVER_SEEN, Presence.ONLINE, Presence.LATE, Presence.OFFLINE)


class _Heard:
    """By row of a fleet: when each device was last heard and is next due (watched moments), and the check-in that says so."""

    def __init__(self) -> None:
        self.due = Timetable()
        self._at: array[float] = array('d')
        self._received: array[float] = array('d')

    def silence(self, row: int, now: float) -> float:
        """Watched seconds without a word."""
        return now - self._at[row] if row < len(self._at) else inf

    def is_news(self, row: int, received_at: float | None) -> bool:
        """True when that check-in has not been noted."""
        return received_at is not None and (row >= len(self._received) or self._received[row] != received_at)

    def hear(self, row: int, received_at: float, at: float) -> None:
        """A check-in was received at that moment of the wall clock; it shows that the device was there at the watched moment ``at``."""
        missing = row + 1 - len(self._at)
        if missing > 0:
            self._at.extend([-inf] * missing)
            self._received.extend([-inf] * missing)
        self._at[row], self._received[row] = at, received_at


class PresenceService:
    """Moves devices to late and offline when their silence has lasted long enough, in time that was watched (:mod:`domain.common.watch`).

    One moment per device that can still fall silent; a check-in does not move it, a device that comes due is looked at for its newest
    contact and put back.
    """

    def __init__(self, *, transactor: Transactor, store: Journal) -> None:
        self._transactor = transactor
        self._store = store
        self._heard: defaultdict[str, _Heard] = defaultdict(_Heard)
        transactor.changed.subscribe(self._notice)

    async def watch_all(self) -> None:
        """Watch every device that is not offline yet; call once after the reload. Gives way, so that a lease can be renewed meanwhile."""
        watch = self._transactor.fleets.watch
        signs = [moment for fleet in self._transactor.fleets for moment in _signs_of_life(fleet)]
        for fleet in self._transactor.fleets:
            signs += [one.entry.at for one in await self._store.journal_before(fleet.enterprise.id, None, 1)]
        last = watch.was_away_since(signs, await known_gaps(self._store))
        now = watch.now()
        for fleet in self._transactor.fleets:
            heard = self._heard[fleet.enterprise.id]
            for number, (device_id, state) in enumerate(list(fleet[DeviceState].items())):
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)
                if state.last_seen is not None:
                    silence = _silence_before(state, fleet[Device][device_id].interval_s, last or 0.0)
                    heard.hear(fleet.index(DeviceColumns).row_of[device_id], state.received_at or 0.0, now - silence)
            for number, device_id in enumerate(list(fleet[Device])):
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)
                self._watch(fleet.enterprise.id, device_id)

    def next_due(self) -> float | None:
        """When the next device can change, in epoch seconds, if nothing is heard and the clock is not set until then."""
        watch = self._transactor.fleets.watch
        moments = (moment for heard in self._heard.values() if (moment := heard.due.next()) is not None)
        first = min(moments, default=None)
        return None if first is None else watch.clock() + (first - watch.now())

    async def expire(self) -> int:
        """Bring every device that is due up to date; how many changed. Raises ``Unavailable`` while no change can be kept.

        What cannot be kept can no device say either, so from then on nothing counts as silence until a change is kept again.
        """
        watch = self._transactor.fleets.watch
        watch.look()
        due = {enterprise: ids for enterprise in self._heard if (ids := await self._due(enterprise))}
        changed = 0
        try:
            if await keep_gaps(self._transactor):
                watch.regain_sight()
            for enterprise, ids in due.items():
                for start in range(0, len(ids), STEP):
                    step = ids[start : start + STEP]
                    if watch.is_blind:
                        await self._transactor.transact(
                            lambda tx, who=enterprise, id=step[0]: _as_it_is(tx, who, id),  # type: ignore[misc]
                            enterprise,
                        )
                        watch.regain_sight()
                    changed += await self._transactor.transact(
                        lambda tx, step=step, who=enterprise: self._age(tx, who, step),  # type: ignore[misc]
                        enterprise,
                    )
        except Unavailable:
            watch.lose_sight()
            raise
        finally:  # also those that could not be aged because the store was away: they stay due
            for enterprise, ids in due.items():
                for device_id in ids:
                    self._watch(enterprise, device_id)
        return changed

    async def _due(self, enterprise: str) -> list[str]:
        """The devices of an enterprise that have changed by silence alone; the others that were due get their next moment."""
        heard, now = self._heard[enterprise], self._transactor.fleets.watch.now()
        rows, found = heard.due.take(now), []
        for number, row in enumerate(rows):
            fleet = self._transactor.fleets.of(enterprise)
            device_id = fleet.index(DeviceColumns).ids[row]
            if device_id is None:
                continue
            device, state = fleet[Device].get(device_id), fleet[DeviceState].get(device_id)
            if device is not None and state is not None and self._is(device, state, row) is not state.presence:
                found.append(device_id)
            else:
                self._watch(enterprise, device_id)
            if number % STEP == STEP - 1:
                await asyncio.sleep(0)
        return found

    def _is(self, device: Device, state: DeviceState, row: int) -> Presence:
        """What its silence makes of a device by now; none gets worse before it had a fair chance to be heard."""
        if state.last_seen is None:
            return state.presence
        heard, now = self._heard[device.enterprise], self._transactor.fleets.watch.now()
        if heard.is_news(row, state.received_at):
            return state.presence  # in this very group
        here = presence(heard.silence(row, now), device.interval_s)
        if here is Presence.OFFLINE and now <= self._fair_at(offline_after, device):
            here = Presence.LATE
        if _is_better(state.presence, here) and now <= self._fair_at(late_after, device):
            return state.presence
        return here

    def _fair_at(self, bound: Callable[[float], float], device: Device) -> float:
        return self._transactor.fleets.watch.fair_at(bound(device.interval_s))

    def _age(self, tx: Transaction, enterprise: str, ids: list[str]) -> int:
        changed = 0
        row_of = tx.fleet(enterprise).index(DeviceColumns).row_of
        for device_id in ids:
            device = tx.find(Device, enterprise, device_id)
            before = tx.find(DeviceState, enterprise, device_id)
            row = row_of.get(device_id)
            if device is None or before is None or row is None or device.retired_at is not None:
                continue
            here = self._is(device, before, row)
            if here is not before.presence:
                after = replace(before, presence=here, presence_since=tx.now)
                tx.put_parts(after, whole=False)
                note_presence(tx, device, before, after)
                changed += 1
        return changed

    def _watch(self, enterprise: str, device_id: str) -> None:
        fleet, heard = self._transactor.fleets.of(enterprise), self._heard[enterprise]
        device, state = fleet[Device].get(device_id), fleet[DeviceState].get(device_id)
        if device is None or state is None:
            return
        due, row = heard.due, fleet.index(DeviceColumns).row_of[device_id]
        if state.last_seen is None:
            due.set(row, inf)  # the row may have been that of a retired device, which was due at some moment
            return
        now = self._transactor.fleets.watch.now()
        silence = heard.silence(row, now)
        if _is_better(presence(silence, device.interval_s), state.presence):
            moment = now - 1.0  # overdue: its interval was changed
        elif state.presence is Presence.OFFLINE:
            return
        else:
            bound = offline_after if state.presence is Presence.LATE else late_after
            moment = max(now - silence + bound(device.interval_s), self._fair_at(bound, device))
            # a word may come at any moment, and after it the device can be late again this soon
            moment = min(moment, now + late_after(device.interval_s))
        if moment < due.moment(row):
            due.set(row, moment)

    def _notice(self, changed: Changed) -> None:
        watch = self._transactor.fleets.watch
        watch.regain_sight()
        fleet, heard = self._transactor.fleets.of(changed.enterprise), self._heard[changed.enterprise]
        states, row_of, now = fleet[DeviceState], fleet.index(DeviceColumns).row_of, watch.now()
        due = heard.due
        for device_id in changed.ids.get(DeviceState, ()):
            row = row_of.get(device_id)
            if row is None:
                continue
            state = states[device_id]
            received = state.received_at
            if received is not None and heard.is_news(row, received):
                heard.hear(row, received, now - max(0.0, received - (state.last_seen or received)))
            if due.moment(row) == inf and state.presence is not Presence.OFFLINE:
                self._watch(changed.enterprise, device_id)
        for device_id in changed.ids.get(Device, ()):
            self._watch(changed.enterprise, device_id)


def _is_better(one: Presence, other: Presence) -> bool:
    return _BETTER_FIRST.index(one) < _BETTER_FIRST.index(other)


def _as_it_is(tx: Transaction, enterprise: str, device_id: str) -> None:
    """Write a state as it is: whether changes are kept, only a change can show."""
    state = tx.find(DeviceState, enterprise, device_id)
    if state is not None:
        tx.put_parts(state, whole=False)


def _signs_of_life(fleet: Fleet) -> Iterator[float]:
    """Moments at which a process took something down about this fleet."""
    for state in fleet[DeviceState].values():
        yield max(state.received_at or 0.0, state.presence_since or 0.0)
    for check in fleet[CheckState].values():
        yield check.checked_at or 0.0


def _silence_before(state: DeviceState, interval_s: float, last: float) -> float:
    """The silence that a former process, up until ``last``, has watched.

    When the moments speak of more than the presence that it had stored, it knew why: the clock was set meanwhile, or it was away itself.
    """
    silence = max(0.0, last - state.last_seen) if state.last_seen is not None else 0.0
    by_moments = presence(silence, interval_s)
    if _is_better(by_moments, state.presence):  # no device comes back by a restart
        return 1 + (offline_after if state.presence is Presence.OFFLINE else late_after)(interval_s)
    return 0.0 if _is_better(state.presence, by_moments) and state.presence is Presence.ONLINE else silence


def note_presence(tx: Transaction, device: Device, before: DeviceState, after: DeviceState) -> None:
    """Journal a change of presence; the first contact and coming back say how long the device was away."""
    away = None
    if after.presence is Presence.ONLINE and before.last_seen is not None:
        away = max(0.0, tx.now - before.last_seen)  # the clock may have been set back
    tx.note(PresenceChanged(**tx.about(device), before=before.presence, after=after.presence, away_s=away))
