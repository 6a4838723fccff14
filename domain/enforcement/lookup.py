"""A command by its id, as this actor may touch it."""

from domain.access.actors import Actor
from domain.changes.transaction import Transaction
from domain.common.errors import NotFound
from domain.devices.lookup import is_inside
from domain.devices.model import Device
from domain.enforcement.live import OpenCommands
from domain.enforcement.model import Command


def need_command(tx: Transaction, actor: Actor, command_id: str) -> Command:
    """The command to a device, or ``NotFound``."""
    command = tx.need(Command, actor.enterprise, command_id)
    if actor.scope:
        device = tx.find(Device, actor.enterprise, command.device)
        if device is None or not is_inside(tx, actor, device):
            raise NotFound.of(Command, command_id)
    return command


def commands_of(tx: Transaction, enterprise: str, device: str) -> list[Command]:
    """The device's open commands, oldest first."""
    live, pending = tx.fleet(enterprise).index(OpenCommands).of(device), tx.pending(Command, 'device').get(device)
    if not live and not pending:
        return []
    rows: dict[str, Command] = {**live, **(pending or {})}
    # in order of arrival within one moment, which ids made in one millisecond do not show
    return sorted((row for row in rows.values() if row.is_open), key=lambda row: row.requested_at)
