"""From the checks of a tower to its status."""

from collections.abc import Iterable

from domain.changes.transaction import Transaction
from domain.checks.model import CheckState, CheckStatus
from domain.fleet.fleet import Fleet
from domain.towers.alerts import tower_rolled_up
from domain.towers.events import TowerStatusChanged
from domain.towers.live import OnTower, TalkingMeanwhile
from domain.towers.model import Tower, TowerState, TowerStatus
from domain.towers.status import next_tower_state, tower_status


def roll_up(
    tx: Transaction, fleet: Fleet, tower: Tower, *, failing_from: float | None = None
) -> tuple[TowerState, TowerState]:
    """Bring the tower's status up to date from its checks; what it was and what it is.

    ``failing_from`` is when the check that was just made first failed, ``None`` when none was made.
    """
    enterprise = tower.enterprise
    checks = [
        tx.find(CheckState, enterprise, check.id) or CheckState(check.id, enterprise, tower.id)
        for check in tower.checks
    ]
    maintenance = tower.maintenance_until is not None and tower.maintenance_until > tx.now
    status = tower_status(checks, maintenance=maintenance)
    before = tx.find(TowerState, enterprise, tower.id) or TowerState(tower.id, enterprise)
    because = _because(tower, checks)
    on_it = fleet.index(OnTower).devices(tower.id)
    began = before.down_at if before.status is TowerStatus.DOWN else failing_from
    began = tx.now if began is None else began
    talking = fleet.index(TalkingMeanwhile).since(tower.id, began)
    if status is before.status and because == before.because:
        after = before
    else:
        after = next_tower_state(before, status, because, on_it, tx.now, failing_from=began, talking=talking)
        tx.put(after)
    talks = len(talking) if status is TowerStatus.DOWN else 0
    devices = sum(id not in talking for id in after.lost) if status is TowerStatus.DOWN else len(on_it)
    if status is not before.status:
        tx.note(
            TowerStatusChanged(**tx.about(tower), before=before.status, after=status, because=because, devices=devices)
        )
    is_hard = any(check.status in (CheckStatus.DEGRADED, CheckStatus.FAILING) for check in checks)
    if after is not before or talks:
        tower_rolled_up(tx, tower, after, is_hard=is_hard, devices=devices, talking=talks)
    return before, after


def _because(tower: Tower, checks: Iterable[CheckState]) -> str:
    parts = []
    for check, state in zip(tower.checks, checks, strict=True):
        if state.status is CheckStatus.SOFT:
            parts.append(f'{check.label}: {state.error} (attempt {state.attempts} of {check.max_attempts})')
        elif state.error:  # hard, or not to be made
            parts.append(f'{check.label}: {state.error}')
    return '; '.join(parts)
