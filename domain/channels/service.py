"""Channels as people and programs set them up, try them and read what was told on them."""

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.alerts.announcements import News
from domain.alerts.model import AlarmType, ProbableCause
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.alerts import delivering
from domain.channels.announcing import delivery_of
from domain.channels.events import BouncesForgotten, ChannelRetired, ChannelSaved, ChannelSecretRotated, ChannelTested
from domain.channels.falling import check_next
from domain.channels.input import CheckedChannel, NewChannel, checked_channel
from domain.channels.kinds import KINDS
from domain.channels.kinds.kind import FORMER, SECRET
from domain.channels.kinds.webhook import PREFIX
from domain.channels.live import BrowsersOfPerson
from domain.channels.marks import marked, marks, unmark
from domain.channels.model import AnnouncedAlert, BouncingAddress, Channel, ChannelHealth, Delivery, NotifiedBrowser
from domain.channels.outbox import cancel_all, tried_at_once
from domain.common.errors import Conflict, Invalid
from domain.common.ids import new_id
from domain.common.sealing import Seal
from domain.common.severity import Severity
from domain.common.text import folded, natural
from domain.common.versions import check_version, differences
from domain.common.web_addresses import Refusing, not_refused

MOST_CHANNELS = 50
"""Of one enterprise: each alert is a message on each of them."""
FORMER_S = 86_400.0
"""How long a secret signs on after it was replaced."""
_FIELDS = ('name', 'kind', 'settings', 'least_severity', 'per_minute', 'enabled', 'next_channel', 'next_after_min')


