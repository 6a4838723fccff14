"""Taking a tower out, and watching it again."""

from collections.abc import Iterator
from dataclasses import replace

from domain.access.actors import Actor
from domain.changes.naming import named
from domain.changes.transaction import Transaction
from domain.checks.model import CheckState
from domain.common.errors import Conflict, NotFound
from domain.common.versions import check_version
from domain.towers.alerts import tower_retired
from domain.towers.events import TowerRestored, TowerRetired
from domain.towers.lookup import check_cells, check_parent, need_tower
from domain.towers.model import Tower, TowerState
from domain.towers.rollup import Moved, roll_up


def retire(tx: Transaction, actor: Actor, tower_id: str, version: int) -> Tower:
    """The tower as retired; ``Conflict`` while others depend on it."""
    tower = need_tower(tx, actor, tower_id)
    check_version(tower.version, version)
    for words, below in _in_need_of(tx, actor, tower_id):
        raise Conflict(f'{words} {", ".join(below[:3])}; give those another parent first')
    retired = replace(tower, retired_at=tx.now, version=tower.version + 1)
    tx.put(retired)
    tower_retired(tx, retired)
    tx.note(TowerRetired(**tx.about(tower, actor.name)))
    return retired


def restore(tx: Transaction, actor: Actor, kept: Tower) -> tuple[Tower, Moved]:
    """The tower as it is watched again, and what that moved; ``kept`` is what the store has of it.

    What was known of its checks is old: it begins as unknown, as a new one does.
    """
    known = tx.find(Tower, kept.enterprise, kept.id) or kept
    if known.retired_at is None:
        need_tower(tx, actor, known.id)
        raise Conflict(f'{named(tx, actor, known)} is not retired')
    if not actor.scope.rules(known.region):
        raise NotFound.of(Tower, known.id)

    def stands(id: str | None) -> bool:
        above = tx.find(Tower, kept.enterprise, id) if id is not None else None
        return above is not None and above.retired_at is None

    tower = replace(
        known,
        retired_at=None,
        version=known.version + 1,
        parent=known.parent if stands(known.parent) else None,
        backups=tuple(filter(stands, known.backups)),
        power=tuple(filter(stands, known.power)),
    )
    check_cells(tx, actor, tower)
    check_parent(tx, tower)
    tx.put(tower)
    tx.put(TowerState(tower.id, tower.enterprise))
    for check in tower.checks:
        tx.put(CheckState(check.id, tower.enterprise, tower.id))
    tx.note(TowerRestored(**tx.about(tower, actor.name)))
    return tower, roll_up(tx, tx.fleet(tower.enterprise), tower)


def _in_need_of(tx: Transaction, actor: Actor, tower_id: str) -> Iterator[tuple[str, list[str]]]:
    """What the tower does for others, in words, and their names."""
    others = [other for other in tx.all(Tower, actor.enterprise) if other.retired_at is None]
    carried = [named(tx, actor, other) for other in others if tower_id in (other.parent, *other.backups)]
    fed = [named(tx, actor, other) for other in others if tower_id in other.power]
    yield from ((words, ones) for words, ones in (('it carries the backhaul of', carried), ('it feeds', fed)) if ones)
