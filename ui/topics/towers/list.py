"""The list of towers."""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any, ClassVar

from domain.cellular.notation import read_cells
from domain.checks.model import CheckState
from domain.devices.model import DeviceState
from domain.fleet.fleet import Fleet
from domain.status_page.tower_days import TowerAvailabilityService
from domain.towers.alerts import NOT_ASKED
from domain.towers.live import OnTower, checks_of, lists_cell, tower_state
from domain.towers.model import Tower, TowerState, TowerStatus
from domain.towers.outages import affected_devices
from domain.towers.reach import cut_by
from ui.topics.window import ListTopic

_ORDER = {
    status: index for index, status in enumerate(('down', 'unreachable', 'degraded', 'maintenance', 'unknown', 'up'))
}


def tower_row(fleet: Fleet, tower: Tower) -> dict[str, Any]:
    """What a list and the map show of a tower."""
    state = tower_state(fleet, tower.id)
    checks = [check for check in checks_of(fleet, tower) if check.checked_at is not None]
    times = [check.rtt_ms for check in checks if check.rtt_ms is not None and check.status == 'ok']
    return {
        'id': tower.id,
        'version': tower.version,
        'name': tower.name,
        'status': state.status,
        'order': _ORDER[state.status],
        'since': state.since,
        'because': state.because,
        'kind': tower.kind,
        'operator': tower.operator,
        'region': tower.region,
        'latitude': tower.latitude,
        'longitude': tower.longitude,
        'cells': len(tower.cells),
        'devices': fleet.index(OnTower).count(tower.id),
        'hurt': affected_devices(fleet, tower.id),
        'checks': len(tower.checks),
        'rtt_ms': round(max(times), 1) if times else None,
        'checked_at': max((check.checked_at for check in checks if check.checked_at), default=None),
    }


CLASSES = (('99.9', '99.9 % and more'), ('99', '99 to 99.9 %'), ('95', '95 to 99 %'), ('0', 'Below 95 %'))
"""How available towers are, for the filter: from so many per cent, in words."""


def in_percent(share: float | None) -> float | None:
    """Rounded down to two decimals: what was down for a moment is never 100 %."""
    return None if share is None else int(share * 10_000 + 1e-6) / 100


def class_of(share: float | None) -> str | None:
    """The first of :data:`CLASSES` that it reaches."""
    found = in_percent(share)
    return None if found is None else next(least for least, _ in CLASSES if found >= float(least))


def not_asked(fleet: Fleet) -> str | None:
    """Why towers cannot be asked for a reason that is this server's; ``None`` while they are."""
    alert = NOT_ASKED.open_in(fleet, fleet.enterprise.id)
    return alert.problem if alert is not None else None


def place_of(tower: Tower) -> str | None:
    """Where it stands, in degrees."""
    if tower.latitude is None or tower.longitude is None:
        return None
    return f'{tower.latitude:.5f}, {tower.longitude:.5f}'


class TowersTopic(ListTopic):
    """All towers, worst first unless asked otherwise.

    ``need=true`` leaves those out that are fine, or cut off by another one in the list; of the others those come first that hurt the most
    devices.
    """

    kinds: ClassVar[tuple[type, ...]] = (Tower, TowerState, CheckState, DeviceState)
    sorts: ClassVar[dict[str, str]] = {
        name: name
        for name in (
            *('name', 'operator', 'region', 'kind', 'devices', 'cells', 'rtt_ms', 'since', 'checked_at'),
            *('available', 'with_works'),
        )
    } | {'status': 'order'}
    filters: ClassVar[tuple[str, ...]] = ('status', 'kind', 'operator', 'region', 'availability')
    searched = ('name', 'operator', 'region')
    default = 'status'

    def __init__(self, *, availability: TowerAvailabilityService | None = None, **parts: Any) -> None:
        super().__init__(**parts)
        self._availability = availability

    @property
    def ties(self) -> str:  # type: ignore[override]
        """Of towers in the same state those first that hurt the most devices, where only towers in need are asked for."""
        return '-hurt' if self.query.get('need') == 'true' else 'name'

    def fits(self, row: Mapping[str, Any], texts: Collection[str]) -> bool:
        """By name, operator and region, and by a cell that it lists."""
        tower = self.fleet[Tower].get(row['id'])
        return super().fits(row, texts) or (
            tower is not None and lists_cell(tower, read_cells(self.query.get('q', '')))
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per tower."""
        if self.query.get('need') == 'true':
            return rows_in_need(self.fleet)
        return (self._row(tower) for tower in self.fleet[Tower].values())

    def _row(self, tower: Tower) -> dict[str, Any]:
        known = self._availability.listed(self.enterprise, tower.id) if self._availability is not None else None
        return {
            **tower_row(self.fleet, tower),
            'available': in_percent(known.available) if known is not None else None,
            'with_works': in_percent(known.with_maintenance) if known is not None else None,
            'availability': class_of(known.available) if known is not None else None,
        }


def rows_in_need(fleet: Fleet) -> Iterator[dict[str, Any]]:
    """A row for each tower that is not fine, but for those that are cut off by one of these: that one counts them, and whom they hurt."""
    behind: dict[str, list[Tower]] = {}
    for tower in fleet[Tower].values():
        if tower_state(fleet, tower.id).status is not TowerStatus.UP:
            behind.setdefault(_cause_of(fleet, tower), []).append(tower)
    for id, towers in behind.items():
        row = tower_row(fleet, fleet[Tower][id])
        others = [tower for tower in towers if tower.id != id]
        if others:
            words = f'{len(others):,} unreachable behind it'
            row['because'] = (
                f'{words}; {row["because"]}' if row['because'] else words
            )  # in front: a row cuts its end off
            row['hurt'] += sum(affected_devices(fleet, tower.id) for tower in others)
        yield row


def _cause_of(fleet: Fleet, tower: Tower) -> str:
    """The id of the tower that is to be seen here and cuts this one off, at the top of all that do; its own where there is none."""
    seen = {tower.id}
    while tower_state(fleet, tower.id).status is TowerStatus.UNREACHABLE:
        above = next((state.id for state in cut_by(tower, partial(_state_of, fleet)) if state.id in fleet[Tower]), None)
        if above is None or above in seen:
            break
        seen.add(above)
        tower = fleet[Tower][above]
    return tower.id


def _state_of(fleet: Fleet, id: str) -> TowerState | None:
    return tower_state(fleet, id) if id in fleet[Tower] else None