class ChannelService:
    """``refused`` says why nothing may be sent to a host, see :class:`domain.towers.service.TowerService`."""

    def __init__(self, *, transactor: Transactor, seal: Seal, refused: Refusing = not_refused) -> None:
        self._transactor = transactor
        self._seal = seal
        self._refused = refused

    def list(self, actor: Actor) -> list[Channel]:
        """All channels, by name."""
        actor.require(Permission.CHANNELS_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[Channel].values()
        return sorted(rows, key=lambda channel: (natural(channel.name), channel.id))

    def read(self, actor: Actor, channel_id: str) -> Channel:
        """One of them, or ``NotFound``."""
        actor.require(Permission.CHANNELS_READ)
        return self._transactor.fleets.of(actor.enterprise).need(Channel, channel_id)

    def health(self, channel: Channel) -> ChannelHealth | None:
        """How it fares; ``None`` before the first attempt."""
        return self._transactor.fleets.of(channel.enterprise).find(ChannelHealth, channel.id)

    def bouncing(self, channel: Channel) -> Sequence[BouncingAddress]:
        """Its addresses, and those of people, whose mail comes back lately."""
        return marked(self._transactor.fleets.of(channel.enterprise), channel, self._transactor.clock())

    async def add(self, actor: Actor, new: NewChannel) -> tuple[Channel, str]:
        """Set it up; with the secret that was made for it, which is not shown again (empty for kinds without)."""
        actor.require(Permission.CHANNELS_WRITE)
        checked = checked_channel(new, frozenset(), self._refused)
        if checked.kind.people_only:
            raise Invalid('is set up by itself, when a person is first notified in a browser', field='kind')
        made = new_signing_secret() if _is_signed(checked) else ''
        kept = {**checked.secrets, **({SECRET: made} if made else {})}
        sealed = self._sealed(kept)

        def decide(tx: Transaction) -> Channel:
            others = [one for one in tx.all(Channel, actor.enterprise) if one.retired_at is None]
            if len(others) >= MOST_CHANNELS:
                raise Conflict(f'there are {MOST_CHANNELS} channels; remove one first')
            _check_name(others, checked.name, '')
            check_next({one.id: one for one in others}, new.next_channel, '')
            channel = Channel(
                id=new_id(),
                enterprise=actor.enterprise,
                name=checked.name,
                kind=checked.kind.key,
                created_at=tx.now,
                changed_at=tx.now,
                settings=checked.settings,
                sealed=sealed,
                least_severity=new.least_severity,
                per_minute=new.per_minute,
                enabled=new.enabled,
                next_channel=new.next_channel,
                next_after_min=new.next_after_min,
            )
            tx.put(channel)
            changes = differences(None, channel, _FIELDS)
            tx.note(ChannelSaved(**tx.about(channel, actor.name), created=True, changes=changes))
            return channel

        return await self._transactor.transact(decide, actor=actor), made

    async def change(self, actor: Actor, channel_id: str, version: int, new: NewChannel) -> Channel:
        """Change it; ``Stale`` unless ``version`` is the newest. What was found out about it begins anew, so that it is tried at once."""
        actor.require(Permission.CHANNELS_WRITE)
        before = self.read(actor, channel_id)
        if new.kind != before.kind:
            raise Conflict('the kind of a channel stays; set up another one', field='kind')
        known = self.opened(before)
        checked = checked_channel(new, frozenset(known), self._refused)
        sealed = self._sealed({**known, **checked.secrets}) if checked.secrets else before.sealed

        def decide(tx: Transaction) -> Channel:
            channel = tx.need(Channel, actor.enterprise, channel_id)
            check_version(channel.version, version)
            others = [one for one in tx.all(Channel, actor.enterprise) if one.retired_at is None]
            _check_name(others, checked.name, channel.id)
            check_next({one.id: one for one in others}, new.next_channel, channel.id)
            after = replace(
                channel,
                name=checked.name,
                settings=checked.settings,
                sealed=sealed,
                least_severity=new.least_severity,
                per_minute=new.per_minute,
                enabled=new.enabled,
                disabled_because='',
                next_channel=new.next_channel,
                next_after_min=new.next_after_min,
            )
            if after == channel:
                return channel
            after = replace(after, changed_at=tx.now, version=channel.version + 1)
            tx.put(after)
            changes = differences(channel, after, _FIELDS)
            changes.update({f'settings.{name}': ['set', 'set anew'] for name in checked.secrets})
            tx.note(ChannelSaved(**tx.about(after, actor.name), created=False, changes=changes))
            _begin_anew(tx, after, f'{actor.name} switched the channel off')
            return after

        return await self._transactor.transact(decide, actor=actor)

    async def rotate(self, actor: Actor, channel_id: str) -> tuple[Channel, str]:
        """A new signing secret, shown this once; the former one signs too for :data:`FORMER_S`."""
        actor.require(Permission.CHANNELS_WRITE)
        before = self.read(actor, channel_id)
        known = self.opened(before)
        if SECRET not in known or KINDS[before.kind].people_only:
            raise Conflict('this kind of channel does not sign')
        made = new_signing_secret()
        sealed = self._sealed({**known, SECRET: made, FORMER: known[SECRET]})

        def decide(tx: Transaction) -> Channel:
            channel = tx.need(Channel, actor.enterprise, channel_id)
            check_version(channel.version, before.version)
            until = tx.now + FORMER_S
            after = replace(channel, sealed=sealed, former_until=until, changed_at=tx.now, version=channel.version + 1)
            tx.put(after)
            tx.note(ChannelSecretRotated(**tx.about(after, actor.name), former_until=until))
            return after

        return await self._transactor.transact(decide, actor=actor), made

    async def retire(self, actor: Actor, channel_id: str, version: int) -> None:
        """Remove it; what waits there is not sent, what was told stays in the log."""
        actor.require(Permission.CHANNELS_WRITE)

        def decide(tx: Transaction) -> None:
            channel = tx.need(Channel, actor.enterprise, channel_id)
            check_version(channel.version, version)
            gone = replace(channel, retired_at=tx.now, changed_at=tx.now, sealed='', version=channel.version + 1)
            tx.put(gone)
            tx.note(ChannelRetired(**tx.about(gone, actor.name)))
            cancel_all(tx, gone, f'{actor.name} removed the channel')
            if (health := tx.find(ChannelHealth, gone.enterprise, gone.id)) is not None:
                tx.put(replace(health, ended_at=tx.now))
            delivering(tx, gone)
            unmark(tx, gone)
            _close_up(tx, gone, actor.name)

        await self._transactor.transact(decide, actor=actor)

    async def forget_bounces(self, actor: Actor, channel_id: str) -> Channel:
        """Its addresses work again, as a person says: the marks on them end, and with them the alert of the channel."""
        actor.require(Permission.CHANNELS_WRITE)

        def decide(tx: Transaction) -> Channel:
            channel = tx.need(Channel, actor.enterprise, channel_id)
            if found := marks(tx, channel):
                addresses = ', '.join(sorted(mark.address for mark in found))
                tx.note(BouncesForgotten(**tx.about(channel, actor.name), addresses=addresses))
                unmark(tx, channel)
                delivering(tx, channel)
            return channel

        return await self._transactor.transact(decide, actor=actor)

    async def test(self, actor: Actor, channel_id: str) -> Delivery:
        """Send a test message, also on a channel that is off. It is tried once; the delivery tells what came of it."""
        actor.require(Permission.CHANNELS_WRITE)

        def decide(tx: Transaction) -> Delivery:
            channel = tx.need(Channel, actor.enterprise, channel_id)
            recipient, address = '', ''
            if KINDS[channel.kind].people_only:
                own = tx.fleet(actor.enterprise).index(BrowsersOfPerson).of(actor.id)
                if not own:
                    raise Conflict('you are notified in no browser; begin with My account, in the one that is meant')
                recipient, address = actor.id, own[-1].id
            delivery = delivery_of(tx, channel, test_of(channel, tx.now), recipient=recipient, address=address)
            tx.put(delivery)
            tx.note(ChannelTested(**tx.about(channel, actor.name), delivery=delivery.id))
            return delivery

        return await self._transactor.transact(decide, actor=actor)

    def opened(self, row: Channel | NotifiedBrowser) -> Mapping[str, str]:
        """The secrets of a channel or browser; none where they were sealed with another key."""
        text = self._seal.open(row.sealed) if row.sealed else None
        return json.loads(text) if text else {}

    def _sealed(self, kept: Mapping[str, str]) -> str:
        return self._seal.seal(json.dumps(kept)) if kept else ''


def new_signing_secret() -> str:
    """``whsec_`` and 32 random bytes in base64, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _is_signed(checked: CheckedChannel) -> bool:
    return any(one.is_made for one in checked.kind.fields)


def _check_name(others: 'list[Channel]', name: str, own: str) -> None:
    if any(one.id != own and folded(one.name) == folded(name) for one in others):
        raise Conflict('another channel has this name', field='name')


def _begin_anew(tx: Transaction, channel: Channel, off_because: str) -> None:
    if (health := tx.find(ChannelHealth, channel.enterprise, channel.id)) is not None:
        tx.put(replace(health, failures=0, failing_since=None, held_until=None))
    delivering(tx, channel)
    unmark(tx, channel)
    if not channel.enabled:
        cancel_all(tx, channel, off_because)
        return
    for delivery in list(tx.all(Delivery, channel.enterprise)):
        if delivery.channel == channel.id and delivery.done_at is None and delivery.next_at > tx.now:
            tx.put(tried_at_once(delivery, tx.now))


def _close_up(tx: Transaction, gone: Channel, by: str) -> None:
    """What fell to a channel that is removed falls to the one behind it."""
    for one in list(tx.all(Channel, gone.enterprise)):
        if one.next_channel == gone.id and one.retired_at is None:
            after = replace(one, next_channel=gone.next_channel, changed_at=tx.now, version=one.version + 1)
            tx.put(after)
            tx.note(ChannelSaved(**tx.about(after, by), created=False, changes=differences(one, after, _FIELDS)))


def test_of(channel: Channel, now: float) -> AnnouncedAlert:
    """A test message. It is about the channel itself: no alert has the words."""
    return AnnouncedAlert(
        news=News.TEST,
        at=now,
        alert='',
        severity=Severity.INDETERMINATE,
        problem=f'this is how alerts arrive on {channel.name}',
        object_kind='channel',
        object_id=channel.id,
        object_name=channel.name,
        alarm_type=AlarmType.OPERATIONAL,
        probable_cause=ProbableCause.CONFIGURATION_OR_CUSTOMIZATION_ERROR,
        raised_at=now,
        detail=f'A test message from {KINDS[channel.kind].label}. Nothing is wrong.',
    )
