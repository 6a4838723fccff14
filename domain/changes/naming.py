"""The name under which a thing is told of, also when it is gone."""

from typing import Any

from domain.access.actors import Actor
from domain.changes.transaction import Transaction
from domain.fleet.scoped import ScopedFleet


def named(tx: Transaction, actor: Actor, row: Any) -> str:
    """What stands in the way of a person: its name if their scope shows it, else what kind of thing it is."""
    if not actor.scope or ScopedFleet(tx.fleet(actor.enterprise), actor.scope).shown(row) is not None:
        return str(row.name)
    return f'another {type(row).__name__.lower()}'
