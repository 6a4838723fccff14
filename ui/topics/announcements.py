"""New alerts that wait for a person, told once on whichever page is open; how many wait; and who was mentioned."""

from collections import deque
from typing import Any

from domain.access.permissions import Permission
from domain.alerts.events import AlertCommented
from domain.alerts.live import AlertCounts
from domain.alerts.model import Alert
from domain.common.severity import RANK
from domain.fleet.scoped import ScopedFleet
from domain.journal.model import Entry
from domain.triage.mentions import mentioned
from domain.triage.people import who_answers
from ui.live.channel import News
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow

MOST = 20


class AnnouncementsTopic(BaseTopic):
    """``{waiting, raised: [{at, id, severity, before, text}], mentions?: [{at, by, people, alert, name, text}]}``, the newest last.

    An alert is announced when it begins to wait, and again only when it is worse than it was announced (``before``), until it clears.
    ``people`` are the ids of those whom a comment mentions.
    """

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._waiting = set(self.fleet.index(AlertCounts).calling())
        self._told = {id: self.fleet[Alert][id].severity for id in self._waiting}
        """The worst severity with which each was announced."""
        self._raised: deque[dict[str, Any]] = deque(maxlen=MOST)
        self._mentions: deque[dict[str, Any]] = deque(maxlen=MOST)

    def full(self) -> dict[str, Any]:
        """The newest announcements; a page that has just opened says none of them."""
        mentions = {'mentions': list(self._mentions)} if self._mentions else {}
        return {'waiting': len(self._waiting), 'raised': list(self._raised), **mentions}

    def patch(self, news: News) -> dict[str, Any] | None:
        """All of them again, when there is one more."""
        before = len(self._waiting)
        fresh = [said for id in news.of(Alert) if (said := self._raise(id)) is not None]
        self._raised.extend(fresh)
        told = [said for recorded in news.entries if (said := self._mention(recorded.entry)) is not None]
        self._mentions.extend(told)
        if fresh or told:
            return self.full()
        return {'waiting': len(self._waiting)} if len(self._waiting) != before else None

    def _raise(self, id: str) -> dict[str, Any] | None:
        """The words on an alert that has changed."""
        alert = self.fleet.find(Alert, id)
        if alert is None or alert.cleared_at is not None:
            self._told.pop(id, None)
            self._waiting.discard(id)
            return None
        if not alert.calls:
            self._waiting.discard(id)
            return None
        self._waiting.add(id)
        known = self._told.get(id)
        if known is not None and RANK[alert.severity] >= RANK[known]:
            return None
        self._told[id] = alert.severity
        return {'at': self.clock(), 'id': id, 'severity': alert.severity, 'before': known, 'text': alert.problem}

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


TOPICS = (TopicRow('announcements', Permission.ALERTS_READ, AnnouncementsTopic),)
