"""The alert of a tower that fails."""

from domain.access.enterprises import Enterprise
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
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
NOT_ASKED = AlertRule(
    key='polling/{}',
    object='enterprise',
    type=AlarmType.EQUIPMENT,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='Towers cannot be asked: {problem}',
)
"""About this server, not about a tower: sites that have nothing in common fail at one moment."""


def tower_rolled_up(
    tx: Transaction, tower: Tower, status: TowerStatus, *, is_hard: bool, because: str, devices: int, talking: int = 0
) -> None:
    """The status of a tower or its reasons have changed. A degraded one calls a person only when a check ``is_hard``.

    ``talking`` devices check in through a tower that is down: it radiates, and what cannot be reached is what is checked.
    """
    if status is TowerStatus.DOWN:
        if talking:
            one = 'a device checks' if talking == 1 else f'{talking} devices check'
            because = f'{because}. Meanwhile {one} in through its cells: they radiate'
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
    """A tower that is out of service fails nobody."""
    FAILING.clear_for(tx, tower)


def polling_impaired(tx: Transaction, enterprise: Enterprise, words: str, detail: str) -> None:
    """Checks fail for a reason that is ours. The towers keep the states that they had."""
    NOT_ASKED.raise_for(tx, enterprise, severity=Severity.MAJOR, detail=detail, problem=words)


def polling_recovered(tx: Transaction, enterprise: Enterprise) -> None:
    """Checks reach the sites again."""
    NOT_ASKED.clear_for(tx, enterprise)


def is_polling_impaired(fleet: Fleet) -> bool:
    """True while towers of this enterprise cannot be asked."""
    return NOT_ASKED.open_in(fleet, fleet.enterprise.id) is not None
