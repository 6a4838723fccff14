"""Judging devices again that did not speak themselves: a saved policy, a dead tower, a moved cell, the slow background pass.

Many devices may be concerned, so this walks in small steps and lets check-ins pass in between.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from domain.devices import Device, DeviceState
from domain.evaluation import RuleBook, judge
from domain.fleet import Fleet
from domain.policies import Policy
from domain.road import Draft, Road

STEP = 100
"""Devices judged in one step of the road; about 10 ms of rules."""


class Reconsider:
    """Walks over devices and judges them by the state they have."""

    def __init__(self, *, road: Road, book: RuleBook) -> None:
        self._road = road
        self._book = book

    async def devices(self, enterprise: str, device_ids: Sequence[str], *, rejoin: bool = False) -> None:
        """Judge these devices by every policy; with ``rejoin`` their serving tower is looked up again first."""

        def everything(fleet: Fleet) -> Collection[Policy]:
            return fleet.policies.values()

        await self._walk(enterprise, device_ids, everything, rejoin)

    async def cells(self, enterprise: str, cells: Collection[str]) -> None:
        """The towers of these cells changed: join the devices on them again and judge those."""
        fleet = self._road.fleets.of(enterprise)
        on_them = [state.id for state in fleet.states.values() if state.radio is not None and state.radio.cell in cells]
        await self.devices(enterprise, on_them, rejoin=True)

    async def policy(self, policy: Policy) -> None:
        """A policy was saved or retired: judge everybody it binds or bound."""
        fleet = self._road.fleets.of(policy.enterprise)
        await self._walk(policy.enterprise, list(fleet.devices), lambda _: (policy,), rejoin=False)

    async def timed(self, enterprise: str) -> None:
        """The background pass: judge everybody by the policies that the clock alone can break, and whoever still waits."""
        fleet = self._road.fleets.of(enterprise)
        await self._walk(enterprise, list(fleet.devices), lambda fleet: self._book.timed(fleet), rejoin=False)
        waiting = [state.id for state in fleet.states.values() if not state.settled]
        await self.devices(enterprise, waiting)

    async def _walk(
        self, enterprise: str, device_ids: Sequence[str], which: Callable[[Fleet], Iterable[Policy]], rejoin: bool
    ) -> None:
        for start in range(0, len(device_ids), STEP):
            step = device_ids[start : start + STEP]
            await self._road.travel(lambda draft, step=step: self._judge(draft, enterprise, step, which, rejoin))  # type: ignore[misc]

    def _judge(
        self,
        draft: Draft,
        enterprise: str,
        device_ids: Sequence[str],
        which: Callable[[Fleet], Iterable[Policy]],
        rejoin: bool,
    ) -> None:
        fleet = draft.fleet(enterprise)
        policies = list(which(fleet))
        for device_id in device_ids:
            device = draft.find(Device, enterprise, device_id)
            before = draft.find(DeviceState, enterprise, device_id)
            if device is None or device.retired_at is not None or before is None or before.last_seen is None:
                continue  # nothing is known of it yet: its first check-in is judged by every policy
            state = before
            if rejoin:
                tower = fleet.tower_by_cell(state.radio.cell) if state.radio is not None else None
                state = replace(state, tower=tower) if tower != state.tower else state
            judged = judge(draft, fleet, self._book, device, state, policies)
            if judged is not before:
                draft.put_state(judged, whole=True)
