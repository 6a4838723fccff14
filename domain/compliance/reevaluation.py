"""Judging devices again that did not speak themselves: a saved policy, a dead tower, a moved cell, the slow background pass.

Many devices may be concerned, so this walks in small steps and lets check-ins pass in between.
"""

import asyncio
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from domain.access.shares import SLICE_S, Shares
from domain.cellular.cells import Key, anchor_of, cell_of, wide_of
from domain.changes.store import Store
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.compliance.compiled import CompiledPolicies
from domain.compliance.evaluation import judge
from domain.devices.alerts import on_unknown_cell
from domain.devices.compliance import Compliance
from domain.devices.copied_cells import on_copied_numbers
from domain.devices.listing.labels import LabelIndex
from domain.devices.model import Device, DeviceState
from domain.devices.presence import late_after
from domain.fleet.fleet import Fleet
from domain.maintenance.covering import works_on
from domain.policies.alerts import policy_changed, rule_troubled
from domain.policies.live import rule_trouble
from domain.policies.model import Policy
from domain.policies.violations import Violation
from domain.towers.alerts import on_area
from domain.towers.cells import Cells
from domain.towers.live import OnTower, tower_state
from domain.towers.model import Tower, TowerState
from domain.towers.status import EXCUSING, excused

Which = Callable[[Fleet, Device, DeviceState], Collection[Policy] | None]
"""The policies to ask about a device; ``None`` leaves it alone for now."""
STEP = 500
"""The most devices judged in one group of changes; a step ends earlier when it has taken :data:`domain.access.shares.SLICE_S`."""


