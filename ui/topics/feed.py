"""What is happening, as sentences; of the whole enterprise, or of one device, tower or policy (``feed/device/01J…``).

In the enterprise's feed many sentences of one sort are one line, and what waits for a person stands on top for as long as it waits.
"""

from collections.abc import Iterable
from typing import Any

from domain.access.permissions import Permission
from domain.alerts.events import (
    AlertAcknowledged,
    AlertAssigned,
    AlertAttached,
    AlertCleared,
    AlertCommented,
    AlertDetached,
    AlertFlapping,
    AlertMarkedFalse,
    AlertRaised,
    AlertResumed,
    AlertSnoozed,
    AlertUnacknowledged,
    AlertWorsened,
)
from domain.alerts.live import AlertCounts
from domain.alerts.model import Alert
from domain.changes.history import told
from domain.common.severity import Severity
from domain.devices.events import PresenceChanged, ServingTowerChanged
from domain.devices.live import state_of
from domain.enforcement.events import CommandMoved
from domain.enrolment.events import CredentialRotated
from domain.enrolment.live import Waiting
from domain.enrolment.model import Credential
from domain.journal.model import Entry, Recorded
from domain.sign_in.events import SignedIn, SignedOut
from domain.towers.model import Tower
from ui.durations import counted
from ui.live.channel import News
from ui.sentences.sentence import sentence
from ui.topics.base import BaseTopic
from ui.topics.folding import FeedLine, Lines, Place, Sort, in_order
from ui.topics.rows import TopicRow

MOST = 100
MOST_PINNED = 5
_PINNED = (Severity.CRITICAL, Severity.MAJOR)
_ALONE = (
    AlertRaised,
    AlertCleared,
    AlertAcknowledged,
    AlertAssigned,
    AlertDetached,
    AlertMarkedFalse,
    AlertResumed,
    AlertSnoozed,
    AlertUnacknowledged,
    AlertCommented,
    AlertWorsened,
    AlertFlapping,
)
"""Never folded: each is one matter."""
_QUIET = (AlertAttached, ServingTowerChanged, SignedIn, SignedOut, CredentialRotated)
"""Left out of the enterprise's feed: they happen all the time and call for no action. The subject's own timeline has them."""


def _is_quiet(entry: Entry) -> bool:
    if isinstance(entry, AlertCleared) and entry.missing:
        return False
    if isinstance(entry, AlertRaised | AlertCleared):
        return entry.subject.kind == 'tower'  # the change of its status says the same, one line above
    if isinstance(entry, AlertWorsened):
        return entry.subject.kind == 'tower' and not entry.acknowledged_by
    if isinstance(entry, CommandMoved):
        return entry.after == 'delivered'  # a step on the way; the answer follows
    return isinstance(entry, _QUIET) and not (isinstance(entry, ServingTowerChanged) and entry.after is None)


