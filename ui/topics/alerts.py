"""The alert inbox: open alerts from memory, cleared ones from the store; one alert, and the devices that witness it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alerts.events import AlertCleared
from domain.alerts.model import AlarmType, Alert
from domain.changes.history import past
from domain.devices.listing.names import apart
from domain.devices.model import Device, DeviceState
from domain.fleet.fleet import Fleet
from domain.towers.model import Tower, TowerState
from ui.live.channel import News
from ui.topics.base import ObjectTopic
from ui.topics.devices.list import device_row
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic

_SEVERITIES = {name: index for index, name in enumerate(('critical', 'major', 'minor', 'warning', 'indeterminate'))}
_PLACES = {'device': '/devices/', 'tower': '/towers/', 'policy': '/policies/'}
_TYPES = {
    AlarmType.COMMUNICATIONS: 'communications',
    AlarmType.EQUIPMENT: 'equipment',
    AlarmType.QUALITY_OF_SERVICE: 'quality of service',
    AlarmType.SECURITY: 'security',
    AlarmType.OPERATIONAL: 'operation',
}
MOST_CLEARED = 200


def alert_row(fleet: Fleet, alert: Alert) -> dict[str, Any]:
    """What the inbox shows of an alert."""
    place = _PLACES.get(alert.object_kind)
    state = 'cleared' if alert.cleared_at else ('acknowledged' if alert.acknowledged_at else 'open')
    witnesses = [fleet[Device][device].name for device in alert.witnesses[:5] if device in fleet[Device]]
    return {
        'id': alert.id,
        'name': alert.problem,
        'severity': alert.severity,
        'severity_order': _SEVERITIES.get(alert.severity, 9),
        'object': alert.object_name,
        'apart': apart(fleet, alert.object_id) if alert.object_kind == 'device' else None,
        'object_kind': alert.object_kind,
        'object_href': f'{place}{alert.object_id}' if place else None,
        'detail': alert.detail,
        'type': _TYPES[alert.alarm_type],
        'cause': _words(alert.probable_cause),
        'devices': alert.devices,
        'score': None if alert.score is None else round(100 * alert.score),
        'witnesses': ', '.join(witnesses),
        'witnessed': len(alert.witnesses) or None,
        'raised_at': alert.raised_at,
        'changed_at': alert.changed_at,
        'cleared_at': alert.cleared_at,
        'acknowledged_at': alert.acknowledged_at,
        'acknowledged_by': alert.acknowledged_by,
        'comment': alert.comment,
        'state': state,
        'seen': None if state == 'open' else state,
    }


def _words(camel: str) -> str:
    return re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', camel).lower()


class AlertsTopic(ListTopic):
    """Alerts, the worst and newest first. ``state`` asks for open (not acknowledged), acknowledged or cleared ones;
    without it all of them."""

    kinds = (Alert, Device)  # witnesses are shown by name
    sorts: ClassVar[dict[str, str]] = {
        'raised_at': 'raised_at',
        'cleared_at': 'cleared_at',
        'devices': 'devices',
        'object': 'object',
        'severity': 'severity_order',
    }
    filters = ('severity', 'type', 'object_kind')
    searched = ('name', 'object', 'detail')
    default = 'severity'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._states = frozenset((self.query.get('state') or 'open,acknowledged,cleared').split(','))
        self._cleared: dict[str, Alert] = {}
        self._known: dict[str, Alert] = {}

    async def open(self) -> None:
        """Read cleared alerts when those are asked for."""
        if 'cleared' in self._states:
            found, _ = await past(self.fleet, self.store, Alert, equal={}, is_open=False, limit=MOST_CLEARED)
            self._cleared = {alert.id: alert for alert in found}
        self._known = dict(self.fleet[Alert])

    def rows(self) -> list[dict[str, Any]]:
        """One row per alert of the asked states, newest first before the sort."""
        cleared = {alert.id: alert for alert in map(self.fleet.shown, self._cleared.values()) if alert is not None}
        alerts = sorted({**cleared, **self.fleet[Alert]}.values(), key=lambda alert: -alert.raised_at)
        rows = (alert_row(self.fleet, alert) for alert in alerts)
        return [row for row in rows if row['state'] in self._states]

    def patch(self, news: News) -> dict[str, Any] | None:
        """Move alerts that were cleared from one side to the other, then look."""
        moved = news.of(Alert)
        ended = {said.entry.alert: said.entry.at for said in news.entries if isinstance(said.entry, AlertCleared)}
        for alert_id in moved if 'cleared' in self._states else ():
            gone = self._known.get(alert_id)
            if alert_id not in self.fleet[Alert] and gone is not None:
                at = ended.get(alert_id, self.clock())
                self._cleared[alert_id] = replace(gone, cleared_at=at, changed_at=at)
        if moved:
            self._known = dict(self.fleet[Alert])
        return super().patch(news)


class AlertTopic(ObjectTopic):
    """One alert, open or cleared."""

    kinds = (Alert, Device)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._last: Alert | None = None

    async def open(self) -> None:
        """Read it from the store when it was cleared before the page was opened."""
        self._last = self.fleet[Alert].get(self.id) or await self.store.get(Alert, self.fleet.enterprise.id, self.id)

    def view(self) -> dict[str, Any]:
        """The alert now; ``{'gone': True}`` when there is none of that id."""
        live = self.fleet[Alert].get(self.id)
        if live is None and self._last is not None and self._last.cleared_at is None:
            now = self.clock()
            self._last = replace(self._last, cleared_at=now, changed_at=now)
        self._last = live or self._last
        shown = self.fleet.shown(self._last)
        return {'gone': True} if shown is None else alert_row(self.fleet, shown)


class WitnessesTopic(ListTopic):
    """The devices that say what an open alert says."""

    kinds = (Alert, Device, DeviceState, Tower, TowerState)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per witness, in the order in which they spoke."""
        alert = self.fleet[Alert].get(self.id)
        for device_id in alert.witnesses if alert is not None else ():
            if device_id in self.fleet[Device]:
                yield device_row(self.fleet, device_id)


TOPICS = (
    TopicRow('alerts', Permission.ALERTS_READ, AlertsTopic),
    TopicRow('alert', Permission.ALERTS_READ, AlertTopic),
    TopicRow('witnesses', Permission.ALERTS_READ, WitnessesTopic),
)
