"""The calls for an alert as a person reads them: who was called by which way, what came of it, who is next, whether anybody answered."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.channels.model import Attempt, Delivery, DeliveryState
from domain.fleet.fleet import Fleet
from domain.oncall.escalation import next_step
from domain.oncall.model import (
    Called,
    Escalation,
    EscalationPolicy,
    EscalationState,
    Rotation,
    TargetKind,
    Team,
)
from domain.oncall.reaching import people_of


class CallState(StrEnum):
    """What came of a call, or will."""

    DELIVERED = 'delivered'
    LATER = 'later'
    """It was tried, not taken, and is tried again."""
    LOST = 'lost'
    """It was refused, or tried for a day."""
    QUEUED = 'queued'
    """It is about to be sent."""
    WITHHELD = 'withheld'
    """It was to be sent later, and was not: a person answered before, or the channel is off."""
    NEXT = 'next'
    """It is sent at that moment, unless the alert is acknowledged before."""
    CALLED = 'called'
    """What the other side said is not kept any more."""
    ANSWERED = 'answered'
    UNANSWERED = 'unanswered'


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A call by a ``step`` of a ``round`` (from 1) of a ``policy``. ``by`` is who answered. An end has neither person nor channel."""

    id: str
    at: float
    state: CallState
    policy: str
    round: int = 0
    step: int = 0
    recipient: str = ''
    channel: str = ''
    address: str = ''
    said: str = ''
    by: str = ''
    is_ahead: bool = False
    """Of a step that is not reached yet."""


Sent = dict[tuple[str, str, float], list[Delivery]]
"""Messages by channel, person and moment; of those that go to no address of a person, the person is empty."""
_STATES = {
    DeliveryState.DELIVERED: CallState.DELIVERED,
    DeliveryState.REFUSED: CallState.LOST,
    DeliveryState.EXPIRED: CallState.LOST,
    DeliveryState.CANCELLED: CallState.WITHHELD,
    DeliveryState.SKIPPED: CallState.WITHHELD,
}


def call_lines(
    fleet: Fleet,
    alert: Alert,
    escalations: Collection[Escalation],
    deliveries: Iterable[Delivery],
    attempts: Iterable[Attempt],
    now: float,
) -> list[CallLine]:
    """In order of time: what was, then what follows while nobody acknowledges."""
    sent: Sent = {}
    for delivery in sorted(deliveries, key=lambda one: one.id):
        recipient = delivery.recipient if delivery.address else ''
        sent.setdefault((delivery.channel, recipient, delivery.created_at), []).append(delivery)
    tried = {one.delivery: one for one in sorted(attempts, key=lambda one: one.id)}
    found: list[CallLine] = []
    for one in escalations:
        found += [_called(one, call, sent, tried, now) for call in one.called]
        found += _end(one, alert)
        if one.state is EscalationState.CALLING and one.ended_at is None and alert.calls:
            found += _ahead(fleet, alert, one)
    return sorted(found, key=lambda line: (line.at, line.is_ahead, line.round, line.step))


def _called(one: Escalation, call: Called, sent: Sent, tried: Mapping[str, Attempt], now: float) -> CallLine:
    # of two ways on one channel each has its message, in the order of the ways
    of_call = sent.get((call.channel, call.recipient, call.at))
    delivery = of_call.pop(0) if of_call else None
    if (
        delivery is None
    ):  # a channel without addresses of people is one place: its one message is for all who are called there
        delivery = next(iter(sent.get((call.channel, '', call.at), ())), None)
    last = tried.get(delivery.id) if delivery is not None else None
    at = call.at
    if delivery is not None and delivery.not_before is not None:
        at = delivery.done_at if delivery.state is DeliveryState.CANCELLED and delivery.done_at else delivery.not_before
    return CallLine(
        id=delivery.id
        if delivery is not None and delivery.address
        else f'{one.id}/{call.at}/{call.round}/{call.step}/{call.recipient}/{call.channel}',
        at=at,
        state=_state(delivery, last, now),
        policy=one.policy,
        round=call.round + 1,
        step=call.step + 1,
        recipient=call.recipient,
        channel=call.channel,
        address=delivery.address if delivery is not None else '',
        said=(delivery.said if delivery is not None else '') or (last.said if last is not None else ''),
    )


