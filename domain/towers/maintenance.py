"""Towers that a maintenance window puts into maintenance, and takes out of it."""

from collections.abc import Iterable
from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.towers.events import TowerSaved
from domain.towers.model import BY_HAND, Tower
from domain.towers.rollup import Moved, roll_up


def put_into_maintenance(
    tx: Transaction,
    enterprise: str,
    ids: Iterable[str],
    window: str,
    until: float | None,
    by: str = '',
    instead_of: str = '',
) -> list[Moved]:
    """Of these towers, until then, or no more (``None``): what was moved by it."""
    moved = []
    for id in ids:
        tower = tx.find(Tower, enterprise, id)
        if tower is None or tower.retired_at is not None:
            continue
        after = _planned(tower, window, until, tx.now, instead_of)
        if after == tower:
            continue
        is_over = after.maintenance_until is None and (tower.maintenance_until or 0.0) <= tx.now
        if is_over or after.maintenance_until == tower.maintenance_until:
            tx.put(after)  # the window has ended by itself, or what a person decided was for the window that is over
            continue
        after = replace(after, version=tower.version + 1)
        tx.put(after)
        changes: dict[str, object] = {'maintenance_until': [tower.maintenance_until, after.maintenance_until]}
        tx.note(TowerSaved(**tx.about(after, by), created=False, changes=changes))
        moved.append(roll_up(tx, tx.fleet(enterprise), after))
    return moved


def _planned(tower: Tower, window: str, until: float | None, now: float, instead_of: str) -> Tower:
    own = tower.maintenance_window is not None and tower.maintenance_window in (window, instead_of)
    stands = tower.maintenance_until is not None and tower.maintenance_until > now
    by_hand = tower.maintenance_window == f'{BY_HAND}{window}'
    if until is None:
        left = replace(tower, maintenance_window=None) if own or by_hand else tower
        return replace(left, maintenance_until=None) if own else left  # a clock that is set back must not begin it anew
    if by_hand:
        return tower
    if stands and not own and (tower.maintenance_until or 0.0) >= until:
        return tower
    return replace(tower, maintenance_until=until, maintenance_window=window)
