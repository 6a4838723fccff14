"""One tower."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.alerts.model import Alert
from domain.checks.model import CheckState
from domain.devices.compliance import Compliance
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Presence
from domain.devices.recovery import returned
from domain.towers.alerts import FAILING, NOT_ASKED
from domain.towers.live import OnTower, tower_state
from domain.towers.model import OUT, Tower, TowerState, TowerStatus
from domain.towers.reach import Below
from domain.towers.witnesses import lacks_witnesses
from ui.live.channel import News
from ui.topics.base import ObjectTopic, told_notes
from ui.topics.towers.list import place_of, tower_row

OUTAGE_TOLD_S = 24 * 3600
"""So long after a tower went down its page tells whom that hurt."""


class TowerTopic(ObjectTopic):
    """Everything that the page of a tower shows as single values, its cells and checks included."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._served: frozenset[str] = frozenset()
        self._lost: tuple[str, ...] = ()

    def view(self) -> dict[str, Any]:
        """The tower now; ``{'gone': True}`` once it is retired."""
        tower = self.fleet[Tower].get(self.id)
        if tower is None:
            return {'gone': True}
        self._served = frozenset(self.fleet.index(OnTower).devices(self.id))
        served = [state_of(self.fleet, device_id) for device_id in self._served]
        parent = self.fleet[Tower].get(tower.parent or '')
        below = [(id, self.fleet[Tower][id]) for id in self.fleet.index(Below).of(tower.id)]
        heard = [one.last_seen for one in served if one.last_seen is not None]
        state = tower_state(self.fleet, tower.id)
        row = tower_row(self.fleet, tower)
        alert = NOT_ASKED.open_in(self.fleet, self.fleet.enterprise.id)
        unasked = alert is not None and row['checked_at'] is not None and row['checked_at'] <= alert.raised_at
        return {
            **row,
            'gone': None,
            'notes': told_notes(tower.notes),
            'unasked': alert.problem if alert is not None and unasked else None,
            'parent': parent.name if parent else None,
            'parent_id': parent.id if parent else None,
            'maintenance_until': tower.maintenance_until,
            'online': sum(one.presence is Presence.ONLINE for one in served),
            'silent': sum(one.presence is Presence.OFFLINE for one in served),
            'violating': sum(one.compliance is Compliance.VIOLATING for one in served),
            'newest_contact': max(heard, default=None),
            'backups': self._names(tower.backups),
            'power': self._names(tower.power),
            'carries': self._names(id for id, other in below if tower.id in (other.parent, *other.backups)),
            'feeds': self._names(id for id, other in below if tower.id in other.power),
            'place': place_of(tower),
            'troubled': state.status if state.because else None,
            'doubtful': state.status is TowerStatus.DOWN and lacks_witnesses(self.fleet, tower),
            **self._outage(state),
            **self._alert(),
        }

    def _alert(self) -> dict[str, Any]:
        """Its open alert, and who has seen it."""
        alert = FAILING.open_in(self.fleet, self.id)
        if alert is None:
            return {'alert': None, 'alert_id': None}
        by = alert.acknowledged_by if alert.acknowledged_at is not None else None
        return {'alert': f'alert seen by {by}' if by else 'alert not acknowledged', 'alert_id': alert.id}

    def _names(self, ids: Iterable[str]) -> str:
        towers = self.fleet[Tower]
        return ', '.join(sorted(towers[id].name for id in ids if id in towers))

    def concerned(self, news: News) -> bool:
        """True when a tower (some are shown by name), its status, a check, an alert, or a device that is or was on it moved."""
        if news.of(Tower) or news.of(Alert) or self.id in news.of(TowerState) or news.of(CheckState):
            return True
        moved = news.of(DeviceState)
        return not all(map(moved.isdisjoint, (self._served, self._lost, self.fleet.index(OnTower).devices(self.id))))

    def _outage(self, state: TowerState) -> dict[str, Any]:
        """The devices that the last outage affected and how they are now, as long as it may still be asked for."""
        at = state.down_at
        told = at is not None and (state.status in OUT or at > self.clock() - OUTAGE_TOLD_S)
        self._lost = tuple(id for id in state.lost if id in self.fleet[Device]) if told else ()
        now = returned(self.fleet, replace(state, lost=self._lost))
        return {
            'outage': bool(told),
            'down_at': at if told else None,
            'lost': len(self._lost),
            'back': len(now.back),
            'elsewhere': len(now.elsewhere),
            'unheard': len(now.unheard),
            'silent_before': len(now.silent),
        }