def _state(delivery: Delivery | None, last: Attempt | None, now: float) -> CallState:
    if delivery is None:
        return CallState.CALLED
    if delivery.state is not DeliveryState.WAITING:
        return _STATES[delivery.state]
    if delivery.attempts or last is not None:
        return CallState.LATER
    return CallState.NEXT if delivery.not_before is not None and delivery.not_before > now else CallState.QUEUED


def _end(one: Escalation, alert: Alert) -> Iterator[CallLine]:
    if one.unanswered_at is not None:
        yield CallLine(id=f'{one.id}/end', at=one.unanswered_at, state=CallState.UNANSWERED, policy=one.policy)
    if one.state is EscalationState.ANSWERED:
        yield CallLine(
            id=f'{one.id}/answer',
            at=alert.acknowledged_at or one.unanswered_at or one.stepped_at,
            state=CallState.ANSWERED,
            policy=one.policy,
            by=one.answered_by,
        )


def called_through(fleet: Fleet, escalations: Iterable[Escalation], tried: Attempt) -> str:
    """By which step an attempt came about, and by which rotation or team the person was called: ``Nights, step 2, on call in Night desk``.
    Empty where that is not known, as of an alert that is told on the channel by itself."""
    if tried.news is News.MENTIONED:
        return ''
    known = [
        (call.at, call.channel == tried.channel, one, call)
        for one in escalations
        for call in one.called
        if call.at <= tried.at
        and call.recipient == tried.recipient
        and (
            bool(tried.recipient) or call.channel == tried.channel
        )  # what fell to another channel is to the same person
    ]
    if not known:
        return ''
    *_, one, call = max(known, key=lambda each: (each[1], each[0]))
    policy = fleet.find(EscalationPolicy, one.policy)
    where = policy.name if policy is not None else 'a policy that was removed'
    times = f', round {call.round + 1}' if call.round else ''
    return f'{where}, step {call.step + 1}{times}{called_as(fleet, one.policy, call.step, call.recipient, call.at)}'


def called_as(fleet: Fleet, policy_id: str, step: int, recipient: str, moment: float) -> str:
    """``, on call in Night desk`` or ``, of the team Nights``: what the person stood in for the step at that moment, as far as the policy
    still says so."""
    policy = fleet.find(EscalationPolicy, policy_id)
    if policy is None or not recipient or not 0 <= step < len(policy.steps):
        return ''
    for target in policy.steps[step].targets:
        kind = _STOOD_IN.get(target.kind)
        if kind is not None and recipient in people_of(fleet, target, moment):
            row = fleet.find(kind[0], target.id)
            return f', {kind[1]} {row.name}' if row is not None else ''
    return ''


_STOOD_IN: Mapping[TargetKind, tuple[type[Rotation] | type[Team], str]] = {
    TargetKind.ROTATION: (Rotation, 'on call in'),
    TargetKind.TEAM: (Team, 'of the team'),
}


def _ahead(fleet: Fleet, alert: Alert, one: Escalation) -> Iterator[CallLine]:
    """The next step, by the function that also calls; after the last one, that nobody has answered."""
    policy = fleet.find(EscalationPolicy, one.policy)
    at = one.stepped_at + one.wait_s
    found = next_step(fleet, policy, alert.severity, at, step=one.step, round=one.round) if policy is not None else None
    if found is None:
        yield CallLine(id=f'{one.id}/next', at=at, state=CallState.UNANSWERED, policy=one.policy, is_ahead=True)
        return
    for call in found.calls:
        yield CallLine(
            id=f'{one.id}/next/{call.recipient}/{call.channel}',
            at=call.at,
            state=CallState.NEXT,
            policy=one.policy,
            round=found.round + 1,
            step=found.step + 1,
            recipient=call.recipient,
            channel=call.channel,
            address=call.address,
            is_ahead=True,
        )
