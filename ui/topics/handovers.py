"""Shifts that were handed over: all of them, one of them, and the alerts that one lists."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.triage.handing_over import newest_first
from domain.triage.model import Handover
from ui.topics.base import BaseTopic, ObjectTopic
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic

NEWEST = 'newest'


def _found(topic: BaseTopic) -> Handover | None:
    """The hand-over of the topic's id; the last one for :data:`NEWEST`."""
    if topic.id != NEWEST:
        return topic.fleet[Handover].get(topic.id)
    return next(iter(newest_first(topic.fleet[Handover].values())), None)


def _row(handover: Handover) -> dict[str, Any]:
    return {
        'id': handover.id,
        'version': handover.version,
        'at': handover.at,
        'by': handover.by,
        'to': handover.name or None,
        'note': handover.note or None,
        'open': handover.open,
        'taken_at': handover.taken_at,
        'taken_by': handover.taken_by or None,
        'waits': handover.taken_at is None,
    }


class HandoversTopic(ListTopic):
    """The hand-overs that are kept."""

    kinds = (Handover,)
    sorts: ClassVar[dict[str, str]] = {'at': 'at'}
    default = '-at'
    searched = ('by', 'note')

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row each."""
        return map(_row, self.fleet[Handover].values())


class HandoverTopic(ObjectTopic):
    """One hand-over, or the newest."""

    kinds = (Handover,)

    def view(self) -> dict[str, Any]:
        """It, or ``{'gone': True}``."""
        found = _found(self)
        return {**_row(found), 'gone': None} if found is not None else {'gone': True, 'waits': False}


class HandedTopic(ListTopic):
    """The alerts of a hand-over as they were then, the gravest first; ``now`` says whether one was cleared since."""

    kinds = (Handover, Alert)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per alert, the gravest first."""
        found = _found(self)
        for alert in found.alerts if found is not None else ():
            yield {
                'id': alert.id,
                'name': alert.problem,
                'severity': alert.severity,
                'state': alert.state,
                'seen_by': alert.seen_by or None,
                'has': alert.has or None,
                'devices': alert.devices or None,
                'raised_at': alert.raised_at,
                'until': alert.until,
                'words': alert.words or None,
                'now': 'open' if alert.id in self.fleet[Alert] else 'cleared',
            }


TOPICS = (
    TopicRow('handovers', Permission.ALERTS_READ, HandoversTopic),
    TopicRow('handover', Permission.ALERTS_READ, HandoverTopic),
    TopicRow('handed', Permission.ALERTS_READ, HandedTopic),
)
