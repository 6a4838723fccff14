"""What time alone sets in motion: a grace that is over, an interlock that has room again, a command without an answer."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeVar

from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.common.watch import Watch
from domain.devices.listing.counters import StatusCounters
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState
from domain.devices.presence import late_after
from domain.enforcement.interlock import limit
from domain.enforcement.ladder import enforce_now
from domain.enforcement.lifecycle import review
from domain.enforcement.live import Held
from domain.enforcement.model import Command, CommandState
from domain.fleet.fleet import Fleet
from domain.maintenance.covering import works_on
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation
from domain.towers.live import tower_state
from domain.towers.model import Tower
from domain.towers.status import excused

STEP = 50
"""Violations or commands decided in one group of changes, so that check-ins pass in between."""
T = TypeVar('T')


class EnforcementService:
    """Enforcement by the clock; what a check-in or a saved policy sets in motion is decided with those."""

    def __init__(self, *, transactor: Transactor) -> None:
        self._transactor = transactor

    async def run_due(self, enterprise: str) -> int:
        """Request what is due, move parked commands on, time out the overdue; how many commands were requested or moved."""
        fleet = self._transactor.fleets.of(enterprise)
        # Overdue ones first: they make room. What has room then goes before what is new.
        watch = self._transactor.fleets.watch
        moved = await self._walk(enterprise, _overdue(fleet, watch), lambda tx, id: _review(tx, enterprise, id))
        moved += await self._walk(enterprise, _parked(fleet), lambda tx, id: _review(tx, enterprise, id))
        return moved + await self._walk(
            enterprise, _violations(fleet, watch), lambda tx, id: _enforce(tx, enterprise, id)
        )

    async def _walk(self, enterprise: str, ids: Sequence[T], decide: Callable[[Transaction, T], bool]) -> int:
        moved = 0
        for start in range(0, len(ids), STEP):
            step = ids[start : start + STEP]
            moved += await self._transactor.transact(
                lambda tx, step=step: sum(decide(tx, id) for id in step),  # type: ignore[misc]
                enterprise,
            )
        return moved


def _overdue(fleet: Fleet, watch: Watch) -> list[str]:
    return [
        command.id
        for command in fleet[Command].values()
        if watch.elapsed(command.moved_at) >= command.expires_at - command.moved_at
    ]


def _parked(fleet: Fleet) -> list[str]:
    """The parked commands that may go now, oldest first, no more than there is room for: the others would be parked again."""
    free = limit(fleet) - len(fleet.index(Held).devices)
    parked = [command for command in fleet[Command].values() if command.state is CommandState.REQUESTED]
    parked.sort(key=lambda command: (command.requested_at, command.id))
    return [command.id for command in islice((c for c in parked if _is_reachable(fleet, c)), max(free, 0))]


def _is_reachable(fleet: Fleet, command: Command) -> bool:
    device, state = fleet[Device].get(command.device), state_of(fleet, command.device)
    if device is not None and works_on(fleet, device.labels) is not None:
        return False
    tower = fleet[Tower].get(state.tower or '')
    return tower is None or not excused(tower, tower_state(fleet, tower.id), state.observed_at)


def _violations(fleet: Fleet, watch: Watch) -> list[tuple[str, str]]:
    """Device and policy of the violations whose grace is over and for which nothing was requested yet.

    After an absence a device gets the time to say how it stands now; what it then says is judged at once.
    """
    now = watch.now()
    found: list[tuple[str, str]] = []
    for policy in fleet[Policy].values():
        if policy.mode is Mode.ENFORCE:
            found += [
                (violation.device, policy.id)
                for violation in _open(fleet, policy)
                if violation.command is None
                and violation.excused_at is None
                and watch.elapsed(violation.opened_at) >= policy.grace_s
                and now >= watch.fair_at(late_after(fleet[Device][violation.device].interval_s))
                and not state_of(fleet, violation.device).quarantined
            ]
    return found


def _open(fleet: Fleet, policy: Policy) -> Iterable[Violation]:
    for device_id in fleet.index(StatusCounters).not_compliant.get(policy.id, ()):
        verdict = state_of(fleet, device_id).verdicts.get(policy.id)
        violation = fleet[Violation].get(verdict.violation) if verdict is not None and verdict.violation else None
        if violation is not None:
            yield violation


def _review(tx: Transaction, enterprise: str, command_id: str) -> bool:
    command = tx.find(Command, enterprise, command_id)
    if command is None or not command.is_open:
        return False
    return review(tx, tx.fleet(enterprise), command).state is not command.state


def _enforce(tx: Transaction, enterprise: str, due: tuple[str, str]) -> bool:
    """Decide on the transaction's newest: since the violation was found due, the device may have spoken."""
    device_id, policy_id = due
    device = tx.find(Device, enterprise, device_id)
    state = tx.find(DeviceState, enterprise, device_id)
    policy = tx.find(Policy, enterprise, policy_id)
    if device is None or device.retired_at is not None or state is None or policy is None:
        return False
    verdict = state.verdicts.get(policy_id)
    violation = tx.find(Violation, enterprise, verdict.violation) if verdict and verdict.violation else None
    if violation is None or policy.retired_at is not None:
        return False
    return enforce_now(tx, tx.fleet(enterprise), device, state, policy, violation) is not None
