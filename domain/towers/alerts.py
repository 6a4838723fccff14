"""The alert of a tower that fails."""

from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.towers.model import Tower, TowerStatus

CRITICAL_SHARE = 0.05
"""A dead tower that served this part of the fleet (and at least 20 devices) is critical; any other dead tower is major."""
FAILING = AlertRule(
    key='tower/{}',
    object='tower',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='{name} is {status}',
)


def tower_rolled_up(
    tx: Transaction, tower: Tower, status: TowerStatus, *, is_hard: bool, because: str, devices: int
) -> None:
    """The status of a tower or its reasons have changed. A degraded one calls a person only when a check ``is_hard``."""
    if status is TowerStatus.DOWN:
        wide = devices >= max(20, CRITICAL_SHARE * tx.fleet(tower.enterprise).count('device'))
        FAILING.raise_for(
            tx,
            tower,
            severity=Severity.CRITICAL if wide else Severity.MAJOR,
            cause=ProbableCause.LOSS_OF_SIGNAL,
            status=status,
            detail=because,
            devices=devices,
        )
    elif status is TowerStatus.DEGRADED and is_hard:
        FAILING.raise_for(tx, tower, severity=Severity.MINOR, status=status, detail=because, devices=devices)
    elif status is not TowerStatus.DEGRADED:  # up, in maintenance, or not asked any more
        FAILING.clear_for(tx, tower)


def tower_retired(tx: Transaction, tower: Tower) -> None:
    """A tower that is out of service cannot fail."""
    FAILING.clear_for(tx, tower)
