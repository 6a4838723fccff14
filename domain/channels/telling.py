"""What the sender of messages asks: what is due, written out, and how it went. And what people ask: who was told of an alert."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from domain.access.actors import Actor
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.alerts.announcements import News
from domain.alerts.model import Alert
from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.channels.announcing import as_it_is
from domain.channels.falling import fall_overdue, overdue
from domain.channels.kinds import KINDS, heartbeat
from domain.channels.kinds.kind import FORMER, Dispatch, Message
from domain.channels.live import DeliveriesOfAlert, Outbox
from domain.channels.model import AnnouncedAlert, Answered, Attempt, Channel, Delivery, NotifiedBrowser
from domain.channels.outbox import beaten, due, record
from domain.channels.service import ChannelService
from domain.common.errors import NotFound
from domain.common.own_parts import Behind
from domain.fleet.fleet import Fleet

OWN_PAGE = '/doctor'
"""Where a message about this server itself leads."""
Busy = Mapping[str, Collection[str]]
"""Ids of the deliveries under way, by channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A delivery that is tried now, on its channel."""

    channel: Channel
    delivery: Delivery


class TellingService:
    """``public_url`` is the address of this console, by which messages link to their alert."""

    def __init__(self, *, transactor: Transactor, store: Store, channels: ChannelService, public_url: str = '') -> None:
        self._transactor = transactor
        self._store = store
        self._channels = channels
        self.base = public_url.rstrip('/')
        """The address of this console; empty where it is not known."""

    def due(self, busy: Busy) -> Iterator[Due]:
        """What may be tried now, of every enterprise that is served here; ``busy`` are the ids under way by channel."""
        now, watch = self._transactor.clock(), self._transactor.fleets.watch
        for fleet in self._transactor.fleets:
            for channel_id in fleet.index(Outbox).channels():
                channel = fleet.find(Channel, channel_id)
                if channel is not None:
                    for delivery in due(fleet, channel, now, busy.get(channel_id, frozenset()), watch.elapsed):
                        yield Due(channel=channel, delivery=delivery)

    def write(self, one: Due, answer: str = '') -> Message:
        """The message as its receiver gets it; ``answer`` is an address that acknowledges.

        Raises what a kind raises for secrets that are not there.
        """
        dispatch = self._dispatch(
            one.channel, one.delivery.key or one.delivery.id, one.delivery.announcement, one.delivery
        )
        return KINDS[one.channel.kind].write(replace(dispatch, answer=answer))

    def write_own(
        self, channel: Channel, key: str, said: AnnouncedAlert, browser: NotifiedBrowser | None = None
    ) -> Message:
        """A message about this server itself, which goes past the outbox; it leads to the page where more is said."""
        dispatch = self._dispatch(channel, key, said)
        if browser is not None:
            own = self._browser(self._transactor.fleets.of(channel.enterprise), browser.id, browser.person)
            dispatch = replace(dispatch, settings={**dispatch.settings, **own})
        return KINDS[channel.kind].write(dispatch)

    def beat(self, channel: Channel, behind: tuple[Behind, ...]) -> Message | None:
        """What an outside check is told now; ``None`` where it is told nothing while something is ``behind``."""
        return heartbeat.beat(self._dispatch(channel, '', heartbeat.ALIVE), behind)

    async def beaten(self, channel: Channel, answered: Answered, took_s: float) -> None:
        """Keep how the channel answered to what belongs to no alert."""
        answered = replace(answered, took_s=took_s)
        await self._transactor.transact(
            lambda tx: beaten(tx, channel.enterprise, channel.id, answered), channel.enterprise
        )

    async def record(self, one: Due, answered: Answered, took_s: float) -> None:
        """Keep what came of it, durably, after so many seconds."""
        enterprise, answered = one.delivery.enterprise, replace(answered, took_s=took_s)
        await self._transactor.transact(lambda tx: record(tx, one.delivery, answered), enterprise)

    async def fall_overdue(self) -> None:
        """What a failing channel has not delivered in time is told on the next one, of every enterprise that is served here."""
        now, fleets = self._transactor.clock(), self._transactor.fleets
        found = [delivery for fleet in fleets for delivery in overdue(fleet, now, fleets.watch.elapsed)]
        for one in found:
            await self._transactor.transact(
                partial(fall_overdue, enterprise=one.enterprise, delivery_id=one.id), one.enterprise
            )

    def waiting_count(self) -> int:
        """Messages that wait, of every enterprise that is served here."""
        return sum(len(fleet.index(Outbox)) for fleet in self._transactor.fleets)

    def preview(
        self, actor: Actor, channel_id: str, alert: Alert, words: Mapping[str, str] = MappingProxyType({})
    ) -> Message:
        """How the alert would be told on the channel, with secrets left out. ``words`` are templates that are tried, by their fields."""
        channel = self._channels.read(actor, channel_id)
        actor.require(Permission.ALERTS_READ)
        news = News.RAISED if alert.is_open else News.CLEARED
        said = as_it_is(alert, news, alert.cleared_at or alert.changed_at)
        kind = KINDS[channel.kind]
        dispatch = self._dispatch(channel, 'preview', said)
        hidden = {one.name: one.hint for one in kind.secrets if one.name in dispatch.settings and not one.is_made}
        hidden.update({one.name: '' for one in kind.secrets if one.is_made})
        tried = {
            one.name: one.checked(words[one.name], f'settings.{one.name}') for one in kind.words if one.name in words
        }
        settings = {**dispatch.settings, **hidden, **tried}
        settings.pop(FORMER, None)
        return kind.write(
            Dispatch(
                key='preview',
                announcement=said,
                settings=settings,
                now=dispatch.now,
                enterprise=dispatch.enterprise,
                link=dispatch.link,
            )
        )

    async def delivery(self, actor: Actor, delivery_id: str) -> Delivery:
        """One of them, done or not."""
        actor.require(Permission.CHANNELS_READ)
        return await self._found(actor, delivery_id)

    async def own_delivery(self, actor: Actor, delivery_id: str) -> Delivery:
        """One to the person who asks."""
        found = await self._found(actor, delivery_id)
        if found.recipient != actor.id:
            raise NotFound.of(Delivery, delivery_id)
        return found

    async def _found(self, actor: Actor, delivery_id: str) -> Delivery:
        fleet = self._transactor.fleets.of(actor.enterprise)
        found = fleet.find(Delivery, delivery_id) or await self._store.get(Delivery, actor.enterprise, delivery_id)
        if found is None:
            raise NotFound.of(Delivery, delivery_id)
        return found

    async def attempts(
        self, actor: Actor, *, alert: str = '', channel: str = '', before: str | None = None, limit: int
    ) -> Sequence[Attempt]:
        """The log, newest first: of an alert (who was told of it), of a channel, or of all."""
        actor.require(Permission.CHANNELS_READ)
        equal = {name: value for name, value in (('alert', alert), ('channel', channel)) if value}
        return await self._store.history(
            Attempt, actor.enterprise, equal=equal, is_open=None, before=before, limit=limit
        )

    def person_name(self, enterprise: str, person_id: str) -> str:
        """The name of the person to whom a message goes; empty for a channel by itself, and for a person who left."""
        person = self._transactor.fleets.of(enterprise).find(Person, person_id) if person_id else None
        return person.name if person is not None else ''

    def name_of(self, enterprise: str, channel_id: str) -> str:
        """The name of a channel that is there; empty for one that was removed."""
        channel = self._transactor.fleets.of(enterprise).find(Channel, channel_id)
        return channel.name if channel is not None else ''

    def _browser(self, fleet: Fleet, browser_id: str, person_id: str) -> dict[str, str]:
        """Where the browser has its messages, and whom its push service may ask about them."""
        browser, person = fleet.find(NotifiedBrowser, browser_id), fleet.find(Person, person_id)
        if browser is None or person is None:
            raise NotFound('this browser is not notified any more')
        contact = self.base if self.base.startswith('https://') else f'mailto:{person.email}'
        return {**self._channels.opened(browser), 'contact': contact}

    def _dispatch(self, channel: Channel, key: str, said: AnnouncedAlert, delivery: Delivery | None = None) -> Dispatch:
        now = self._transactor.clock()
        secrets = dict(self._channels.opened(channel))
        if channel.former_until is None or channel.former_until <= now:
            secrets.pop(FORMER, None)
        fleet = self._transactor.fleets.of(channel.enterprise)
        personal = KINDS[channel.kind].personal
        own = {personal: delivery.address} if delivery is not None and delivery.address and personal else {}
        if delivery is not None and KINDS[channel.kind].people_only:
            own = self._browser(fleet, delivery.address, delivery.recipient)
        line = delivery.line if delivery is not None else (channel.id, '', '')
        own_id = delivery.id if delivery is not None else key
        others = fleet.index(DeliveriesOfAlert).of(said.alert).values() if said.alert else ()
        path = said.path or _page_of(said)
        return Dispatch(
            key=key,
            announcement=said,
            settings={**channel.settings, **secrets, **own},
            now=now,
            enterprise=fleet.enterprise.name,
            letter=delivery.id if delivery is not None else '',
            link=f'{self.base}{path}' if self.base and path else '',
            is_first=not any(one.line == line and one.id < own_id for one in others),
        )


def _page_of(said: AnnouncedAlert) -> str:
    if said.news is News.REPORT:
        return f'/report?span={said.object_id}'
    return f'/alerts/{said.alert}' if said.alert else ''
