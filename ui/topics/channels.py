"""Channels and how they fare, and what was sent on them: all of it, on one channel, or about one alert."""

from collections.abc import Iterator
from typing import Any, ClassVar

from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.channels.kinds import KINDS
from domain.channels.live import DeliveriesOfAlert, NewestAttempts, Outbox
from domain.channels.marks import marked
from domain.channels.model import Attempt, BouncingAddress, Channel, ChannelHealth, Delivery, DeliveryState
from domain.channels.status import ChannelStatus, channel_status
from domain.common.severity import RANK
from ui.design import look
from ui.sentences.alerts import problem_of
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic

MOST_SENT = 50
NEWS = {
    News.RAISED: 'Alert raised',
    News.WORSENED: 'Alert worse',
    News.REOPENED: 'Alert back again',
    News.FLAPPING: 'Alert comes and goes',
    News.REMINDED: 'Alert not acknowledged',
    News.CLEARED: 'Alert cleared',
    News.CHANGED: 'Copy of the alert',
    News.TASK_CREATED: 'Task given',
    News.TASK_CHANGED: 'Task done',
    News.MENTIONED: 'Mention',
    News.TEST: 'Test',
    News.REPORT: 'Report',
}


class ChannelsTopic(ListTopic):
    """Every channel, by name."""

    kinds = (Channel, ChannelHealth, BouncingAddress)
    sorts: ClassVar[dict[str, str]] = {'name': 'name'}
    default = 'name'

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per channel, without what is secret."""
        for channel in self.fleet[Channel].values():
            health = self.fleet.find(ChannelHealth, channel.id)
            status = channel_status(channel, health)
            is_off = status in (ChannelStatus.OFF, ChannelStatus.GONE)
            tried_at = None if health is None else health.tried_at
            marks = marked(self.fleet, channel, self.clock())
            said = health.said if health is not None and tried_at is not None else 'Nothing was sent yet.'
            yield {
                'id': channel.id,
                'name': channel.name,
                'kind': KINDS[channel.kind].label,
                'state': status,
                'least': _tells(channel),
                'said': channel.disabled_because or 'Nothing is told on it.' if is_off else _bounces(marks) or said,
                'tried_at': tried_at,
                'failing_since': None if is_off or health is None else health.failing_since,
            }


class TellingsTopic(ListTopic):
    """What was sent, the newest first, and above it what waits for its first attempt. ``alert`` and ``channel`` in the query narrow it."""

    kinds = (Attempt, Delivery, Channel)

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._alert, self._channel = self.query.get('alert', ''), self.query.get('channel', '')
        self._sent: dict[str, Attempt] = {}
        self._problems: dict[str, str] = {}
        """Of alerts whose attempts do not say it themselves."""

    async def open(self) -> None:
        """Read what was sent before."""
        asked = {'alert': self._alert, 'channel': self._channel}
        equal = {name: value for name, value in asked.items() if value}
        found = await self.store.history(
            Attempt, self.enterprise, equal=equal, is_open=None, before=None, limit=MOST_SENT
        )
        self._sent.update({one.id: one for one in found})
        for id in {one.alert for one in found if one.alert and not one.problem}:
            alert = self.fleet.find(Alert, id) or await self.store.get(Alert, self.enterprise, id)
            if alert is not None:
                self._problems[id] = problem_of(alert)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per message that waits for its first attempt, and per attempt."""
        for attempt in self.fleet.index(NewestAttempts):
            if self._is_asked(attempt):
                self._sent.setdefault(attempt.id, attempt)
        newest = sorted(self._sent.values(), key=lambda one: one.id, reverse=True)[:MOST_SENT]
        self._sent = {one.id: one for one in newest}
        for delivery in sorted(self._waiting(), key=lambda one: one.id, reverse=True):
            yield {
                **self._about(delivery, delivery.announcement.news, delivery.announcement.problem),
                'state': 'queued',
                'said': 'Is about to be sent' if delivery.not_before is None else 'Is not sent before then',
                'at': delivery.created_at,
                'again_at': delivery.not_before,
            }
        tried: set[str] = set()
        for attempt in newest:
            again = None if attempt.delivery in tried else self.fleet.find(Delivery, attempt.delivery)
            tried.add(attempt.delivery)
            yield {
                **self._about(attempt, attempt.news, attempt.problem),
                'state': attempt.outcome,
                'said': attempt.said,
                'at': attempt.at,
                'took_ms': round(attempt.took_s * 1000),
                'again_at': again.next_at if again is not None and again.state is DeliveryState.WAITING else None,
            }

    def _is_asked(self, one: Attempt | Delivery) -> bool:
        return self._alert in ('', one.alert) and self._channel in ('', one.channel)

    def _waiting(self) -> list[Delivery]:
        if self._alert:
            rows = list(self.fleet.index(DeliveriesOfAlert).of(self._alert).values())
        else:
            outbox = self.fleet.index(Outbox)
            rows = [one for channel in outbox.channels() for one in outbox.of(channel).values()]
        return [one for one in rows if one.state is DeliveryState.WAITING and not one.attempts and self._is_asked(one)]

    def _about(self, one: Attempt | Delivery, news: News, problem: str) -> dict[str, Any]:
        channel = self.fleet.find(Channel, one.channel)
        name = channel.name if channel is not None else 'A channel that was removed'
        person = self.fleet.find(Person, one.recipient) if one.recipient else None
        return {
            'id': one.id,
            'name': f'{person.name}, by {name}' if person is not None else name,
            'news': NEWS[news],
            'problem': problem or self._problems.get(one.alert, ''),
            'alert': one.alert or None,
        }


def _bounces(marks: list[BouncingAddress]) -> str:
    """``ana@example.com bounces: 550 5.1.1 no such user``, and how many more."""
    if not marks:
        return ''
    more = f', and {len(marks) - 1} more' if len(marks) > 1 else ''
    return f'{marks[0].address} bounces: {marks[0].said}{more}'


def _tells(channel: Channel) -> str:
    """Of which alerts it tells."""
    if not KINDS[channel.kind].tells:
        return 'No alerts'
    word = look('severity', channel.least_severity.value).word
    return f'{word} and worse' if RANK[channel.least_severity] else 'Critical alone'


TOPICS = (
    TopicRow('channels', Permission.CHANNELS_READ, ChannelsTopic, whole=True),
    TopicRow('tellings', Permission.CHANNELS_READ, TellingsTopic, whole=True),
)
