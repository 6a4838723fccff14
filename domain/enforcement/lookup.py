"""A command by its id, as this actor may touch it."""

from domain.access.actors import Actor
from domain.changes.transaction import Transaction
from domain.common.errors import NotFound
from domain.devices.lookup import _is_inside
from domain.devices.model import Device
from domain.enforcement.model import Command


def need_command(tx: Transaction, actor: Actor, command_id: str) -> Command:
    """The command to a device, or ``NotFound``."""
    command = tx.need(Command, actor.enterprise, command_id)
    if actor.scope:
        device = tx.find(Device, actor.enterprise, command.device)
        if device is None or not _is_inside(tx, actor, device):
            raise NotFound.of(Command, command_id)
    return command
