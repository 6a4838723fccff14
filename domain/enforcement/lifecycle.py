"""The life of a command: requested, held back by the interlock, delivered with a check-in, answered, timed out.

The interlock parks a command (``requested``) while too large a share of the fleet is held already, or while the device sits behind
a dead or maintained tower; :func:`review` moves it on when that has passed.
"""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.common.errors import Conflict
from domain.common.ids import new_id
from domain.devices.actions import Action, rivals
from domain.devices.model import Device, DeviceState
from domain.enforcement.alerts import command_failed
from domain.enforcement.events import CommandMoved
from domain.enforcement.interlock import interlock
from domain.enforcement.lookup import commands_of
from domain.enforcement.model import Command, CommandState, may_move
from domain.fleet.fleet import Fleet

DELIVER_WITHIN_S = 7 * 86_400
"""A command that no check-in has picked up after this long is timed out."""


_UNHEARD = {
    CommandState.REQUESTED: 'the interlock held it back for too long',
    CommandState.QUEUED: 'the device did not check in to fetch it',
    CommandState.DELIVERED: 'the device did not answer',
}


ANSWER_WITHIN_S = 300
"""A delivered command that the device has not answered after this long is timed out; a later answer still counts."""


def request(
    tx: Transaction,
    fleet: Fleet,
    device: Device,
    action: Action,
    *,
    key: str,
    reason: str,
    by: str,
    policy: str | None = None,
    violation: str | None = None,
    state: DeviceState | None = None,
) -> Command:
    """The open command of that key or that action, or a new one: queued, or parked by the interlock, which ``state`` is for.

    The opposite action is cancelled while the device has not heard of it; after that it is followed by this one.
    """
    under_way = [one for one in commands_of(tx, device.enterprise, device.id) if rivals(one.action, action)]
    for other in under_way:
        if other.key == key or (other is under_way[-1] and other.action is action):
            return other
        if other.action is not action and other.state is not CommandState.DELIVERED:
            move(tx, device, other, CommandState.CANCELLED, f'{action} was requested instead')
    parked = interlock(tx, fleet, device, action, state)
    command = Command(
        id=new_id(),
        enterprise=device.enterprise,
        device=device.id,
        action=action,
        key=key,
        state=CommandState.REQUESTED if parked else CommandState.QUEUED,
        requested_at=tx.now,
        moved_at=tx.now,
        expires_at=tx.now + DELIVER_WITHIN_S,
        reason=reason,
        because=parked or 'waits for the next check-in',
        policy=policy,
        violation=violation,
        requested_by=by,
    )
    tx.put(command)
    _journal(tx, device, command, None, by)
    return command


def review(tx: Transaction, fleet: Fleet, command: Command) -> Command:
    """Move a parked or overdue command on; the same command when there is nothing to do."""
    device = tx.find(Device, command.enterprise, command.device)
    if device is None:
        return command
    if tx.watched(command.moved_at) >= command.expires_at - command.moved_at:
        because = _UNHEARD[command.state]
        moved = move(tx, device, command, CommandState.TIMED_OUT, because)
        command_failed(tx, device, moved, f'{device.name} did not carry out {command.action}')
        return moved
    if command.state is CommandState.REQUESTED:
        parked = interlock(tx, fleet, device, command.action)
        if not parked:
            return move(tx, device, command, CommandState.QUEUED, 'waits for the next check-in')
        if parked != command.because:
            command = replace(command, because=parked)
            tx.put(command)
    return command


def deliver(tx: Transaction, device: Device) -> list[Command]:
    """The commands that go out with the reply to a check-in; repeated until the device answers."""
    delivered = []
    for command in commands_of(tx, device.enterprise, device.id):
        if command.state is CommandState.QUEUED:
            command = move(tx, device, command, CommandState.DELIVERED, 'waits for the answer of the device')
        elif command.state is CommandState.DELIVERED:
            command = replace(command, deliveries=command.deliveries + 1)
            tx.put(command)
        if command.state is CommandState.DELIVERED:
            delivered.append(command)
    return delivered


def move(tx: Transaction, device: Device, command: Command, state: CommandState, because: str, by: str = '') -> Command:
    """Take one step of the lifecycle; ``Conflict`` when there is no such step."""
    if not may_move(command.state, state):
        raise Conflict(f'the command is {command.state} and cannot become {state}')
    delivered = state is CommandState.DELIVERED
    moved = replace(
        command,
        state=state,
        because=because,
        moved_at=tx.now,
        expires_at=tx.now + ANSWER_WITHIN_S if delivered else command.expires_at,
        delivered_at=tx.now if delivered else command.delivered_at,
        deliveries=command.deliveries + delivered,
    )
    tx.put(moved)
    _journal(tx, device, moved, command.state, by)
    return moved


def _journal(tx: Transaction, device: Device, command: Command, before: CommandState | None, by: str) -> None:
    tx.note(
        CommandMoved(
            **tx.about(device, by),
            command=command.id,
            action=command.action,
            before=before,
            after=command.state,
            because=command.because,
            after_s=tx.now - command.requested_at,
            reason=command.reason if before is None else '',
        )
    )
