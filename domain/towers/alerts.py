"""The alerts of a tower: that it fails, that a cell of it is in another area than listed."""

from collections.abc import Collection
from dataclasses import replace

from domain.access.enterprises import Enterprise
from domain.alerts.catalogue import POLLER_BEHIND, SITE_DOWN, TRACKING_AREA
from domain.alerts.correlation import children_of, detach, parents_of, waited_s
from domain.alerts.flapping import begin_flapping, end_flapping
from domain.alerts.lookup import open_alert
from domain.alerts.model import AlarmType, Alert, ProbableCause
from domain.alerts.rule import AlertRule
from domain.cellular.cells import FAMILY, anchor_of, cell_of, wide_of
from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.checks.flapping import START_SHARE, STOP_SHARE
from domain.common.severity import Severity, worse
from domain.fleet.fleet import Fleet
from domain.towers.model import OUT, Cell, Tower, TowerState, TowerStatus
from domain.towers.waits import flapping_share, hold_s, part_s, wait_s

FAILING = AlertRule(
    key='tower/{}',
    object='tower',
    type=AlarmType.COMMUNICATIONS,
    cause=ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE,
    problem='{name} is {status}',
    tuned=SITE_DOWN,
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
    tuned=POLLER_BEHIND,
    past=('cannot be asked:', 'could not be asked:'),
)
"""About this server, not about a tower: sites that have nothing in common fail at one moment."""
LATE = AlertRule(
    key='poller/{}',
    object='enterprise',
    type=AlarmType.EQUIPMENT,
    cause=ProbableCause.EQUIPMENT_MALFUNCTION,
    problem='The poller is behind',
    tuned=POLLER_BEHIND,
    past=('is', 'was'),
)
"""About this server too: it does not keep up with asking."""

AREA = AlertRule(
    key='area/{}',
    object='tower',
    type=AlarmType.OPERATIONAL,
    cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
    problem='A cell of {name} is in another tracking area than listed',
    tuned=TRACKING_AREA,
    past=('is', 'was'),
)
"""One for each cell: the identity says which cell it is, so that it serves, and one of the two areas is wrong."""


def on_area(tx: Transaction, tower: Tower, radio: Radio) -> None:
    """A device tells the tracking area of a cell that this tower lists: one notice per cell while the inventory says another one."""
    if radio.tac is None:
        return
    meant = [wide_of(key) for key in (cell_of(radio), anchor_of(radio)) if key is not None]
    cell = next(
        (cell for cell in tower.cells if (named := cell_of(cell)) is not None and wide_of(named) in meant), None
    )
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
    tx: Transaction,
    tower: Tower,
    state: TowerState,
    *,
    is_hard: bool,
    devices: int,
    talking: int = 0,
    cut: Collection[str] = (),
) -> None:
    """The status of a tower or its reasons have changed. A degraded one calls a person only when a check ``is_hard``, that is sure.

    ``talking`` devices check in through a tower that is out: it radiates, and what cannot be reached is what is checked. ``cut`` are the
    towers whose failure cuts this one off.
    """
    status, because = state.status, state.because
    known = FAILING.open_for(tx, tower)
    is_outage = known is not None and known.probable_cause is ProbableCause.LOSS_OF_SIGNAL
    if status is TowerStatus.DOWN:
        _down(tx, tower, state, devices, talking)
    elif status is TowerStatus.UNREACHABLE:
        _unreachable(tx, tower, state, devices, cut)
    elif status is TowerStatus.DEGRADED:
        if known is not None and is_outage:
            if known.held_since is None or is_hard:  # a first failed check after it is up is not sure yet
                FAILING.recovering_for(tx, tower, f'{status}: {because}')
        elif is_hard:
            FAILING.raise_for(
                tx,
                tower,
                severity=Severity.MINOR,
                status=status,
                detail=because,
                devices=devices,
                wait_s=part_s(tx, tower),
            )
    elif known is None:
        return
    elif status is TowerStatus.UP and is_outage and (state.lost or children_of(tx, known)):
        FAILING.recovering_for(tx, tower, status.value, held=True)
    elif status is TowerStatus.UP and known.flapping_since is not None:
        FAILING.recovering_for(tx, tower, status.value)
    else:  # up with no device to wait for, in maintenance, or not asked any more
        FAILING.clear_for(tx, tower)


def has_alert(tx: Transaction, tower: Tower) -> bool:
    """True while an alert says that the tower fails."""
    return FAILING.open_for(tx, tower) is not None