class FeedTopic(BaseTopic):
    """The newest entries, newest first."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        kind, _, subject = self.id.partition('/')
        self._subject = (kind, subject) if subject else None
        self._lines = Lines(MOST)
        self._newest = 0
        self._towers: dict[str, tuple[str, str] | None] = {}
        """Of devices that have changed theirs lately, by the journal: so that a page that is opened later folds as this one does."""
        self._pinned: list[dict[str, Any]] | None = None

    async def open(self) -> None:
        """Read the past."""
        recorded = await told(self.fleet, self.store, subject=self._subject, limit=MOST * 3)
        self._begin_with(recorded[::-1])
        for one in reversed(recorded):
            self._take(one)

    def full(self) -> dict[str, Any]:
        """The newest entries, and what waits for a person."""
        # what was told may be out of a narrowed sight by now
        entries = self._lines.newest_first(self.fleet.shows if self.fleet.scope else None)[:MOST]
        if self._subject is not None:
            return {'entries': entries}
        if self._pinned is None:
            self._pinned = self._waiting()
        return {'entries': entries, 'pinned': self._pinned}

    def patch(self, news: News) -> dict[str, Any] | None:
        """Entries since the last flush, and lines that have grown."""
        self._begin_with(news.entries)
        moved: dict[int, FeedLine] = {}
        fresh: set[int] = set()
        for one in news.entries:
            if (line := self._take(one)) is not None:
                moved[id(line)] = line
                fresh.add(one.sequence)
        entries = [
            entry for line in moved.values() for entry in line.entries() if 'folds' in entry or entry['seq'] in fresh
        ]
        changed: dict[str, Any] = {'entries': in_order(entries)[:MOST]} if entries else {}
        if self._subject is None and (any(map(news.of, (Alert, Credential))) or self.sight_moved(news)):
            pinned = self._waiting()
            if pinned != self._pinned:
                changed['pinned'] = self._pinned = pinned
        return changed or None

    def _waiting(self) -> list[dict[str, Any]]:
        """Alerts from major up that nobody has acknowledged, the gravest and then the newest first, and devices to be let in."""
        shown = self.fleet[Alert]
        calling = [shown[id] for id in self.fleet.index(AlertCounts).calling()]
        alerts = [alert for alert in calling if alert.severity in _PINNED]
        alerts.sort(key=lambda alert: (_PINNED.index(alert.severity), -alert.raised_at, alert.id))
        found = [_pinned_alert(alert) for alert in alerts[:MOST_PINNED]]
        if len(alerts) > MOST_PINNED:
            left = len(alerts) - MOST_PINNED
            name, verb = counted(left, 'more alert'), 'waits' if left == 1 else 'wait'
            found.append(_pinned('alerts', name, '/alerts', alerts[MOST_PINNED].raised_at, 'severity', 'major', verb))
        if waiting := self.fleet.index(Waiting).credentials:
            since = min(credential.created_at for credential in waiting.values())
            name, verb = counted(len(waiting), 'device'), 'waits' if len(waiting) == 1 else 'wait'
            found.append(_pinned('waiting', name, '/enrolment', since, 'approval', 'waiting', f'{verb} for approval'))
        return found

    def _take(self, recorded: Recorded) -> FeedLine | None:
        if recorded.sequence <= self._newest:
            return None  # read from the store already
        entry = self.fleet.told(recorded.entry)
        if entry is None:
            return None
        if isinstance(entry, ServingTowerChanged):
            self._towers[entry.subject.id] = _tower(entry.after, entry.after_name)
        if self._subject is None:
            if _is_quiet(entry):
                return None
        elif (entry.subject.kind, entry.subject.id) != self._subject:
            return None
        self._newest = recorded.sequence
        said = sentence(Recorded(recorded.sequence, entry))
        if self._subject is not None or entry.subject.kind != 'device' or isinstance(entry, _ALONE):
            return self._lines.add(said, None)
        if said['family'] == 'approval':
            return self._lines.add(said, None)
        place = self._place(entry) if isinstance(entry, PresenceChanged) else None
        above = self._above(place) if place else None
        sort: Sort = (said['family'], said['state'], said['text'], entry.by, above[0] if above else '')
        return self._lines.add(said, sort, place, above)

    def _begin_with(self, recorded: Iterable[Recorded]) -> None:
        """Until a device changes its tower for the first time, it is on the one that it leaves then."""
        for one in recorded:
            entry = self.fleet.told(one.entry) if isinstance(one.entry, ServingTowerChanged) else None
            if isinstance(entry, ServingTowerChanged):
                self._towers.setdefault(entry.subject.id, _tower(entry.before, entry.before_name))

    def _place(self, entry: Entry) -> tuple[str, str] | None:
        """The tower that the device was last heard through."""
        if entry.subject.id in self._towers:
            return self._towers[entry.subject.id]
        tower = self.fleet[Tower].get(state_of(self.fleet, entry.subject.id).tower or '')
        return (tower.id, tower.name) if tower is not None else None

    def _above(self, place: Place) -> Place:
        """The tower at the head of its backhaul: when that falls silent, the devices behind all its towers do at one moment."""
        seen = {place[0]}
        while (tower := self.fleet[Tower].get(place[0])) is not None and tower.parent not in (None, *seen):
            parent = self.fleet[Tower].get(tower.parent or '')
            if parent is None:
                break
            place = (parent.id, parent.name)
            seen.add(parent.id)
        return place


def _tower(id: str | None, name: str | None) -> tuple[str, str] | None:
    return (id, name) if id and name else None


def _pinned_alert(alert: Alert) -> dict[str, Any]:
    text = alert.problem.removeprefix(f'{alert.object_name} ')
    said = _pinned(
        f'alert/{alert.id}', alert.object_name, f'/alerts/{alert.id}', alert.raised_at, 'severity', alert.severity, text
    )
    return {**said, 'why': alert.detail}


def _pinned(id: str, name: str, href: str, at: float, family: str, state: str, text: str) -> dict[str, Any]:
    subject = {'kind': '', 'id': '', 'name': name, 'href': href}
    return {'seq': id, 'at': at, 'subject': subject, 'family': family, 'state': state, 'text': text, 'why': ''}


TOPICS = (
    TopicRow('feed', Permission.DEVICES_READ, FeedTopic),  # its entries are narrowed as devices and towers are
)
