"""What people are told of alerts, and when: the one place that a sender of messages follows.

An alert is announced by an entry of the journal, which is durable together with the change of the alert: what the journal does not say
was told to nobody. An alert that waits (for its parent to be asked, for its group) has no entry yet; one that another alert explains
never gets one of these; of one that flaps there is one entry and none for each turn.
"""

from dataclasses import dataclass
from enum import StrEnum

from domain.alerts.events import AlertCleared, AlertFlapping, AlertRaised, AlertResumed, AlertWorsened
from domain.journal.model import Entry


class News(StrEnum):
    """What people hear of an alert."""

    RAISED = 'raised'
    WORSENED = 'worsened'
    """It is clearly worse than people were told."""
    REOPENED = 'reopened'
    """Its cause came back before it was cleared, or an acknowledgement, a snooze or a silence has ended."""
    FLAPPING = 'flapping'
    """It comes and goes; no more is told of it until it is steady."""
    REMINDED = 'reminded'
    """Nobody has acknowledged it yet, and it is told again."""
    CLEARED = 'cleared'
    CHANGED = 'changed'
    """People are not told: acknowledged, commented, explained by another. For systems that keep a copy of the alert."""
    TASK_CREATED = 'task_created'
    """Of no alert, and people are not told: a program gave a task of TMF642. For systems that keep copies of alerts."""
    TASK_CHANGED = 'task_changed'
    """And that task is done."""
    MENTIONED = 'mentioned'
    """Of no alert: a person is told of words that are meant for them alone."""
    TEST = 'test'
    """Of no alert: a person tries a channel."""
    REPORT = 'report'
    """Of no alert: what happened in a night, a day or a week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """This is told to people now (``at``, epoch seconds). ``key`` is the same whenever the same announcement is read again."""

    kind: News
    enterprise: str
    alert_id: str
    at: float

    @property
    def key(self) -> str:
        """For receivers that drop what they have heard already."""
        return f'{self.alert_id}/{self.kind}/{self.at:.6f}'


def announcement_of(entry: Entry) -> Announcement | None:
    """What people are told by an entry of the journal; ``None`` when it is no announcement."""
    match entry:
        case AlertRaised():
            kind = News.RAISED
        case AlertWorsened():
            kind = News.REOPENED if entry.again else News.WORSENED
        case AlertResumed(quiet=False):
            kind = News.REOPENED
        case AlertFlapping():
            kind = News.FLAPPING
        case AlertCleared(quiet=False):
            kind = News.CLEARED
        case _:
            return None
    return Announcement(kind=kind, enterprise=entry.enterprise, alert_id=entry.alert, at=entry.at)
