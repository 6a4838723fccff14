"""Alerts that have just become Major or worse, said once by a screen reader on whichever page is open; and who was mentioned."""

from collections import deque
from typing import Any

from domain.access.permissions import Permission
from domain.alerts.events import AlertCommented
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.fleet.scoped import ScopedFleet
from domain.journal.model import Entry
from domain.triage.mentions import mentioned
from domain.triage.people import who_answers
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow

LOUD = frozenset({Severity.CRITICAL, Severity.MAJOR})
MOST = 20


class AnnouncementsTopic(BaseTopic):
    """``{raised: [{at, severity, text}], mentions?: [{at, by, people, alert, name, text}]}``, the newest last. An alert is announced once
    until it clears, however often it changes; ``people`` are the ids of those whom a comment mentions."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._told = {alert.id for alert in self.fleet[Alert].values() if _is_loud(alert)}
        self._raised: deque[dict[str, Any]] = deque(maxlen=MOST)
        self._mentions: deque[dict[str, Any]] = deque(maxlen=MOST)

    def full(self) -> dict[str, Any]:
        """The newest announcements; a page that has just opened says none of them."""
        mentions = {'mentions': list(self._mentions)} if self._mentions else {}
        return {'raised': list(self._raised), **mentions}

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
        told = [said for recorded in news.entries if (said := self._mention(recorded.entry)) is not None]
        self._mentions.extend(told)
        return self.full() if fresh or told else None

    def _mention(self, entry: Entry) -> dict[str, Any] | None:
        if not isinstance(entry, AlertCommented) or '@' not in entry.text:
            return None
        whole = self.fleet.whole if isinstance(self.fleet, ScopedFleet) else self.fleet
        people = [one.id for one in mentioned(entry.text, who_answers(whole))]
        if not people or self.fleet.find(Alert, entry.alert) is None:
            return None
        return {
            'at': self.clock(),
            'by': entry.by,
            'people': people,
            'alert': entry.alert,
            'name': entry.problem,
            'text': entry.text,
        }


def _is_loud(alert: Alert) -> bool:
    return alert.severity in LOUD and alert.calls


TOPICS = (TopicRow('announcements', Permission.ALERTS_READ, AnnouncementsTopic),)
