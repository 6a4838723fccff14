"""One alert, the devices that witness it, and who had seen it before it got worse."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from domain.alerts.archive import AlertQuery
from domain.alerts.events import AlertCleared
from domain.alerts.model import Alert
from domain.devices.model import Device, DeviceState
from domain.own_rules.model import OwnRule
from domain.towers.model import Tower, TowerState
from ui.live.channel import News
from ui.sentences.alerts import problem_of
from ui.topics.alerts.row import alert_row, ended_by
from ui.topics.base import ObjectTopic
from ui.topics.devices.list import device_row
from ui.topics.window import ListTopic

FALSE_ALARMS_S = 90 * 86_400.0


class AlertTopic(ObjectTopic):
    """One alert, open or cleared."""

    kinds = (Alert, Device, OwnRule)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._last: Alert | None = None
        self._above: Alert | None = None
        self._false: str | None = None
        """How many alerts of its type were false alarms."""

    async def open(self) -> None:
        """Read it from the store when it was cleared before the page was opened, and so what explained it."""
        enterprise = self.fleet.enterprise.id
        self._last = self.fleet[Alert].get(self.id) or await self.store.get(Alert, enterprise, self.id)
        if self._last is not None and self._last.parent is not None and not self._last.is_open:
            self._above = self.fleet.shown(await self.store.get(Alert, enterprise, self._last.parent))
        if self._last is not None and not self.fleet.scope:  # a narrowed role is not told of what it does not see
            self._false = await self._false_alarms(self._last)

    async def _false_alarms(self, alert: Alert) -> str | None:
        query = AlertQuery(types=(alert.alarm_type,), since=self.clock() - FALSE_ALARMS_S)
        enterprise = self.fleet.enterprise.id
        false = sum((await self.store.cleared_counts(enterprise, replace(query, false=True))).values())
        if not false:
            return None
        every = sum((await self.store.cleared_counts(enterprise, query)).values())
        return f'{false:,} of {every:,} of its type in 90 days'

    def patch(self, news: News) -> dict[str, Any] | None:
        """The keys that changed; what ended it is told by its journal entry."""
        if self._last is not None and self._last.is_open and self.id not in self.fleet[Alert]:
            said = (recorded.entry for recorded in news.entries)
            entry = next((one for one in said if isinstance(one, AlertCleared) and one.alert == self.id), None)
            self._last = ended_by(self._last, entry, self.clock())
        return super().patch(news)

    def view(self) -> dict[str, Any]:
        """The alert now; ``{'gone': True}`` when there is none of that id."""
        live = self.fleet[Alert].get(self.id)
        if live is None and self._last is not None and self._last.is_open:
            self._last = ended_by(self._last, None, self.clock())
        self._last = live or self._last
        shown = self.fleet.shown(self._last)
        if shown is None:
            return {'gone': True}
        row = alert_row(self.fleet, shown) | {'false_alarms': self._false}
        return {**row, 'parent': problem_of(self._above)} if self._above is not None and row['parent'] is None else row


class _OneAlertTopic(ListTopic):
    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._last: Alert | None = None

    async def open(self) -> None:
        """Read it from the store when it is over."""
        self._last = self.fleet[Alert].get(self.id) or await self.store.get(Alert, self.fleet.enterprise.id, self.id)

    def alert(self) -> Alert | None:
        """The alert as the reader may see it, also when it is over."""
        self._last = self.fleet[Alert].get(self.id) or self._last
        return self.fleet.shown(self._last) if self._last is not None else None


class AcknowledgementsTopic(_OneAlertTopic):
    """Who had seen an alert before it was re-opened, the newest first."""

    kinds = (Alert,)
    sorts: ClassVar[dict[str, str]] = {'at': 'at'}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per former acknowledgement."""
        alert = self.alert()
        for number, one in reversed(list(enumerate(alert.acknowledgements if alert is not None else ()))):
            yield {
                'id': str(number),
                'name': one.by,
                'severity': one.severity,
                'at': one.at,
                'comment': one.comment,
                'reopened_at': one.reopened_at,
            }


class WitnessesTopic(ListTopic):
    """The devices that say what an open alert says."""

    kinds = (Alert, Device, DeviceState, Tower, TowerState)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per witness, in the order in which they spoke."""
        alert = self.fleet[Alert].get(self.id)
        for device_id in alert.witnesses if alert is not None else ():
            if device_id in self.fleet[Device]:
                yield device_row(self.fleet, device_id)


class EvidenceTopic(_OneAlertTopic):
    """What devices said that were witnesses of an alert, also when they are none any more or the alert is over."""

    kinds = (Alert, Device)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per device, in the order in which they spoke."""
        alert = self.alert()
        for one in alert.evidence if alert is not None else ():
            device = self.fleet[Device].get(one.device)
            yield {
                'id': one.device,
                'name': device.name if device is not None else 'a retired device',
                'at': one.at,
                'reading': one.reading,
            }
