"""From a violation to the command that answers it, and back."""

from collections.abc import Iterator
from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.devices.actions import Action, rivals
from domain.devices.model import Device, DeviceState
from domain.enforcement.alerts import clear_command_alerts
from domain.enforcement.lifecycle import move, request
from domain.enforcement.lookup import commands_of
from domain.enforcement.model import Command, CommandState
from domain.fleet.fleet import Fleet
from domain.policies.model import Mode, Policy
from domain.policies.violations import Violation


def enforce_now(
    tx: Transaction, fleet: Fleet, device: Device, state: DeviceState, policy: Policy, violation: Violation
) -> Command | None:
    """Request the policy's action if the policy enforces, the grace is over and nothing was requested for this violation yet."""
    if policy.mode is not Mode.ENFORCE or violation.excused_at is not None or violation.cleared_at is not None:
        return None
    # NOTE: a rejected or timed out command is not repeated by itself; a person decides what happens next.
    if violation.command is not None or tx.watched(violation.opened_at) < policy.grace_s:
        return None
    action = Action(policy.action)
    under_way = [one for one in commands_of(tx, device.enterprise, device.id) if rivals(one.action, action)]
    if state.quarantined and not any(command.action is Action.RELEASE for command in under_way):
        return None
    if under_way and under_way[-1].action is action:
        command = under_way[-1]
        if command.policy is None:
            return None  # a person asked for it, so it does not end with this violation
    else:
        command = request(
            tx,
            fleet,
            device,
            action,
            key=f'{violation.id}/{policy.action}',
            reason=f'breaks {policy.name}',
            by='policy',
            policy=policy.id,
            violation=violation.id,
            state=state,
        )
    tx.put(replace(violation, command=command.id))
    return command


def stand_down(tx: Transaction, device: Device, violation: Violation, because: str, *, release: bool) -> None:
    """The violation no longer asks for its action: cancel what is under way, release what was done for it alone.

    Without ``release`` (an excuse) only what the device has not heard of is taken back.
    """
    if violation.command is None:
        return
    state = tx.find(DeviceState, device.enterprise, device.id)
    command = tx.find(Command, device.enterprise, violation.command)
    if violation.cleared_at is None and release:
        tx.put(replace(violation, command=None))
    if release and _others_hold(tx, device, state, violation):
        return
    if command is not None and command.state in (CommandState.REQUESTED, CommandState.QUEUED):
        command = move(tx, device, command, CommandState.CANCELLED, because)
    if command is not None and command.state is CommandState.CANCELLED:
        tx.put(replace(violation, command=None))  # it may be asked for again
        return
    if not release:
        return
    held = state is not None and state.quarantined
    if held or (command is not None and command.state is CommandState.DELIVERED):
        request_release(tx, device, because, f'{violation.id}/release', violation.policy, violation.id)
    if not held:
        clear_command_alerts(tx, device, Action.QUARANTINE)


def request_release(
    tx: Transaction, device: Device, because: str, key: str, policy: str | None, violation: str | None
) -> None:
    """Ask for the end of a quarantine that no violation holds any longer."""
    fleet = tx.fleet(device.enterprise)
    request(tx, fleet, device, Action.RELEASE, key=key, reason=because, by='policy', policy=policy, violation=violation)


def _others_hold(tx: Transaction, device: Device, state: DeviceState | None, ended: Violation) -> bool:
    for other in enforced_violations(tx, device, state):
        if other.id != ended.id:
            # The other violation takes the quarantine over: its end releases the device.
            if other.command is None and ended.command is not None:
                tx.put(replace(other, command=ended.command))
            return True
    return False


def enforced_violations(tx: Transaction, device: Device, state: DeviceState | None) -> Iterator[Violation]:
    """The device's open violations of policies that enforce."""
    for verdict in state.verdicts.values() if state is not None else ():
        violation = tx.find(Violation, device.enterprise, verdict.violation) if verdict.violation else None
        policy = tx.find(Policy, device.enterprise, violation.policy) if violation is not None else None
        if violation is None or violation.cleared_at is not None or policy is None or policy.retired_at is not None:
            continue
        if policy.mode is Mode.ENFORCE:
            yield violation
