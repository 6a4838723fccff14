"""The alerts of a tower: that it fails, that a cell of it is in another area than listed."""

from dataclasses import replace

from domain.access.enterprises import Enterprise
from domain.alerts.model import AlarmType, ProbableCause
from domain.alerts.rule import AlertRule
from domain.cellular.cells import FAMILY, anchor_of, cell_of
from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.common.severity import Severity
from domain.fleet.fleet import Fleet
from domain.towers.model import Cell, Tower, TowerState, TowerStatus

CRITICAL_SHARE = 0.05
"""A dead tower that served this part of the fleet (and at least 20 devices) is critical; any other dead tower is major."""
FAILING = AlertRule(
    key='tower/{}',
    object='tower',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='{name} is {status}',
    past=('is', 'was'),
)
"""An outage keeps its name and severity while the tower comes back, and ends when its devices are heard from
(:mod:`domain.devices.recovery`)."""
NOT_ASKED = AlertRule(
    key='polling/{}',
    object='enterprise',
    type=AlarmType.EQUIPMENT,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='Towers cannot be asked: {problem}',
    past=('cannot be asked:', 'could not be asked:'),
)
"""About this server, not about a tower: sites that have nothing in common fail at one moment."""

AREA = AlertRule(
    key='area/{}',
    object='tower',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='A cell of {name} is in another tracking area than listed',
    past=('is', 'was'),
)
"""One for each cell: the identity says which cell it is, so that it serves, and one of the two areas is wrong."""


def on_area(tx: Transaction, tower: Tower, radio: Radio) -> None:
    """A device tells the tracking area of a cell that this tower lists: one notice per cell while the inventory says another one."""
    if radio.tac is None:
        return
    cell = next((cell for cell in tower.cells if cell_of(cell) in (cell_of(radio), anchor_of(radio))), None)
    if cell is None or cell.tac is None or cell.tac == radio.tac:
        return
    detail = f'{radio.rat} cell {cell.key}: devices tell area {radio.tac}, the inventory has {cell.tac}. Correct the wrong one'
    key = _area_key(cell)
    if (known := AREA.open_for(tx, tower, on=key)) is None or known.detail != detail:
        AREA.raise_for(tx, tower, on=key, severity=Severity.WARNING, detail=detail)


def areas_changed(tx: Transaction, before: Tower | None, after: Tower) -> None:
    """The notice of a cell ends when the cell is listed in another area, or no more; devices that still tell another one raise it anew."""
    kept = {(_area_key(cell), cell.tac) for cell in after.cells} if after.retired_at is None else set()
    for cell in before.cells if before is not None else ():
        if (_area_key(cell), cell.tac) not in kept:
            AREA.clear_for(tx, after, on=_area_key(cell))


def _area_key(cell: Cell) -> str:
    return f'{FAMILY[cell.rat]}:{cell.mcc}-{cell.mnc}-0x{cell.cell_id:X}'


def tower_rolled_up(
    tx: Transaction, tower: Tower, state: TowerState, *, is_hard: bool, devices: int, talking: int = 0
) -> None:
    """The status of a tower or its reasons have changed. A degraded one calls a person only when a check ``is_hard``, that is sure.

    ``talking`` devices check in through a tower that is down: it radiates, and what cannot be reached is what is checked.
    """
    status, because = state.status, state.because
    known = FAILING.open_for(tx, tower)
    is_outage = known is not None and known.probable_cause is ProbableCause.LOSS_OF_SIGNAL
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
    elif status is TowerStatus.DEGRADED:
        if known is not None and is_outage:
            if known.held_since is None or is_hard:  # a first failed check after it is up is not sure yet
                FAILING.recovering_for(tx, tower, f'{status}: {because}')
        elif is_hard:
            FAILING.raise_for(tx, tower, severity=Severity.MINOR, status=status, detail=because, devices=devices)
    elif status is TowerStatus.UP and is_outage and state.lost:
        FAILING.recovering_for(tx, tower, status.value, held=True)
    else:  # up with no device to wait for, in maintenance, or not asked any more
        FAILING.clear_for(tx, tower)


def awaits_devices(fleet: Fleet) -> list[str]:
    """The ids of towers that are up again and whose alert is open until their devices are heard from."""
    return [tower for tower, alert in FAILING.all_in(fleet) if alert.held_since is not None]


def held_for(tx: Transaction, tower: Tower) -> float | None:
    """Watched seconds since the tower came up again and its devices are waited for; ``None`` when they are not."""
    alert = FAILING.open_for(tx, tower)
    return None if alert is None or alert.held_since is None else tx.watched(alert.held_since)


def devices_return(tx: Transaction, tower: Tower, *, awaited: int, missing: int, is_over: bool) -> None:
    """Of ``awaited`` devices of a tower that is up again ``missing`` were not heard from; ``is_over``: they are waited for no longer."""
    FAILING.recovering_for(tx, tower, TowerStatus.UP.value, held=True, awaited=awaited, missing=missing)
    if is_over:
        FAILING.clear_for(tx, tower)


def tower_retired(tx: Transaction, tower: Tower) -> None:
    """A tower that is out of service cannot fail."""
    FAILING.clear_for(tx, tower)
    areas_changed(tx, tower, replace(tower, cells=()))


def polling_impaired(tx: Transaction, enterprise: Enterprise, words: str, detail: str) -> None:
    """Checks fail for a reason that is ours. The towers keep the states that they had."""
    NOT_ASKED.raise_for(tx, enterprise, severity=Severity.MAJOR, detail=detail, problem=words)


def polling_recovered(tx: Transaction, enterprise: Enterprise) -> None:
    """Checks reach the sites again."""
    NOT_ASKED.clear_for(tx, enterprise)


def is_polling_impaired(fleet: Fleet) -> bool:
    """True while towers of this enterprise cannot be asked."""
    return NOT_ASKED.open_in(fleet, fleet.enterprise.id) is not None
