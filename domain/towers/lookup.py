"""Towers by id, by cell and by parent, as this actor may touch them."""

from dataclasses import replace

from domain.access.actors import Actor
from domain.access.scopes import words
from domain.cellular.cells import Key, cell_of
from domain.changes.naming import named
from domain.changes.transaction import Transaction
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.fleet.scoped import ScopedFleet
from domain.towers.cells import Cells
from domain.towers.model import Tower


def check_cells(tx: Transaction, actor: Actor, tower: Tower) -> None:
    fleet = tx.fleet(tower.enterprise)
    seen: set[Key | None] = set()
    pending = {
        cell_of(cell): other
        for other in tx.rows(Tower).values()
        if other.enterprise == tower.enterprise and other.retired_at is None
        for cell in other.cells
    }
    for index, cell in enumerate(tower.cells):
        key = cell_of(cell)
        if key in seen:
            raise Invalid(f'cell {cell.key} is listed twice', field=f'cells.{index}')
        seen.add(key)
        owner = fleet.index(Cells).tower_of(cell)
        other = pending.get(key) or (tx.find(Tower, tower.enterprise, owner) if owner else None)
        if (
            other is not None
            and other.id != tower.id
            and other.retired_at is None
            and key in {cell_of(each) for each in other.cells}
        ):
            raise Conflict(f'cell {cell.key} belongs to {named(tx, actor, other)}', field=f'cells.{index}')


MOST_IN_A_ROW = 64


def check_parent(tx: Transaction, tower: Tower) -> None:
    """Refuse a tower that depends on one that is not there, or on itself through others."""
    for field, ids in (('parent_id', _told(tower.parent)), ('backup_ids', tower.backups), ('power_ids', tower.power)):
        for id in ids:
            _check_above(tx, tower, id, field)


def _told(id: str | None) -> tuple[str, ...]:
    return () if id is None else (id,)


def _check_above(tx: Transaction, tower: Tower, first: str, field: str) -> None:
    seen, ahead = {first}, [first]
    for _ in range(MOST_IN_A_ROW):
        above, ahead = ahead, []
        for id in above:
            if id == tower.id:
                words = 'feed itself' if field == 'power_ids' else 'carry its own backhaul'
                raise Invalid(f'a tower cannot {words}, directly or through others', field=field)
            found = tx.find(Tower, tower.enterprise, id)
            if found is None or found.retired_at is not None:
                raise Invalid('there is no such tower', field=field)
            ahead += [one for group in found.needs for one in group if one not in seen]
            seen.update(ahead)
        if not ahead:
            return
    raise Invalid(f'more than {MOST_IN_A_ROW} towers in a row', field=field)


def need_tower(tx: Transaction, actor: Actor, tower_id: str) -> Tower:
    """A tower that may be changed: ``NotAllowed`` for one that can only be seen, since it serves devices inside, else ``NotFound``."""
    tower = tx.need(Tower, actor.enterprise, tower_id)
    if not actor.scope.rules(tower.region):
        if not ScopedFleet(tx.fleet(actor.enterprise), actor.scope).has('tower', tower_id):
            raise NotFound.of(Tower, tower_id)
        raise NotAllowed(f'you may see this tower, not change it: your role is for {words(actor.scope)}')
    return tower


def check_region(actor: Actor, region: str) -> None:
    """Refuse a tower in a region that the actor may not change."""
    scope = actor.scope
    if scope and not scope.regions:
        raise NotAllowed(
            f'your role is for {words(scope)}; towers are changed by people who are responsible for their region'
        )
    if not scope.rules(region):
        raise Invalid(f'must be {" or ".join(scope.regions)}: your role is for {words(scope)}', field='region')


def with_parent(tx: Transaction, actor: Actor, before: Tower | None, after: Tower) -> Tower:
    """``after`` with the backhaul that was meant; ``Invalid`` when it shall hang on a tower out of sight.

    What it hangs on already and was not shown cannot have been taken away: it stays.
    """
    if not actor.scope:
        return after
    part = ScopedFleet(tx.fleet(actor.enterprise), actor.scope)
    for field, ids in (('parent_id', _told(after.parent)), ('backup_ids', after.backups), ('power_ids', after.power)):
        if not all(part.has('tower', id) for id in ids):
            raise Invalid('there is no such tower', field=field)
    if before is None:
        return after
    kept = before.parent if before.parent is not None and not part.has('tower', before.parent) else None
    return replace(
        after,
        parent=kept if after.parent is None else after.parent,
        backups=(*after.backups, *(id for id in before.backups if not part.has('tower', id))),
        power=(*after.power, *(id for id in before.power if not part.has('tower', id))),
    )
