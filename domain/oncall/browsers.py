"""People have themselves notified in their browsers. It becomes one of their ways, beside those that they have."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from domain.access.actors import Actor, ActorKind
from domain.access.permissions import Permission
from domain.accounts.model import Person
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.channels.announcing import delivery_of
from domain.channels.browsers import channel_of, forget
from domain.channels.events import BrowserNotified, ChannelSaved
from domain.channels.kinds import push
from domain.channels.kinds.kind import SECRET
from domain.channels.live import BrowsersOfPerson
from domain.channels.model import Channel, Delivery, NotifiedBrowser
from domain.channels.service import ChannelService, test_of
from domain.common.errors import Conflict, Invalid, NotAllowed, NotFound
from domain.common.ids import new_id
from domain.common.sealing import Seal
from domain.common.text import clean_line, folded
from domain.common.web_addresses import SENT_MESSAGES, Refusing, checked_web_address, not_refused
from domain.journal.model import Subject
from domain.oncall.model import Contact, ContactWay
from domain.oncall.reaching import ways_of

MOST_BROWSERS = 10
"""Of one person."""


class BrowserService:
    """A person's own, and nobody else's. ``refused`` says why nothing may be sent to a host."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        channels: ChannelService,
        seal: Seal,
        refused: Refusing = not_refused,
    ) -> None:
        self._transactor = transactor
        self._channels = channels
        self._seal = seal
        self._refused = refused

    def of(self, actor: Actor) -> tuple[NotifiedBrowser, ...]:
        """Those in which the person is notified, the oldest first."""
        return self._transactor.fleets.of(actor.enterprise).index(BrowsersOfPerson).of(actor.id)

    async def private_key(self, actor: Actor) -> str:
        """That of the enterprise, by which push services know this console; made when the first person asks, and kept."""
        _check_person(actor)
        made = push.new_private_key()
        sealed = self._seal.seal(json.dumps({SECRET: made}))

        def decide(tx: Transaction) -> Channel:
            known = next((one for one in tx.all(Channel, actor.enterprise) if _is_for_browsers(one)), None)
            if known is not None:
                return known
            names = {folded(one.name) for one in tx.all(Channel, actor.enterprise) if one.retired_at is None}
            name = next(name for name in _names() if folded(name) not in names)
            channel = Channel(
                id=new_id(),
                enterprise=actor.enterprise,
                name=name,
                kind=push.KIND.key,
                created_at=tx.now,
                changed_at=tx.now,
                sealed=sealed,
                per_minute=600,
            )
            tx.put(channel)
            tx.note(ChannelSaved(**tx.about(channel, actor.name), created=True, changes={}))
            return channel

        there = channel_of(self._transactor.fleets.of(actor.enterprise))
        channel = there if there is not None else await self._transactor.transact(decide, actor=actor)
        if not channel.enabled:
            raise Conflict(f'the channel {channel.name} is switched off; ask an administrator')
        return str(self._channels.opened(channel).get(SECRET, ''))

    async def notify(self, actor: Actor, session: str, name: str, said: Mapping[str, Any]) -> NotifiedBrowser:
        """Notify the person in a browser from now on. ``said`` is the subscription as the browser writes it (``endpoint``, ``keys``)."""
        _check_person(actor)
        kept = checked_subscription(said, self._refused)
        digest = _digest(kept['endpoint'])
        sealed = self._seal.seal(json.dumps(kept))
        name = clean_line(name, 'name')

        def decide(tx: Transaction) -> NotifiedBrowser:
            channel = next((one for one in tx.all(Channel, actor.enterprise) if _is_for_browsers(one)), None)
            if channel is None:
                raise Conflict('ask for the key first')
            person = tx.need(Person, actor.enterprise, actor.id)
            there = [one for one in tx.all(NotifiedBrowser, actor.enterprise) if one.ended_at is None]
            for one in there:
                if one.digest == digest and one.person != person.id:
                    forget(tx, one, f'{person.name} is notified in that browser')
            mine = [one for one in there if one.person == person.id]
            known = next((one for one in mine if one.digest == digest), None)
            if known is not None:
                after = replace(known, session=session, name=name, sealed=sealed)
                tx.put(after)
                return after
            if len(mine) >= MOST_BROWSERS:
                raise Conflict(f'you are notified in {MOST_BROWSERS} browsers; remove one first')
            made = NotifiedBrowser(
                id=new_id(),
                enterprise=actor.enterprise,
                person=person.id,
                session=session,
                name=name,
                digest=digest,
                sealed=sealed,
                created_at=tx.now,
            )
            tx.put(made)
            subject = Subject('person', person.id, person.name)
            tx.note(
                BrowserNotified(at=tx.now, enterprise=actor.enterprise, subject=subject, by=actor.name, browser=name)
            )
            _add_way(tx, person, channel)
            return made

        return await self._transactor.transact(decide, actor=actor)

    async def again(self, actor: Actor, session: str, endpoint: str) -> bool:
        """A browser that is known is used in this session now, and ends with the sign-out there; false for one that is not known."""
        known = next((one for one in self.of(actor) if one.digest == _digest(endpoint)), None)
        if known is None or known.session == session:
            return known is not None

        def decide(tx: Transaction) -> bool:
            now = tx.find(NotifiedBrowser, actor.enterprise, known.id)
            if now is None or now.ended_at is not None:
                return False
            tx.put(replace(now, session=session))
            return True

        return await self._transactor.transact(decide, actor=actor)

    async def renew(self, actor: Actor, former: str, said: Mapping[str, Any]) -> bool:
        """A browser that is known by its ``former`` address has another one now; false for one that is not known. What waits goes to the
        new one."""
        kept = checked_subscription(said, self._refused)
        known = next((one for one in self.of(actor) if one.digest == _digest(former)), None)
        if known is None:
            return False
        sealed = self._seal.seal(json.dumps(kept))

        def decide(tx: Transaction) -> bool:
            now = tx.find(NotifiedBrowser, actor.enterprise, known.id)
            if now is None or now.ended_at is not None:
                return False
            tx.put(replace(now, digest=_digest(kept['endpoint']), sealed=sealed, said=''))
            return True

        return await self._transactor.transact(decide, actor=actor)

    def all(self, actor: Actor) -> list[NotifiedBrowser]:
        """Those of all people, by person and age, without what only their makers may know."""
        actor.require(Permission.PEOPLE_READ)
        rows = self._transactor.fleets.of(actor.enterprise)[NotifiedBrowser].values()
        return sorted(rows, key=lambda one: (one.person, one.id))

    async def end(self, actor: Actor, browser_id: str) -> None:
        """Notify a person, also another one, in that browser no more; it may be set up again there."""
        actor.require(Permission.PEOPLE_WRITE)

        def decide(tx: Transaction) -> None:
            browser = tx.find(NotifiedBrowser, actor.enterprise, browser_id)
            if browser is None or browser.ended_at is not None:
                raise NotFound.of(NotifiedBrowser, browser_id)
            forget(tx, browser, f'{actor.name} removed it', actor.name)

        await self._transactor.transact(decide, actor=actor)

    async def remove(self, actor: Actor, browser_id: str) -> None:
        """Notify the person there no more."""

        def decide(tx: Transaction) -> None:
            forget(tx, _own(tx, actor, browser_id), f'{actor.name} removed it', actor.name)

        await self._transactor.transact(decide, actor=actor)

    async def test(self, actor: Actor, browser_id: str) -> Delivery:
        """Send a test there. It is tried once; the delivery tells what came of it."""

        def decide(tx: Transaction) -> Delivery:
            browser = _own(tx, actor, browser_id)
            channel = next((one for one in tx.all(Channel, actor.enterprise) if _is_for_browsers(one)), None)
            if channel is None:
                raise NotFound('the channel was removed')
            delivery = delivery_of(tx, channel, test_of(channel, tx.now), recipient=actor.id, address=browser.id)
            tx.put(delivery)
            return delivery

        return await self._transactor.transact(decide, actor=actor)


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode('utf-8', 'replace')).hexdigest()


