"""The outbox: which deliveries are tried now, and what becomes of one by what the other side said.

Messages of one alert go to a channel one after the other, in the order in which they were announced. A channel that fails again and again
is tried with one message at a time. What was sent and not yet noted when the process was killed is sent again, with the same key.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from domain.changes.transaction import Transaction
from domain.channels.alerts import delivering, not_delivering
from domain.channels.browsers import forget
from domain.channels.conversations import conversation, end_conversation
from domain.channels.events import AlertNotDelivered, ChannelSwitchedOff
from domain.channels.falling import fall
from domain.channels.kinds import KINDS
from domain.channels.live import BrowsersOfPerson, Outbox
from domain.channels.marks import bouncing, marks
from domain.channels.model import (
    Answered,
    Attempt,
    Channel,
    ChannelHealth,
    Delivery,
    DeliveryState,
    NotifiedBrowser,
    Outcome,
)
from domain.channels.retries import ALARM_S, GIVE_UP_S, HOLD_AFTER, MOST_HELD_S, has_come, wait_s
from domain.common.ids import new_id
from domain.fleet.fleet import Fleet
from domain.guarding.alerts import CHANNEL_CERTIFICATE, on_certificate

MOST_AT_ONCE = 8
"""Messages under way on one channel; of one alert there is one."""
MOST_SAID = 1000


def due(
    fleet: Fleet, channel: Channel, now: float, busy: Collection[str], watched: Callable[[float], float]
) -> Iterator[Delivery]:
    """What may be tried now on a channel, the oldest first; ``busy`` are the ids of what is under way there, ``watched`` gives the seconds
    that were, since a moment."""
    health = fleet.find(ChannelHealth, channel.id)
    waiting = fleet.index(Outbox).of(channel.id)
    held_until, held_since = (health.held_until, health.tried_at) if health is not None else (None, None)
    is_held = held_until is not None and not has_come(held_until, held_since, now, watched)
    places = (1 if health is not None and health.failures >= HOLD_AFTER else MOST_AT_ONCE) - len(busy)
    alerts = {_order_of(waiting[id]) for id in busy if id in waiting}
    for delivery in tuple(waiting.values()):
        if places <= 0:
            return
        if delivery.id in busy or (not delivery.is_test and (is_held or _order_of(delivery) in alerts)):
            continue
        alerts.add(_order_of(delivery))  # those that follow wait for this one, also while it waits itself
        if has_come(delivery.next_at, delivery.tried_at or delivery.created_at, now, watched):
            places -= 1
            yield delivery


def record(tx: Transaction, tried: Delivery, answered: Answered) -> None:
    """Keep an attempt and what follows from it, for the delivery, its channel and the alert of the channel."""
    enterprise = tried.enterprise
    delivery = tx.find(Delivery, enterprise, tried.id)
    # out of the picture: the channel was switched off or removed while it was under way
    after = _after(tx, delivery or replace(tried, state=DeliveryState.CANCELLED), answered)
    _keep_attempt(tx, after, answered)
    if delivery is None:
        return
    tx.put(after)
    channel = tx.find(Channel, enterprise, delivery.channel)
    if channel is None or channel.retired_at is not None:
        return
    browser = tx.find(NotifiedBrowser, enterprise, delivery.address) if KINDS[channel.kind].people_only else None
    if browser is not None and _note_browser(tx, channel, browser, after, answered):
        return
    _note_health(tx, channel, answered)
    if answered.certificate_until is not None:
        on_certificate(tx, CHANNEL_CERTIFICATE, channel, answered.certificate_until, 'its receiver')
    if after.state in (DeliveryState.REFUSED, DeliveryState.EXPIRED) and not after.stands_alone:
        lost(tx, channel, after)
    if after.state is DeliveryState.DELIVERED and not after.stands_alone and (because := bouncing(tx, channel, after)):
        fall(tx, channel, after, because)
        after = tx.find(Delivery, enterprise, after.id) or after
    if answered.outcome is Outcome.GONE and channel.enabled:
        _switch_off(tx, channel, answered.said)
    elif after.state is not DeliveryState.WAITING:
        go_on(tx, after)


def beaten(tx: Transaction, enterprise: str, channel_id: str, answered: Answered) -> None:
    """What a channel said to a message that belongs to no alert: of an outside check, or of parts of the console itself."""
    channel = tx.find(Channel, enterprise, channel_id)
    if channel is None or channel.retired_at is not None:
        return
    _note_health(tx, channel, answered)
    if answered.outcome is Outcome.GONE and channel.enabled:
        _switch_off(tx, channel, answered.said)


def _note_browser(
    tx: Transaction, channel: Channel, browser: NotifiedBrowser, delivery: Delivery, answered: Answered
) -> bool:
    """True for a browser that is gone, of which nothing follows for the others. Where it was the last of its person, the message falls."""
    if answered.outcome is not Outcome.GONE:
        delivered = tx.now if answered.outcome is Outcome.DELIVERED else browser.delivered_at
        tx.put(replace(browser, said=delivery.said, delivered_at=delivered))
        return False
    forget(tx, browser, f'its push service says that it is gone: {delivery.said}')
    others = tx.fleet(channel.enterprise).index(BrowsersOfPerson).of(browser.person)
    if not any(one.id != browser.id for one in others):
        fall(tx, channel, delivery, delivery.said)
    return True


def _keep_attempt(tx: Transaction, delivery: Delivery, answered: Answered) -> None:
    next_at = delivery.next_at if delivery.state is DeliveryState.WAITING else None
    tx.put(
        replace(
            attempt_at(tx, delivery, answered.outcome, delivery.said, answered.code),
            took_s=round(answered.took_s, 4),
            next_at=next_at,
        )
    )


def attempt_at(tx: Transaction, delivery: Delivery, outcome: Outcome, said: str, code: int | None) -> Attempt:
    """What became of a delivery now, as it is kept."""
    return Attempt(
        id=new_id(),
        enterprise=delivery.enterprise,
        delivery=delivery.id,
        channel=delivery.channel,
        alert=delivery.alert,
        news=delivery.announcement.news,
        at=tx.now,
        outcome=outcome,
        said=said,
        took_s=0.0,
        code=code,
        recipient=delivery.recipient,
        problem=delivery.announcement.problem,
    )


def cancel_all(tx: Transaction, channel: Channel, because: str, state: DeliveryState = DeliveryState.CANCELLED) -> None:
    """Nothing is told on the channel any more: what waits is done, and what was told is forgotten."""
    for delivery in _of_channel(tx, channel):
        if delivery.state is DeliveryState.WAITING:
            delivery = replace(delivery, state=state, said=because, done_at=tx.now)
            tx.put(delivery)
            if state is DeliveryState.REFUSED and not delivery.stands_alone:
                lost(tx, channel, delivery)
        tx.put(replace(tx.find(Delivery, delivery.enterprise, delivery.id) or delivery, ended_at=tx.now))


def withhold(tx: Transaction, enterprise: str, alert: str, because: str) -> None:
    """What was to be told later than now is not told."""
    for delivery in conversation(tx, enterprise, alert).values():
        is_later = delivery.not_before is not None and delivery.not_before > tx.now
        if is_later and delivery.state is DeliveryState.WAITING and delivery.ended_at is None:
            over = replace(delivery, state=DeliveryState.CANCELLED, said=because, done_at=tx.now, ended_at=tx.now)
            tx.put(over)


def go_on(tx: Transaction, delivery: Delivery) -> None:
    """After the last word on an alert its deliveries leave the picture; a recovery from what never arrived is not told."""
    if delivery.stands_alone:
        tx.put(replace(delivery, ended_at=tx.now))
        return
    others = [
        one for one in conversation(tx, delivery.enterprise, delivery.alert).values() if one.line == delivery.line
    ]
    live = sorted((one for one in others if one.ended_at is None), key=lambda one: one.id)
    waiting = [one for one in live if one.state is DeliveryState.WAITING]
    arrived = any(one.state is DeliveryState.DELIVERED for one in live)
    if not arrived and len(waiting) == 1 and waiting[0].announcement.is_over:
        because = 'the alert itself had not arrived here'
        tx.put(replace(waiting[0], state=DeliveryState.SKIPPED, said=because, done_at=tx.now))
        waiting = []
    if not waiting and live and live[-1].announcement.is_over:
        end_conversation(tx, delivery.enterprise, delivery.alert, delivery.line)


def _order_of(delivery: Delivery) -> tuple[str, tuple[str, str, str]]:
    return delivery.alert, delivery.line


def _of_channel(tx: Transaction, channel: Channel) -> list[Delivery]:
    return [one for one in tx.all(Delivery, channel.enterprise) if one.channel == channel.id and one.ended_at is None]


def _after(tx: Transaction, delivery: Delivery, answered: Answered) -> Delivery:
    """The delivery after an attempt. One that was cancelled meanwhile may have arrived all the same."""
    tried = replace(
        delivery, attempts=delivery.attempts + 1, tried_at=tx.now, said=answered.said[:MOST_SAID].replace('\0', '')
    )
    if answered.outcome is Outcome.DELIVERED:
        return replace(tried, state=DeliveryState.DELIVERED, done_at=tx.now)
    if delivery.state is not DeliveryState.WAITING:
        return tried
    if answered.outcome is not Outcome.LATER or delivery.is_test:
        return replace(tried, state=DeliveryState.REFUSED, done_at=tx.now)
    if tx.now - max(delivery.created_at, delivery.not_before or 0.0) >= GIVE_UP_S:
        return replace(tried, state=DeliveryState.EXPIRED, done_at=tx.now)
    wait = max(wait_s(delivery.id, tried.attempts), min(answered.retry_after_s or 0.0, MOST_HELD_S))
    return replace(tried, next_at=tx.now + wait)


def _note_health(tx: Transaction, channel: Channel, answered: Answered) -> None:
    before = tx.find(ChannelHealth, channel.enterprise, channel.id) or ChannelHealth(
        id=channel.id, enterprise=channel.enterprise
    )
    health = replace(before, tried_at=tx.now, said=answered.said[:MOST_SAID].replace('\0', ''))
    if answered.outcome is Outcome.DELIVERED:
        tx.put(replace(health, failures=0, failing_since=None, held_until=None, delivered_at=tx.now))
        if not marks(tx, channel):  # a server takes also what comes back later
            delivering(tx, channel)
        if before.failures >= HOLD_AFTER:
            _try_all_again(tx, channel)
        return
    failures = before.failures + 1
    since = tx.now if before.failing_since is None else before.failing_since
    held = before.held_until
    if answered.retry_after_s is not None and not KINDS[channel.kind].people_only:  # each has a push service of its own
        held = tx.now + min(answered.retry_after_s, MOST_HELD_S)
    elif failures >= HOLD_AFTER:
        held = tx.now + wait_s(channel.id, failures)
    tx.put(replace(health, failures=failures, failing_since=since, held_until=held))
    if failures >= HOLD_AFTER and tx.now - since >= ALARM_S:
        not_delivering(tx, channel, health.said)


def _try_all_again(tx: Transaction, channel: Channel) -> None:
    """The channel is well again: what waits for its next turn need not wait."""
    for delivery in _of_channel(tx, channel):
        if delivery.state is DeliveryState.WAITING and delivery.next_at > tx.now:
            tx.put(tried_at_once(delivery, tx.now))


def tried_at_once(delivery: Delivery, now: float) -> Delivery:
    """It need not wait for its next turn, but for the moment before which it is not to be sent."""
    return replace(delivery, next_at=max(now, delivery.not_before or 0.0))


def lost(tx: Transaction, channel: Channel, delivery: Delivery) -> None:
    """It does not arrive here: the journal and the alert of the channel say so, and the next channel tells it."""
    said = delivery.announcement
    tx.note(
        AlertNotDelivered(
            **tx.about(channel), alert=said.alert, delivery=delivery.id, news=said.news, because=delivery.said
        )
    )
    if said.alert and not (said.object_kind == 'channel' and said.object_id == channel.id):
        not_delivering(tx, channel, f'{said.problem}: {delivery.said}')
    fall(tx, channel, delivery, delivery.said)


def _switch_off(tx: Transaction, channel: Channel, said: str) -> None:
    """410 Gone: its owner took the receiver away, and to go on asking would be to knock at a stranger's door."""
    off = replace(
        channel,
        enabled=False,
        disabled_because=said[:MOST_SAID],
        changed_at=tx.now,
        version=channel.version + 1,
    )
    tx.put(off)
    tx.note(ChannelSwitchedOff(**tx.about(off), because=said))
    cancel_all(tx, off, said, DeliveryState.REFUSED)
    not_delivering(tx, off, f'It was switched off: {said}')
