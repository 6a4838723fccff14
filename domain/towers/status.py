"""Why a tower is up, degraded, down, maintained or unknown: the one function that says so."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from domain.checks.model import CheckState, CheckStatus
from domain.towers.model import FAILING, Tower, TowerState, TowerStatus


def next_tower_state(
    before: TowerState, status: TowerStatus, because: str, on_it: Collection[str], now: float
) -> TowerState:
    """``before`` after its checks say ``status``; ``on_it`` are the devices that it serves now.

    Devices leave a site that fails before polling has found it down, so those on it when the first check failed count too.
    """
    after = replace(before, status=status, because=because, since=before.since if status is before.status else now)
    if status not in FAILING:
        return replace(after, served=())
    if before.status not in FAILING:
        after = replace(after, served=tuple(sorted(on_it)))
    if status is TowerStatus.DOWN and before.status is not TowerStatus.DOWN:
        after = replace(after, lost=tuple(sorted({*after.served, *on_it})), down_at=now)
    return after


def tower_status(checks: Iterable[CheckState], *, maintenance: bool) -> TowerStatus:
    """Down when every check fails hard, degraded when any fails (soft or hard) or is degraded, up when all answer, unknown before that."""
    if maintenance:
        return TowerStatus.MAINTENANCE
    statuses = [check.status for check in checks]
    if not statuses or all(status is CheckStatus.PENDING for status in statuses):
        return TowerStatus.UNKNOWN
    if all(status is CheckStatus.FAILING for status in statuses):
        return TowerStatus.DOWN
    if any(status in (CheckStatus.DEGRADED, CheckStatus.SOFT, CheckStatus.FAILING) for status in statuses):
        return TowerStatus.DEGRADED
    return TowerStatus.UP


EXCUSING = frozenset({TowerStatus.DOWN, TowerStatus.MAINTENANCE})


def excused(tower: Tower | None, state: TowerState | None) -> bool:
    """True for a device behind a dead or maintained tower: it cannot be held against it, or be acted upon."""
    return tower is not None and state is not None and state.status in EXCUSING