def _down(tx: Transaction, tower: Tower, state: TowerState, devices: int, talking: int) -> None:
    known, because = FAILING.open_for(tx, tower), state.because
    if talking:
        one = 'a device checks' if talking == 1 else f'{talking} devices check'
        because = f'{because}. Meanwhile {one} in through its cells: they radiate'
    waits = max(wait_s(tx, tower, state), hold_s(tx, tower, state))
    alert = FAILING.raise_for(
        tx,
        tower,
        severity=outage_severity(tx, tower.enterprise, devices),
        cause=ProbableCause.LOSS_OF_SIGNAL,
        status=state.status,
        detail=because,
        devices=devices,
        wait_s=waits,
    )
    if alert is None:  # the rule is off
        return
    above = next(parents_of(tx, known), None) if known is not None and not known.merged_by else None
    if above is not None and FAILING.is_of(above):  # what it depends on is back, and it still fails
        detach(tx, alert, waits)
    elif known is not None and known.probable_cause is not ProbableCause.LOSS_OF_SIGNAL and alert.tell_at is not None:
        tx.put(replace(alert, tell_at=max(alert.tell_at, tx.now + waits)))  # as long as one that is down at once


def outage_severity(tx: Transaction, enterprise: str, devices: int) -> Severity:
    """How loud an outage is that hurts so many devices."""
    tuning = SITE_DOWN.of(tx, enterprise)
    share = SITE_DOWN.limit(tuning, 'critical_percent') / 100
    least = max(SITE_DOWN.limit(tuning, 'critical_devices'), share * tx.fleet(enterprise).count('device'))
    return Severity.CRITICAL if devices >= least else Severity.MAJOR


def _unreachable(tx: Transaction, tower: Tower, state: TowerState, devices: int, cut: Collection[str]) -> None:
    """The alert of a tower that is cut off hangs on that of what cuts it off. Where there is none it is planned, and no alert."""
    if not cut:  # it is asked again
        return
    above = (open_alert(tx, tower.enterprise, FAILING.key_of(id)) for id in cut)
    root, known = next((one for one in above if one is not None), None), FAILING.open_for(tx, tower)
    if root is None:
        FAILING.clear_for(tx, tower)
        return
    FAILING.raise_for(
        tx,
        tower,
        severity=worse(Severity.MINOR, known.severity) if known is not None else Severity.MINOR,
        cause=ProbableCause.LOSS_OF_SIGNAL,
        status=state.status,
        detail=state.because,
        devices=devices,
        under=root,
    )


def tower_checked(tx: Transaction, tower: Tower, turns: int) -> None:
    """A check was made, whose changes are ``turns``: does its alert begin or cease to flap? What another alert explains does not flap."""
    known = FAILING.open_for(tx, tower)
    if known is None or (not turns and known.flapping_since is None):
        return
    share = flapping_share(tx, tower)
    if known.flapping_since is None:
        if share >= START_SHARE and known.parent is None and not known.recovery:
            begin_flapping(tx, known, share)
    elif share < STOP_SHARE:
        after = end_flapping(tx, known)
        if after.recovery == TowerStatus.UP.value and after.held_since is None:
            FAILING.clear_for(tx, tower)


def awaits_devices(fleet: Fleet) -> list[str]:
    """The ids of towers that are up again and whose alert is open until their devices are heard from."""
    return [tower for tower, alert in FAILING.all_in(fleet) if alert.held_since is not None]


def held_for(tx: Transaction, tower: Tower) -> float | None:
    """Watched seconds since the tower came up again and its devices are waited for; ``None`` when they are not."""
    alert = FAILING.open_for(tx, tower)
    return None if alert is None or alert.held_since is None else waited_s(tx, alert.held_since)


def devices_return(tx: Transaction, tower: Tower, *, awaited: int, missing: int, is_over: bool) -> None:
    """Of ``awaited`` devices of a tower that is up again ``missing`` were not heard from; ``is_over``: they are waited for no longer."""
    FAILING.recovering_for(tx, tower, TowerStatus.UP.value, held=True, awaited=awaited, missing=missing)
    known = FAILING.open_for(tx, tower)
    if is_over and known is not None and known.flapping_since is None:
        FAILING.clear_for(tx, tower)


def explains_others(tx: Transaction, tower: Tower) -> bool:
    """True while an alert is open that hangs on the one of this tower."""
    known = FAILING.open_for(tx, tower)
    return known is not None and bool(children_of(tx, known))


def outage_of(tx: Transaction, enterprise: str, tower_id: str | None) -> Alert | None:
    """The open alert of a tower that is out; what could not reach a device behind it is a part of that outage."""
    if tower_id is None:
        return None
    state = tx.find(TowerState, enterprise, tower_id)
    if state is None or state.status not in OUT:
        return None
    return open_alert(tx, enterprise, FAILING.key_of(tower_id))


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


def poller_stands(tx: Transaction, enterprise: str, because: str | None) -> None:
    """The poller is behind, and why, or keeps up (``None``)."""
    if (owner := tx.find(Enterprise, enterprise, enterprise)) is None:
        return
    if because is None:
        LATE.clear_for(tx, owner)
    elif LATE.open_for(tx, owner) is None:
        LATE.raise_for(tx, owner, severity=Severity.MAJOR, detail=because[:1000])
