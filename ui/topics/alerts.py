"""The alert inbox: open alerts from memory, cleared ones from the store."""

from dataclasses import replace
from typing import Any, ClassVar

from domain.alerts import Alert
from domain.fleet import Fleet
from ui.channels import News
from ui.topics.base import ListTopic

_SEVERITIES = {name: index for index, name in enumerate(('critical', 'major', 'minor', 'warning', 'indeterminate'))}
_PLACES = {'device': '/devices/', 'tower': '/towers/', 'policy': '/policies/'}
MOST_CLEARED = 200


def alert_row(fleet: Fleet, alert: Alert) -> dict[str, Any]:
    """What the inbox shows of an alert."""
    place = _PLACES.get(alert.object_kind)
    witnesses = [fleet.devices[device].name for device in alert.witnesses[:5] if device in fleet.devices]
    return {
        'id': alert.id,
        'name': alert.problem,
        'severity': alert.severity,
        'severity_order': _SEVERITIES.get(alert.severity, 9),
        'object': alert.object_name,
        'object_kind': alert.object_kind,
        'href': f'{place}{alert.object_id}' if place else None,
        'detail': alert.detail,
        'type': alert.alarm_type,
        'cause': alert.probable_cause,
        'devices': alert.devices,
        'score': alert.score,
        'witnesses': ', '.join(witnesses),
        'raised_at': alert.raised_at,
        'changed_at': alert.changed_at,
        'cleared_at': alert.cleared_at,
        'acknowledged_at': alert.acknowledged_at,
        'acknowledged_by': alert.acknowledged_by,
        'comment': alert.comment,
        'state': 'cleared' if alert.cleared_at else ('acknowledged' if alert.acknowledged_at else 'open'),
    }


class AlertsTopic(ListTopic):
    """Alerts, the worst and newest first. ``state`` asks for ``open`` (the default: all that are not cleared) or ``cleared``."""

    kinds = (Alert,)
    sorts: ClassVar[dict[str, str]] = {
        'raised_at': 'raised_at',
        'devices': 'devices',
        'object': 'object',
        'severity': 'severity_order',
    }
    filters = ('severity', 'object_kind', 'type')
    searched = ('name', 'object', 'detail')
    default = 'severity'

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._state = self.query.get('state') or 'open'
        self._cleared: dict[str, Alert] = {}
        self._known: dict[str, Alert] = {}

    async def open(self) -> None:
        """Read cleared alerts when those are asked for."""
        if self._state != 'open':
            found = await self.store.history(
                Alert, self.fleet.enterprise.id, equal={}, is_open=False, before=None, limit=MOST_CLEARED
            )
            self._cleared = {alert.id: alert for alert in found}
        self._known = dict(self.fleet.alerts)

    def rows(self) -> list[dict[str, Any]]:
        """One row per alert of the asked state, newest first before the sort."""
        live = {} if self._state == 'cleared' else self.fleet.alerts
        alerts = {**self._cleared, **live}
        return [alert_row(self.fleet, alert) for alert in sorted(alerts.values(), key=lambda alert: -alert.raised_at)]

    def patch(self, news: News) -> dict[str, Any] | None:
        """Move alerts that were cleared from one side to the other, then look."""
        for alert_id in news.of(Alert):
            alert = self.fleet.alerts.get(alert_id)
            if alert is None and self._state != 'open' and (gone := self._known.get(alert_id)) is not None:
                self._cleared[alert_id] = _cleared(gone, self.clock())
        if news.of(Alert):
            self._known = dict(self.fleet.alerts)
        return super().patch(news)


def _cleared(alert: Alert, now: float) -> Alert:
    return replace(alert, cleared_at=now)
