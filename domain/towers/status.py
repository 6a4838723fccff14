"""Why a tower is up, degraded, down, unreachable, maintained or unknown: the one function that says so."""

from collections.abc import Collection, Iterable, Set
from dataclasses import replace

from domain.checks.model import CheckState, CheckStatus
from domain.towers.model import FAILING, OUT, Tower, TowerState, TowerStatus


def next_tower_state(
    before: TowerState,
    status: TowerStatus,
    because: str,
    on_it: Collection[str],
    now: float,
    *,
    failing_from: float,
    talking: Set[str],
) -> TowerState:
    """``before`` after its checks say ``status``; ``on_it`` are the devices that it serves now, ``talking`` those observed on it while it
    was down: they have not lost it. Its outage began when the last check that answered first failed, at ``failing_from``.

    Devices leave a site that fails before polling has found it down, so those on it when the first check failed count too.
    """
    after = replace(before, status=status, because=because, since=before.since if status is before.status else now)
    if before.status in OUT and status not in OUT and talking:
        after = replace(after, lost=tuple(id for id in after.lost if id not in talking))
    if status not in FAILING:
        return replace(after, served=())
    if before.status not in FAILING:
        after = replace(after, served=tuple(sorted(on_it)))
    if status in OUT and before.status not in OUT:
        after = replace(after, lost=tuple(sorted({*after.served, *on_it})), down_at=failing_from)
    return after


def tower_status(
    checks: Iterable[CheckState], *, maintenance: bool, is_cut: bool = False, was_unreachable: bool = False
) -> TowerStatus:
    """Down when every check fails hard, degraded when any fails (soft or hard) or is degraded, up when all answer, unknown before that.

    Unreachable when no check answers while it ``is_cut`` off from us by what it depends on, and after that until they were made anew.
    """
    if maintenance:
        return TowerStatus.MAINTENANCE
    statuses = [check.status for check in checks]
    is_answered = any(status in (CheckStatus.OK, CheckStatus.DEGRADED) for status in statuses)
    if not is_answered and (is_cut or (was_unreachable and CheckStatus.SOFT in statuses)):
        return TowerStatus.UNREACHABLE
    if not statuses or all(status is CheckStatus.PENDING for status in statuses):
        return TowerStatus.UNKNOWN
    if all(status is CheckStatus.FAILING for status in statuses):
        return TowerStatus.DOWN
    if any(status in (CheckStatus.DEGRADED, CheckStatus.SOFT, CheckStatus.FAILING) for status in statuses):
        return TowerStatus.DEGRADED
    return TowerStatus.UP


EXCUSING = OUT | {TowerStatus.MAINTENANCE}


def excused(tower: Tower | None, state: TowerState | None, observed_at: float | None) -> bool:
    """True for a device behind a dead or maintained tower: it cannot be held against it, or be acted upon.

    ``observed_at`` is when the device was last observed on that tower. One that has been since the checks failed shows that the cells
    radiate: it can be held to its policies and acted upon.
    """
    if tower is None or state is None or state.status not in EXCUSING:
        return False
    return state.status is TowerStatus.MAINTENANCE or not talks(state, observed_at)


def talks(state: TowerState | None, observed_at: float | None) -> bool:
    """True for a device that was observed on a tower since it went down."""
    if state is None or state.status not in OUT or state.down_at is None:
        return False
    return observed_at is not None and observed_at > state.down_at