class Reevaluator:
    """Walks over devices and judges them by the state they have."""

    def __init__(self, *, transactor: Transactor, book: CompiledPolicies, store: Store, shares: Shares) -> None:
        self._transactor = transactor
        self._book = book
        self._store = store
        self._shares = shares

    async def devices(self, enterprise: str, device_ids: Sequence[str], *, rejoin: bool = False) -> None:
        """Judge these devices by every policy; with ``rejoin`` their serving tower is looked up again first."""
        await self._walk(enterprise, device_ids, _every_policy, rejoin=rejoin)

    async def labelled(self, enterprise: str, labels: Mapping[str, str]) -> None:
        """Judge the devices that carry all of these labels by every policy."""
        of = self._transactor.fleets.of(enterprise).index(LabelIndex)
        await self.devices(enterprise, sorted(frozenset.intersection(*(of.ids(*label) for label in labels.items()))))

    async def cells(self, enterprise: str, cells: Collection[Key]) -> None:
        """The towers of these cells changed: join the devices on them again and judge those."""
        fleet = self._transactor.fleets.of(enterprise)
        wanted = {wide_of(cell) for cell in cells}
        on_them = [
            state.id
            for state in fleet[DeviceState].values()
            if state.radio is not None
            and any(
                key is not None and wide_of(key) in wanted for key in (cell_of(state.radio), anchor_of(state.radio))
            )
        ]
        await self.devices(enterprise, on_them, rejoin=True)

    async def tower(self, before: TowerState, after: TowerState) -> None:
        """A tower's status changed: judge the devices it serves, by every policy when it begins or ends to excuse them."""
        if before.status is after.status:
            return
        fleet = self._transactor.fleets.of(after.enterprise)
        if (before.status in EXCUSING) is not (after.status in EXCUSING):
            await self.devices(after.enterprise, list(fleet.index(OnTower).devices(after.id)))
        elif readers := self._book.tower_readers(fleet):
            await self._walk(after.enterprise, list(fleet.index(OnTower).devices(after.id)), lambda *_: readers)

    async def policy(self, policy: Policy) -> None:
        """A policy was saved or retired: judge all devices it binds or bound."""
        fleet = self._transactor.fleets.of(policy.enterprise)
        await self._walk(policy.enterprise, list(fleet[Device]), lambda *_: (policy,))
        await self._transactor.transact(
            lambda tx: policy_changed(tx, tx.find(Policy, policy.enterprise, policy.id) or policy),
            policy.enterprise,
        )
        await self._mark(fleet)

    def device(self, tx: Transaction, device: Device) -> None:
        """A device was changed or has answered: judge it by every policy, within that change."""
        fleet = tx.fleet(device.enterprise)
        state = tx.find(DeviceState, device.enterprise, device.id)
        if state is not None and state.last_seen is not None:
            judged = judge(tx, fleet, self._book, device, state, fleet[Policy].values())
            if judged is not state:
                tx.put_parts(judged, whole=True)

    async def background(self, enterprise: str, *, share: float = 1.0) -> None:
        """Judge all devices by the policies that the clock alone can break, and catch up with what was missed.

        Missed is a late check-in that awaits evaluation, and what a walk left undone that was cut short (by a stop, by a store that
        was away). It rests after each step, so that it takes about this ``share`` of the time (0 to 1).
        """
        fleet = self._transactor.fleets.of(enterprise)
        await self._walk(enterprise, list(fleet[Device]), self._due, share=share)
        await self._mark(fleet)
        for policy_id in {violation.policy for violation in fleet[Violation].values()} - fleet[Policy].keys():
            policy = await self._store.get(Policy, enterprise, policy_id)
            if policy is not None and policy.retired_at is not None:
                await self.policy(policy)  # its retirement was cut short before every violation of it was closed

    async def _walk(
        self, enterprise: str, device_ids: Sequence[str], which: Which, *, rejoin: bool = False, share: float = 1.0
    ) -> None:
        at = 0
        while at < len(device_ids):
            step, began = device_ids[at : at + STEP], time.perf_counter()
            async with self._shares.slice(enterprise):
                at += await self._transactor.transact(partial(self._judge, enterprise, step, which, rejoin), enterprise)
            if share < 1:
                await asyncio.sleep((time.perf_counter() - began) * (1 / share - 1))

    def _judge(self, enterprise: str, device_ids: Sequence[str], which: Which, rejoin: bool, tx: Transaction) -> int:
        """Judge these devices, in their order; how many of them were, when time is up."""
        fleet = tx.fleet(enterprise)
        until = time.perf_counter() + SLICE_S
        for number, device_id in enumerate(device_ids):
            if number and time.perf_counter() > until:
                return number
            device = tx.find(Device, enterprise, device_id)
            before = tx.find(DeviceState, enterprise, device_id)
            if device is None or device.retired_at is not None or before is None or before.last_seen is None:
                continue  # nothing is known of it yet: its first check-in is judged by every policy
            state = before
            if rejoin:
                tower = fleet.index(Cells).tower_of(state.radio)
                state = replace(state, tower=tower) if tower != state.tower else state
                if tower is not None and state.radio is not None and state.settled:
                    on_area(tx, tx.need(Tower, enterprise, tower), state.radio)
            policies = which(fleet, device, state)
            if policies is None:
                continue
            if not state.settled and len(policies) == len(fleet[Policy]):
                state = replace(state, settled=True)
                if state.tower is None and state.radio is not None:
                    on_unknown_cell(tx, fleet, device, state.radio)
                    on_copied_numbers(tx, fleet, device, state.radio)
            judged = judge(tx, fleet, self._book, device, state, policies)
            if judged is not before:
                tx.put_parts(judged, whole=True)
        return len(device_ids)

    async def _mark(self, fleet: Fleet) -> None:
        """Say of each policy whose rule is not asked that it is not, by an alert, and take that back when it is."""
        enterprise = fleet.enterprise.id
        trouble = {policy.id: self._book.trouble(fleet, policy) for policy in fleet[Policy].values()}
        told = {id: rule_trouble(fleet, id) for id in trouble}
        if told == trouble:
            return

        def decide(tx: Transaction) -> None:
            for id, words in trouble.items():
                policy = tx.find(Policy, enterprise, id)
                if policy is not None and policy.retired_at is None and policy == fleet[Policy].get(id):
                    rule_troubled(tx, policy, words)

        await self._transactor.transact(decide)

    def _due(self, fleet: Fleet, device: Device, state: DeviceState) -> Collection[Policy] | None:
        if not state.settled:
            quiet = self._transactor.fleets.watch.elapsed(state.received_at or 0) > late_after(device.interval_s)
            return fleet[Policy].values() if quiet else None  # newer news may be on its way from the same buffer
        tower = fleet[Tower].get(state.tower or '')
        excuse = tower is not None and excused(tower, tower_state(fleet, tower.id), state.observed_at)
        excuse = excuse or works_on(fleet, device.labels) is not None
        wrong = Compliance.VIOLATING if excuse else Compliance.EXCUSED
        if any(verdict.status is wrong for verdict in state.verdicts.values()):
            return fleet[Policy].values()
        timed = {policy.id for policy in self._book.timed(fleet)}
        return [policy for id, policy in fleet[Policy].items() if id in timed or _missed(policy, device, state)]


def _every_policy(fleet: Fleet, device: Device, state: DeviceState) -> Collection[Policy]:
    return fleet[Policy].values()


def _missed(policy: Policy, device: Device, state: DeviceState) -> bool:
    """True when the verdict is not of the policy as it is now."""
    verdict = state.verdicts.get(policy.id)
    version = verdict.version if verdict is not None else None
    return version != (policy.version if policy.selector.matches(device.kind, device.labels) else None)
