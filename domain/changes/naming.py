"""The name under which a thing is told of, also when it is gone."""

from domain.access.actors import Actor
from domain.changes.transaction import Transaction
from domain.devices.model import Device
from domain.fleet.scoped import ScopedFleet
from domain.towers.model import Tower


def named(tx: Transaction, actor: Actor, row: Device | Tower) -> str:
    """What stands in the way of somebody, by name if they may see it."""
    if not actor.scope or ScopedFleet(tx.fleet(actor.enterprise), actor.scope).shown(row) is not None:
        return row.name
    return f'another {type(row).__name__.lower()}'
