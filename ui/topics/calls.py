"""Who is called for an alert: each call with what came of it, and who is next."""

from collections.abc import Iterator
from typing import Any

from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.channels.live import DeliveriesOfAlert, NewestAttempts
from domain.channels.model import Attempt, Channel, Delivery
from domain.oncall.calling import CallLine, CallState, call_lines, called_as
from domain.oncall.live import Escalations
from domain.oncall.model import AlertRoute, Contact, Escalation, EscalationPolicy, Rotation, Team
from ui.topics.rows import TopicRow
from ui.topics.window import ListTopic

MOST_READ = 500


class CallsTopic(ListTopic):
    """The calls for the alert ``alert`` of the query, in order of time."""

    kinds = (
        Alert,
        Escalation,
        EscalationPolicy,
        AlertRoute,
        Rotation,
        Team,
        Contact,
        Delivery,
        Attempt,
        Channel,
        Person,
    )

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._alert = self.query.get('alert', '')
        self._last: Alert | None = None
        self._calls: dict[str, Escalation] = {}
        self._sent: dict[str, Delivery] = {}
        self._tried: dict[str, Attempt] = {}

    async def open(self) -> None:
        """Read what is out of the live picture: calls of an alert that is over, and messages that were withheld."""
        self._last = self.fleet[Alert].get(self._alert) or await self.store.get(Alert, self.enterprise, self._alert)
        self._calls.update({one.id: one for one in await self._read(Escalation)})
        self._sent.update({one.id: one for one in await self._read(Delivery)})
        self._tried.update({one.id: one for one in await self._read(Attempt)})

    async def _read(self, kind: type[Any]) -> list[Any]:
        equal = {'alert': self._alert}
        return await self.store.history(kind, self.enterprise, equal=equal, is_open=None, before=None, limit=MOST_READ)

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row per call, and one for what ended the calling."""
        self._last = self.fleet[Alert].get(self._alert) or self._last
        if self._last is None:
            return
        self._calls.update({one.id: one for one in self.fleet.index(Escalations).of(self._alert)})
        self._sent.update(self.fleet.index(DeliveriesOfAlert).of(self._alert))
        self._tried.update({one.id: one for one in self.fleet.index(NewestAttempts) if one.alert == self._alert})
        is_open = self._alert in self.fleet[Alert]
        for line in call_lines(
            self.fleet, self._last, self._calls.values(), self._sent.values(), self._tried.values(), self.clock()
        ):
            if is_open or not line.is_ahead:
                yield self._row(line)

    def _row(self, line: CallLine) -> dict[str, Any]:
        policy = self.fleet.find(EscalationPolicy, line.policy)
        where = policy.name if policy is not None else 'A policy that was removed'
        times = f', round {line.round}' if line.round > 1 else ''
        is_planned = line.state is CallState.NEXT
        stood = called_as(self.fleet, line.policy, line.step - 1, line.recipient, line.at)
        return {
            'id': line.id,
            'name': self._name(line),
            'state': 'next' if line.is_ahead else line.state,
            'said': line.said or _WORDS.get(line.state, ''),
            'step': f'{where}, step {line.step}{times}{stood}' if line.step else where,
            'at': None if is_planned or line.is_ahead else line.at,
            'then': line.at if is_planned or line.is_ahead else None,
        }

    def _name(self, line: CallLine) -> str:
        if line.state is CallState.ANSWERED:
            return f'{line.by} has answered'
        if line.state is CallState.UNANSWERED:
            return 'Nobody will have answered' if line.is_ahead else 'Nobody has answered'
        channel = self.fleet.find(Channel, line.channel)
        name = channel.name if channel is not None else 'a channel that was removed'
        if not line.recipient:
            return name
        person = self.fleet.find(Person, line.recipient)
        return f'{person.name if person is not None else "A person who left"}, by {name}'


_WORDS = {
    CallState.NEXT: 'Unless it is acknowledged before',
    CallState.QUEUED: 'Is about to be sent',
    CallState.CALLED: 'What came of it is not kept any more',
    CallState.UNANSWERED: 'All steps were gone through',
}

TOPICS = (TopicRow('calls', Permission.CHANNELS_READ, CallsTopic, whole=True),)
