"""From the checks of a tower, and from what it depends on, to its status."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial

from domain.changes.transaction import Transaction
from domain.checks.model import CheckState, CheckStatus
from domain.fleet.fleet import Fleet
from domain.towers.alerts import has_alert, tower_rolled_up
from domain.towers.events import TowerStatusChanged
from domain.towers.live import OnTower, TalkingMeanwhile
from domain.towers.model import FAILING, OUT, Tower, TowerState, TowerStatus
from domain.towers.reach import BLOCKING, Below, cut_by, cut_off
from domain.towers.status import next_tower_state, tower_status

Moved = list[tuple[TowerState, TowerState]]
"""Towers as they were and as they are, in the order in which they were looked at."""


def roll_up(tx: Transaction, fleet: Fleet, tower: Tower, *, failing_from: float | None = None) -> Moved:
    """Bring the tower's status up to date from its checks and from what it depends on, and with it the towers that depend on it.

    ``failing_from`` is when the check that was just made first failed, ``None`` when none was made. The tower itself comes first.
    """
    before, after = _roll_up_one(tx, fleet, tower, failing_from=failing_from)
    moved = [(before, after)]
    if before.status is not after.status and not BLOCKING.isdisjoint((before.status, after.status)):
        for id in sorted(fleet.index(Below).of(tower.id)):
            below = tx.find(Tower, tower.enterprise, id)
            if below is not None and below.retired_at is None and _is_concerned(tx, below):
                moved += roll_up(tx, fleet, below)
    return moved


def state_in(tx: Transaction, enterprise: str, tower_id: str) -> TowerState | None:
    """How a tower stands as the transaction leaves it; ``None`` for one that is retired or unknown."""
    tower = tx.find(Tower, enterprise, tower_id)
    if tower is None or tower.retired_at is not None:
        return None
    return tx.find(TowerState, enterprise, tower_id) or TowerState(tower_id, enterprise)


def _is_concerned(tx: Transaction, tower: Tower) -> bool:
    """A tower that answers is reached in another way; the next of its checks that fails asks what it depends on.

    One that can be reached again has its checks made anew: what they said while it could not be reached was not about the tower.
    """
    state = state_in(tx, tower.enterprise, tower.id)
    if state is None or state.status in (TowerStatus.UP, TowerStatus.MAINTENANCE):
        return False
    if state.status is TowerStatus.UNREACHABLE and not cut_by(tower, partial(state_in, tx, tower.enterprise)):
        for check in _checks(tx, tower):
            if check.status in (CheckStatus.SOFT, CheckStatus.FAILING):
                tx.put(replace(check, status=CheckStatus.SOFT, attempts=0, since=tx.now))
    return True


def _roll_up_one(
    tx: Transaction, fleet: Fleet, tower: Tower, *, failing_from: float | None
) -> tuple[TowerState, TowerState]:
    enterprise, checks = tower.enterprise, _checks(tx, tower)
    before = tx.find(TowerState, enterprise, tower.id) or TowerState(tower.id, enterprise)
    cut = cut_by(tower, partial(state_in, tx, enterprise))
    status = tower_status(
        checks,
        maintenance=tower.maintenance_until is not None and tower.maintenance_until > tx.now,
        is_cut=bool(cut),
        was_unreachable=before.status is TowerStatus.UNREACHABLE,
    )
    because = _cut_off_by(tx, tower, cut) if status is TowerStatus.UNREACHABLE else _because(tower, checks)
    on_it = fleet.index(OnTower).devices(tower.id)
    began = before.down_at if before.status in OUT else failing_from
    began = _failing_from(checks, tx.now) if began is None else began
    talking = fleet.index(TalkingMeanwhile).since(tower.id, began)
    if status is before.status and because == before.because:
        after = before
    else:
        after = next_tower_state(before, status, because, on_it, tx.now, failing_from=began, talking=talking)
        tx.put(after)
    talks = len(talking) if status in OUT else 0
    if status is not before.status:
        devices = _concerned(fleet, tower, after, talking)
        tx.note(
            TowerStatusChanged(**tx.about(tower), before=before.status, after=status, because=because, devices=devices)
        )
    if after is not before or talks:
        _tell(tx, fleet, tower, after, checks, cut, talking)
    return before, after


def tell_untold(tx: Transaction, enterprise: str) -> None:
    """The rule about towers was set anew: what fails and has no alert, because the rule was off or did not take it in, is told now."""
    fleet = tx.fleet(enterprise)
    failing = [state for state in tx.all(TowerState, enterprise) if state.status in FAILING]
    for state in sorted(
        failing, key=lambda one: (one.status is TowerStatus.UNREACHABLE, one.id)
    ):  # roots before their children
        tower = tx.find(Tower, enterprise, state.id)
        if tower is not None and tower.retired_at is None and not has_alert(tx, tower):
            cut = cut_by(tower, partial(state_in, tx, enterprise))
            began = state.down_at if state.status in OUT and state.down_at is not None else tx.now
            talking = fleet.index(TalkingMeanwhile).since(tower.id, began)
            _tell(tx, fleet, tower, state, _checks(tx, tower), cut, talking)


def _tell(
    tx: Transaction,
    fleet: Fleet,
    tower: Tower,
    state: TowerState,
    checks: Iterable[CheckState],
    cut: Iterable[TowerState],
    talking: Collection[str],
) -> None:
    """The alert of the tower follows its status."""
    is_down = state.status is TowerStatus.DOWN
    tower_rolled_up(
        tx,
        tower,
        state,
        is_hard=any(check.status in (CheckStatus.DEGRADED, CheckStatus.FAILING) for check in checks),
        devices=_concerned(fleet, tower, state, talking) + (_behind(fleet, tower) if is_down else 0),
        talking=len(talking) if state.status in OUT else 0,
        cut=[one.id for one in cut],
    )


def _concerned(fleet: Fleet, tower: Tower, state: TowerState, talking: Collection[str]) -> int:
    """Devices that it lost, but for those that talk meanwhile; or that it serves."""
    if state.status in OUT:
        return sum(id not in talking for id in state.lost)
    return len(fleet.index(OnTower).devices(tower.id))


def _checks(tx: Transaction, tower: Tower) -> list[CheckState]:
    return [
        tx.find(CheckState, tower.enterprise, check.id) or CheckState(check.id, tower.enterprise, tower.id)
        for check in tower.checks
    ]


def _behind(fleet: Fleet, tower: Tower) -> int:
    """Devices on the towers that are cut off by this one."""
    return sum(fleet.index(OnTower).count(id) for id in cut_off(fleet, tower.id))


def _failing_from(checks: Iterable[CheckState], now: float) -> float:
    """When the first of the checks that fail now began to."""
    failing = (CheckStatus.SOFT, CheckStatus.FAILING)
    return min((one.since for one in checks if one.status in failing and one.since is not None), default=now)


def _cut_off_by(tx: Transaction, tower: Tower, cut: Iterable[TowerState]) -> str:
    parts = []
    for state in cut:
        above = tx.find(Tower, tower.enterprise, state.id)
        words = 'in maintenance' if state.status is TowerStatus.MAINTENANCE else state.status
        parts.append(f'{above.name if above is not None else state.id} is {words}')
    if not parts:
        return 'what it depends on is back; its checks are made anew'
    feeds = not {state.id for state in cut}.isdisjoint(tower.power)
    return f'{" and ".join(parts)}: no {"power" if feeds else "backhaul"}'


def _because(tower: Tower, checks: Iterable[CheckState]) -> str:
    parts = []
    for check, state in zip(tower.checks, checks, strict=True):
        if state.status is CheckStatus.SOFT:
            parts.append(f'{check.label}: {state.error} (attempt {state.attempts} of {check.max_attempts})')
        elif state.error:  # hard, or not to be made
            parts.append(f'{check.label}: {state.error}')
    return '; '.join(parts)