def checked_subscription(said: Mapping[str, Any], refused: Refusing) -> dict[str, str]:
    """Address and keys, of the right size; raises ``Invalid``."""
    endpoint, keys = said.get('endpoint'), said.get('keys')
    if not isinstance(endpoint, str) or not isinstance(keys, Mapping):
        raise Invalid('must be a subscription as a browser writes it', field='endpoint')
    endpoint = checked_web_address(endpoint, 'endpoint')
    if because := refused(urlsplit(endpoint).hostname or '', SENT_MESSAGES):
        raise Invalid(because, field='endpoint')
    return {
        'endpoint': endpoint,
        'p256dh': push.checked_key(keys.get('p256dh'), 'keys.p256dh', 65),
        'auth': push.checked_key(keys.get('auth'), 'keys.auth', 16),
    }


def _add_way(tx: Transaction, person: Person, channel: Channel) -> None:
    """First of their ways; those that they have stay, also the one that nobody chose."""
    contact = tx.find(Contact, person.enterprise, person.id)
    known = contact.ways if contact is not None else ()
    if any(way.channel == channel.id for way in known):
        return
    ways = (ContactWay(channel=channel.id), *(known or ways_of(tx.fleet(person.enterprise), person.id)))
    if contact is None:
        tx.put(Contact(id=person.id, enterprise=person.enterprise, ways=ways, changed_at=tx.now, version=2))
    else:
        tx.put(replace(contact, ways=ways, changed_at=tx.now, version=contact.version + 1))


def _own(tx: Transaction, actor: Actor, browser_id: str) -> NotifiedBrowser:
    browser = tx.find(NotifiedBrowser, actor.enterprise, browser_id)
    if browser is None or browser.ended_at is not None or browser.person != actor.id:
        raise NotFound.of(NotifiedBrowser, browser_id)
    return browser


def _is_for_browsers(channel: Channel) -> bool:
    return channel.retired_at is None and channel.kind == push.KIND.key


def _names() -> 'list[str]':
    return ['Browsers', *(f'Browsers {number}' for number in range(2, 100))]


def _check_person(actor: Actor) -> None:
    if actor.kind is not ActorKind.PERSON:
        raise NotAllowed('a program has no browser')
    actor.require(Permission.ALERTS_READ)
