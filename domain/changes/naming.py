"""How a thing is named to an actor whose role may not show it."""

from typing import Any

from domain.access.actors import Actor
from domain.changes.transaction import Transaction
from domain.fleet.scoped import ScopedFleet


def named(tx: Transaction, actor: Actor, row: Any) -> str:
    """What stands in the way of a change: its name if the actor's scope shows it, else what kind of thing it is."""
    if not actor.scope or ScopedFleet(tx.fleet(actor.enterprise), actor.scope).shown(row) is not None:
        return str(row.name)
    return f'another {type(row).__name__.lower()}'
