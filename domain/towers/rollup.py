"""From the checks of a tower to its status."""

from collections.abc import Iterable

from domain.changes.transaction import Transaction
from domain.checks.model import CheckState, CheckStatus
from domain.fleet.fleet import Fleet
from domain.towers.alerts import tower_rolled_up
from domain.towers.events import TowerStatusChanged
from domain.towers.live import OnTower
from domain.towers.model import Tower, TowerState, TowerStatus
from domain.towers.status import next_tower_state, tower_status


def roll_up(tx: Transaction, fleet: Fleet, tower: Tower) -> tuple[TowerState, TowerState]:
    """Bring the tower's status up to date from its checks; what it was and what it is."""
    enterprise = tower.enterprise
    checks = [
        tx.find(CheckState, enterprise, check.id) or CheckState(check.id, enterprise, tower.id)
        for check in tower.checks
    ]
    maintenance = tower.maintenance_until is not None and tower.maintenance_until > tx.now
    status = tower_status(checks, maintenance=maintenance)
    before = tx.find(TowerState, enterprise, tower.id) or TowerState(tower.id, enterprise)
    because = _because(tower, checks)
    if status is before.status and because == before.because:
        return before, before
    on_it = fleet.index(OnTower).devices(tower.id)
    after = next_tower_state(before, status, because, on_it, tx.now)
    tx.put(after)
    devices = len(after.lost if status is TowerStatus.DOWN else on_it)
    if status is not before.status:
        tx.note(
            TowerStatusChanged(**tx.about(tower), before=before.status, after=status, because=because, devices=devices)
        )
    is_hard = any(check.status in (CheckStatus.DEGRADED, CheckStatus.FAILING) for check in checks)
    tower_rolled_up(tx, tower, status, is_hard=is_hard, because=because, devices=devices)
    return before, after


def _because(tower: Tower, checks: Iterable[CheckState]) -> str:
    parts = []
    for check, state in zip(tower.checks, checks, strict=True):
        if state.status is CheckStatus.SOFT:
            parts.append(f'{check.label}: {state.error} (attempt {state.attempts} of {check.max_attempts})')
        elif state.status in (CheckStatus.DEGRADED, CheckStatus.FAILING):
            parts.append(f'{check.label}: {state.error}')
    return '; '.join(parts)
