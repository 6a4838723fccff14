"""What is happening, as sentences; of the whole enterprise, or of one device, tower or policy (``feed/device/01J…``)."""

from collections import deque
from typing import Any

from domain.access.permissions import Permission
from domain.alerts.events import AlertCleared, AlertRaised, AlertWorsened
from domain.changes.history import told
from domain.devices.events import ServingTowerChanged
from domain.enforcement.events import CommandMoved
from domain.enrolment.events import CredentialRotated
from domain.journal.model import Entry, Recorded
from domain.sign_in.events import SignedIn, SignedOut
from ui.live.channel import News
from ui.sentences.sentence import sentence
from ui.topics.base import BaseTopic
from ui.topics.rows import TopicRow

MOST = 100
_QUIET = (ServingTowerChanged, SignedIn, SignedOut, CredentialRotated)
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
        self._entries: deque[dict[str, Any]] = deque(maxlen=MOST)
        self._newest = 0

    async def open(self) -> None:
        """Read the past."""
        recorded = await told(self.fleet, self.store, subject=self._subject, limit=MOST * 3)
        for one in reversed(recorded):
            self._take(one)

    def full(self) -> dict[str, Any]:
        """The newest entries."""
        if not self.fleet.scope:
            return {'entries': list(self._entries)}
        shows = self.fleet.shows  # what was told may be out of sight by now
        subjects = ((said['subject'], said) for said in self._entries)
        return {'entries': [said for subject, said in subjects if shows(subject['kind'], subject['id'])]}

    def patch(self, news: News) -> dict[str, Any] | None:
        """Entries since the last flush."""
        fresh = [said for one in news.entries if (said := self._take(one)) is not None]
        return {'entries': fresh[::-1][:MOST]} if fresh else None

    def _take(self, recorded: Recorded) -> dict[str, Any] | None:
        if recorded.sequence <= self._newest:
            return None  # read from the store already
        entry = self.fleet.told(recorded.entry)
        if entry is None:
            return None
        if self._subject is None:
            if _is_quiet(entry):
                return None
        elif (entry.subject.kind, entry.subject.id) != self._subject:
            return None
        self._newest = recorded.sequence
        said = sentence(Recorded(recorded.sequence, entry))
        self._entries.appendleft(said)
        return said


TOPICS = (
    TopicRow('feed', Permission.DEVICES_READ, FeedTopic),  # its entries are narrowed as devices and towers are
)
