"""What a device answered to a command."""

from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.common.errors import Conflict
from domain.devices.actions import Action
from domain.devices.model import Device, DeviceState
from domain.enforcement.alerts import clear_command_alerts, command_failed
from domain.enforcement.ladder import enforced_violations, request_release
from domain.enforcement.lifecycle import move
from domain.enforcement.locks import note_lock
from domain.enforcement.model import Command, CommandState
from domain.fleet.fleet import Fleet


def answered(
    tx: Transaction, fleet: Fleet, device: Device, command: Command, *, confirmed: bool, detail: str
) -> Command:
    """The device's word on a command. Repeating the same word is harmless."""
    outcome = CommandState.CONFIRMED if confirmed else CommandState.REJECTED
    if command.state is outcome:
        return command
    if command.delivered_at is None:
        raise Conflict(f'the command is {command.state}: the device was never told')
    moved = move(
        tx, device, command, outcome, detail or ('done' if confirmed else 'refused by the device'), by=device.name
    )
    if not confirmed:
        command_failed(tx, device, moved, f'{device.name} rejected {command.action}')
        return moved
    clear_command_alerts(tx, device, command.action)
    if command.action not in (Action.QUARANTINE, Action.RELEASE):
        note_lock(tx, device, command.action)
        return moved
    state = tx.find(DeviceState, device.enterprise, device.id) or DeviceState(device.id, device.enterprise)
    state = replace(state, quarantined=command.action is Action.QUARANTINE)
    tx.put_parts(state, whole=True)
    if not state.quarantined:
        return moved
    taken_back = command.state is CommandState.CANCELLED
    if taken_back or (command.violation is not None and not any(enforced_violations(tx, device, state))):
        because = 'the quarantine was taken back' if taken_back else 'what it was requested for has ended'
        request_release(tx, device, because, f'{command.id}/release', command.policy, command.violation)
    return moved
