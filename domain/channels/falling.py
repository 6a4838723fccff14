"""A message that a channel does not deliver goes to the channel that its owner put behind it.

The other one is told what this one was to tell, under the same key, so that a receiver behind both knows it again. Where the message may
still arrive, it is tried on as well: a channel that is well again has the whole story.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.channels.conversations import conversation
from domain.channels.events import AlertPassedOn
from domain.channels.kinds import KINDS
from domain.channels.kinds import mail as mail_kind
from domain.channels.live import Outbox
from domain.channels.model import Attempt, Channel, ChannelHealth, Delivery, DeliveryState, Outcome
from domain.channels.retries import has_come
from domain.common.errors import Conflict, Invalid
from domain.common.ids import new_id
from domain.fleet.fleet import Fleet

Find = Callable[[str], Channel | None]
"""A channel by its id."""


def chain(channel: Channel, find: Find) -> Iterator[Channel]:
    """The channels behind this one, in order; each once, whatever is stored."""
    seen = {channel.id}
    here: Channel | None = channel
    while here is not None and here.next_channel and here.next_channel not in seen:
        seen.add(here.next_channel)
        here = find(here.next_channel)
        if here is not None and here.retired_at is None:
            yield here


def stand_in(channel: Channel, find: Find, but: str = '') -> Channel | None:
    """The first behind it that sends; not the one with the id ``but``."""
    return next((one for one in chain(channel, find) if one.enabled and one.id != but), None)


def sending(channel: Channel | None, find: Find) -> Channel | None:
    """The channel where it sends, and the one that stands in for it where its receiver said that it is gone. What a person has switched
    off tells nothing."""
    if channel is None or channel.enabled or not channel.disabled_because:
        return channel if channel is not None and channel.enabled else None
    return stand_in(channel, find)


def check_next(channels: Mapping[str, Channel], next_channel: str, own: str) -> None:
    """Raises ``Invalid`` for one that is not there, ``Conflict`` for a circle."""
    if not next_channel:
        return
    behind = channels.get(next_channel)
    if behind is None:
        raise Invalid('is no channel that is there', field='next_channel')
    if KINDS[behind.kind].people_only:
        raise Invalid(f'{behind.name} reaches people alone, who set it up for themselves', field='next_channel')
    if own and (next_channel == own or any(one.id == own for one in chain(behind, channels.get))):
        raise Conflict(f'{behind.name} would lead back to this channel', field='next_channel')


def overdue(fleet: Fleet, now: float, watched: Callable[[float], float]) -> Iterator[Delivery]:
    """What waits on a channel that fails, for longer than its owner lets it; ``watched`` gives the seconds that were, since a moment."""
    outbox = fleet.index(Outbox)
    for id in outbox.channels():
        channel, health = fleet.find(Channel, id), fleet.find(ChannelHealth, id)
        if channel is not None and channel.next_channel and health is not None and health.failures:
            for delivery in outbox.of(id).values():
                if _has_waited(channel, delivery, now, watched):
                    yield delivery


def fall_overdue(tx: Transaction, enterprise: str, delivery_id: str) -> None:
    """It has waited for long enough. It is tried on, and told on the next channel too."""
    delivery = tx.find(Delivery, enterprise, delivery_id)
    channel = tx.find(Channel, enterprise, delivery.channel) if delivery is not None else None
    if delivery is not None and channel is not None and _has_waited(channel, delivery, tx.now, tx.watched):
        fall(tx, channel, delivery, f'not delivered within {channel.next_after_min} min')


def fall(tx: Transaction, channel: Channel, delivery: Delivery, because: str) -> None:
    """Tell it on the next channel that sends, once; the log says so."""
    if not channel.next_channel or delivery.fell_at is not None or delivery.is_test or delivery.is_for_a_copy:
        return
    said = delivery.announcement
    own = said.object_id if said.object_kind == 'channel' else ''
    behind = stand_in(channel, lambda id: tx.find(Channel, channel.enterprise, id), but=own)
    tx.put(replace(tx.find(Delivery, delivery.enterprise, delivery.id) or delivery, fell_at=tx.now))
    words = f'{because}; no channel behind it sends'
    if behind is not None:
        words = f'{because}; told on {behind.name} instead'
        if not _tell(tx, behind, channel, delivery):
            words = f'{because}; {behind.name} has been told already'
    tx.put(
        Attempt(
            id=new_id(),
            enterprise=delivery.enterprise,
            delivery=delivery.id,
            channel=delivery.channel,
            alert=delivery.alert,
            news=said.news,
            at=tx.now,
            outcome=Outcome.PASSED_ON,
            said=words,
            took_s=0.0,
            recipient=delivery.recipient,
            problem=said.problem,
        )
    )
    tx.note(
        AlertPassedOn(
            **tx.about(channel),
            alert=said.alert,
            delivery=delivery.id,
            news=said.news,
            to=behind.name if behind is not None else '',
            because=because,
        )
    )


def _tell(tx: Transaction, behind: Channel, channel: Channel, delivery: Delivery) -> bool:
    """Put it there; not where the same announcement stands already."""
    copy = Delivery(
        id=new_id(),
        enterprise=delivery.enterprise,
        channel=behind.id,
        alert=delivery.alert,
        announcement=delivery.announcement,
        created_at=tx.now,
        next_at=tx.now,
        recipient=delivery.recipient,
        address=_address(tx, behind, channel, delivery),
        key=delivery.key or delivery.id,
        fell_from=channel.id,
    )
    known = conversation(tx, delivery.enterprise, delivery.alert).values()
    if any(one.line == copy.line and one.announcement.at == delivery.announcement.at for one in known):
        return False
    tx.put(copy)
    return True


def _address(tx: Transaction, behind: Channel, channel: Channel, delivery: Delivery) -> str:
    """Where a person is told on the next channel: at the same address where the kind is the same, at their own where it is mail. On
    another kind it is the address of the channel."""
    if not delivery.recipient:
        return ''
    if behind.kind == channel.kind:
        return delivery.address
    person = tx.find(Person, delivery.enterprise, delivery.recipient)
    return person.email if person is not None and behind.kind == mail_kind.KIND.key else ''


def _has_waited(channel: Channel, delivery: Delivery, now: float, watched: Callable[[float], float]) -> bool:
    is_waiting = delivery.state is DeliveryState.WAITING and delivery.fell_at is None and not delivery.is_test
    since = max(delivery.created_at, delivery.not_before or 0.0)
    return is_waiting and has_come(since + channel.next_after_min * 60, delivery.created_at, now, watched)
