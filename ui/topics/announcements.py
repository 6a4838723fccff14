"""Alerts that have just become Major or worse, for people who do not see the page: a screen reader says them once."""

from collections import deque
from typing import Any

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.common.severity import Severity
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow

LOUD = frozenset({Severity.CRITICAL, Severity.MAJOR})
MOST = 20


class AnnouncementsTopic(BaseTopic):
    """``{raised: [{at, severity, text}]}``, the newest last. An alert is announced once until it clears, however often it changes."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._told = {alert.id for alert in self.fleet[Alert].values() if _is_loud(alert)}
        self._raised: deque[dict[str, Any]] = deque(maxlen=MOST)

    def full(self) -> dict[str, Any]:
        """The newest announcements; a page that has just opened says none of them."""
        return {'raised': list(self._raised)}

    def patch(self, news: News) -> dict[str, Any] | None:
        """All of them again, when there is one more."""
        fresh = []
        for id in news.of(Alert):
            alert = self.fleet.find(Alert, id)
            if alert is None or alert.cleared_at is not None:
                self._told.discard(id)
            elif _is_loud(alert) and id not in self._told:
                self._told.add(id)
                fresh.append(alert)
        at = self.clock()
        self._raised.extend({'at': at, 'severity': alert.severity, 'text': alert.problem} for alert in fresh)
        return self.full() if fresh else None


def _is_loud(alert: Alert) -> bool:
    return alert.severity in LOUD and alert.calls


TOPICS = (TopicRow('announcements', Permission.ALERTS_READ, AnnouncementsTopic),)
