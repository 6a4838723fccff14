"""The towers, all of them on a map, one tower, its cells, and the newest answers of its checks."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar

from domain.devices import DeviceState, Presence
from domain.fleet import Fleet
from domain.outages import hurt
from domain.policies import Compliance
from domain.towers import CheckState, CheckStatus, Tower, TowerState, TowerStatus
from ui.channels import News
from ui.topics.base import ListTopic, ObjectTopic, Window

_ORDER = {status: index for index, status in enumerate(('down', 'degraded', 'maintenance', 'unknown', 'up'))}
HISTORY_S = 24 * 3600
OUTAGE_TOLD_S = 24 * 3600
"""So long after a tower went down its page tells whom that hurt."""


def tower_row(fleet: Fleet, tower: Tower) -> dict[str, Any]:
    """What a list and the map show of a tower."""
    state = fleet.tower_state(tower.id)
    checks = [check for check in fleet.checks_of(tower) if check.checked_at is not None]
    times = [check.rtt_ms for check in checks if check.rtt_ms is not None and check.status == 'ok']
    return {
        'id': tower.id,
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
        'devices': fleet.served(tower.id),
        'hurt': hurt(fleet, tower.id),
        'checks': len(tower.checks),
        'rtt_ms': round(max(times), 1) if times else None,
        'checked_at': max((check.checked_at for check in checks if check.checked_at), default=None),
    }


def _place(tower: Tower) -> str | None:
    if tower.latitude is None or tower.longitude is None:
        return None
    return f'{tower.latitude:.5f}, {tower.longitude:.5f}'


class TowersTopic(ListTopic):
    """All towers, worst first unless asked otherwise. ``need=true`` leaves those out that are fine."""

    kinds = (Tower, TowerState, CheckState, DeviceState)
    sorts: ClassVar[dict[str, str]] = {
        name: name
        for name in ('name', 'operator', 'region', 'kind', 'devices', 'cells', 'rtt_ms', 'since', 'checked_at')
    } | {'status': 'order'}
    filters = ('status', 'kind', 'operator', 'region')
    searched = ('name', 'operator', 'region')
    default = 'status'

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per tower."""
        need = self.query.get('need') == 'true'
        for tower in self.fleet.towers.values():
            if not need or self.fleet.tower_state(tower.id).status is not TowerStatus.UP:
                yield tower_row(self.fleet, tower)


class MapTopic(ListTopic):
    """Every tower of the enterprise with what a map draws of it, and nothing more."""

    kinds = (Tower, TowerState, DeviceState)

    def look(self) -> Window:
        """All towers; a map has no pages."""
        fleet = self.fleet
        rows = []
        for tower in fleet.towers.values():
            state = fleet.tower_state(tower.id)
            rows.append(
                {
                    'id': tower.id,
                    'name': tower.name,
                    'status': state.status,
                    'since': state.since,
                    'latitude': tower.latitude,
                    'longitude': tower.longitude,
                    'devices': fleet.served(tower.id),
                }
            )
        return Window(len(rows), len(rows), rows, {})


class TowerTopic(ObjectTopic):
    """Everything that the page of a tower shows as single values, its cells and checks included."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._served: frozenset[str] = frozenset()
        self._lost: tuple[str, ...] = ()

    def view(self) -> dict[str, Any]:
        """The tower now; ``{'gone': True}`` once it is retired."""
        tower = self.fleet.towers.get(self.id)
        if tower is None:
            return {'gone': True}
        self._served = frozenset(self.fleet.on_tower(self.id))
        served = [self.fleet.state_of(device_id) for device_id in self._served]
        parent = self.fleet.towers.get(tower.parent or '')
        heard = [one.last_seen for one in served if one.last_seen is not None]
        state = self.fleet.tower_state(tower.id)
        return {
            **tower_row(self.fleet, tower),
            'parent': parent.name if parent else None,
            'parent_id': parent.id if parent else None,
            'maintenance_until': tower.maintenance_until,
            'online': sum(one.presence is Presence.ONLINE for one in served),
            'silent': sum(one.presence is Presence.OFFLINE for one in served),
            'violating': sum(one.compliance is Compliance.VIOLATING for one in served),
            'newest_contact': max(heard, default=None),
            'carries': ', '.join(
                sorted(other.name for other in self.fleet.towers.values() if other.parent == tower.id)
            ),
            'place': _place(tower),
            'troubled': state.status if state.because else None,
            **self._outage(state),
            'version': tower.version,
        }

    def concerned(self, news: News) -> bool:
        """True when a tower (some are shown by name), its status, a check, or a device that is or was on it moved."""
        if news.of(Tower) or self.id in news.of(TowerState) or news.of(CheckState):
            return True
        moved = news.of(DeviceState)
        return not all(map(moved.isdisjoint, (self._served, self._lost, self.fleet.on_tower(self.id))))

    def _outage(self, state: TowerState) -> dict[str, Any]:
        """Whom the last outage hurt and how they are now, as long as somebody may still ask."""
        at = state.down_at
        told = at is not None and (state.status is TowerStatus.DOWN or at > self.clock() - OUTAGE_TOLD_S)
        self._lost = tuple(id for id in state.lost if id in self.fleet.devices) if told else ()
        lost = [self.fleet.state_of(device_id) for device_id in self._lost]
        there = [one for one in lost if one.tower == self.id]
        back = sum(one.last_seen is not None and at is not None and one.last_seen > at for one in there)
        return {
            'outage': bool(told),
            'down_at': at if told else None,
            'lost': len(lost),
            'back': back,
            'elsewhere': len(lost) - len(there),
            'unheard': len(there) - back,
        }


class CellsTopic(ListTopic):
    """The cells of a tower, and how many devices are on each right now."""

    kinds = (Tower, DeviceState)

    def concerned(self, news: News) -> bool:
        """True when the tower was changed or a device on it moved; one that left is no longer on it, so any move counts."""
        return self.id in news.of(Tower) or bool(news.of(DeviceState))

    def look(self) -> Window:
        """Every cell in the order it was written down."""
        tower = self.fleet.towers.get(self.id)
        states = [self.fleet.state_of(device_id) for device_id in self.fleet.on_tower(self.id)]
        served = Counter(state.radio.cell for state in states if state.radio is not None)
        rows = [
            {
                'id': cell.key,
                'rat': cell.rat,
                'plmn': f'{cell.mcc}-{cell.mnc}',
                'tac': '' if cell.tac is None else str(cell.tac),
                'cell': cell.key,
                'pci': cell.pci,
                'arfcn': None if cell.arfcn is None else str(cell.arfcn),
                'azimuth': cell.azimuth,
                'devices': served[cell.key],
            }
            for cell in (tower.cells if tower is not None else ())
        ]
        return Window(len(rows), len(rows), rows, {})


class ChecksTopic(ListTopic):
    """Where each check of a tower stands, with its newest answers."""

    kinds = (Tower, CheckState)
    sorts: ClassVar[dict[str, str]] = {'name': 'name'}
    default = 'name'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._history: dict[str, list[float | None]] = {}
        """Milliseconds of each answer, ``None`` for one that failed."""

    async def open(self) -> None:
        """Read the answers of the last day."""
        results = await self.store.check_results(self.fleet.enterprise.id, self.id, self.clock() - HISTORY_S, 2000)
        for result in results:
            self._history.setdefault(result.check, []).append(result.rtt_ms if result.ok else None)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per check."""
        tower = self.fleet.towers.get(self.id)
        if tower is None:
            return
        for check, state in zip(tower.checks, self.fleet.checks_of(tower), strict=True):
            yield {
                'id': check.id,
                'name': check.label,
                'status': state.status,
                'since': state.since,
                'attempts': f'{state.attempts} of {check.max_attempts}' if state.status is CheckStatus.SOFT else '',
                'checked_at': state.checked_at,
                'rtt_ms': state.rtt_ms,
                'error': state.error,
                'interval_s': check.interval_s,
                'history': self._history.get(check.id, [])[-60:],
            }

    def patch(self, news: News) -> dict[str, Any] | None:
        """Remember the newest answer of each check that moved, then look."""
        tower = self.fleet.towers.get(self.id)
        moved = news.of(CheckState)
        for check in tower.checks if tower is not None else ():
            if check.id in moved and (state := self.fleet.check_states.get(check.id)) is not None:
                value = state.rtt_ms if state.error is None else None
                self._history[check.id] = [*self._history.get(check.id, [])[-119:], value]
        return super().patch(news)
