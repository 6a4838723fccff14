"""Across topics: on a fleet where everything moves, the first state with all patches laid over it is what a new page is shown."""

import asyncio
import contextlib
import random
import time
from typing import Any

import msgspec
import pytest

from domain.access.permissions import OWNER, Role
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.changes.transactor import Changed
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.common.errors import DomainError
from domain.devices.actions import Action
from domain.devices.facts import Facts, Security, Storage
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind
from domain.enforcement.model import Command
from domain.enrolment.live import Waiting
from domain.journal.model import Recorded
from domain.policies.input import NewPolicy
from domain.policies.model import Mode, Policy
from domain.tokens.model import TokenKind
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication, identifiers, running_application
from ui.live.channel import News, Topic
from ui.topics import TOPICS, resolver

SETTLES_IN_S = 8.0
STEPS = 60
LEFT_OUT = ('pulse', 'latency', 'announcements', 'device-facets')
"""Three tell what has come since their own beginning, one patches its counts filter by filter."""


class World:
    """An application in which a random thing can happen, and everything the transactor has told since the last look."""

    def __init__(self, application: RunningApplication, seed: int) -> None:
        self.application = application
        self.chance = random.Random(seed)
        self._news = News()
        application.transactor.changed.subscribe(self._changed)
        application.transactor.committed.subscribe(self._committed)

    def news(self) -> News:
        """What a flush would bring."""
        found, self._news = self._news, News()
        return found

    def _changed(self, changed: Changed) -> None:
        for kind, ids in changed.ids.items():
            self._news.ids.setdefault(kind, set()).update(ids)

    def _committed(self, _: str, entries: list[Recorded]) -> None:
        self._news.entries.extend(entries)

    async def furnish(self) -> None:
        """A few of everything."""
        application = self.application
        for number in range(3):
            cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=7, cell_id=number)
            check = Check(id='', target=TcpTarget('10.0.0.1', 1), max_attempts=2)
            await application.towers.add(
                application.actor,
                NewTower(name=f'mast-{number}', cells=[cell], checks=[check], latitude=51, longitude=4),
            )
        await application.policies.add(
            application.actor, NewPolicy(name='Encrypted', rule='device.storage.encrypted', mode=Mode.ENFORCE)
        )
        await application.policies.add(application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
        for number in range(8):
            await application.device(f'crane-{number}', labels={'site': f'port-{number % 2}'})
        for device in list(application.fleet[Device]):
            await application.check_in(device, facts=self.facts(), radio=self.radio())

    def facts(self) -> Facts:
        """Perhaps out of policy."""
        return Facts(
            storage=Storage(encrypted=self.chance.random() < 0.6), security=Security(rooted=self.chance.random() < 0.3)
        )

    def radio(self) -> Radio:
        """On one of three towers, or on an unknown cell."""
        return Radio(Rat.LTE, '204', '08', 7, self.chance.randrange(4), rsrp=-60 - self.chance.randrange(60))

    async def step(self) -> None:
        """Something happens, if it may."""
        application, chance = self.application, self.chance
        application.clock.tick(chance.choice((1, 5, 40)))
        device = chance.choice(list(application.fleet[Device]))
        tower = chance.choice(list(application.fleet[Tower].values()))
        renamed = NewDevice(name=f'crane-{chance.randrange(99)}', kind=DeviceKind.PHONE)
        fresh = NewPolicy(name=f'Rule {chance.randrange(10**6)}', rule='device.radio.rsrp > -100.0')
        steps: list[Any] = [
            lambda: application.check_in(device, facts=self.facts(), radio=self.radio()),
            lambda: application.check_in(device, facts=self.facts()),
            lambda: application.check_in(device, radio=self.radio()),
            lambda: application.towers.record_check(
                application.enterprise,
                tower.id,
                CheckResult(tower.id, tower.checks[0].id, application.clock(), chance.random() < 0.5, 3.0, 'refused'),
            ),
            lambda: application.commands.command(application.actor, device, chance.choice(list(Action)), 'because'),
            self._answer,
            self._acknowledge,
            self._enrol,
            self._let_in,
            lambda: application.devices.change(
                application.actor, device, application.fleet[Device][device].version, renamed
            ),
            application.presence.expire,
            lambda: application.device(f'new-{chance.randrange(10**6)}'),
            lambda: application.policies.add(application.actor, fresh),
        ]
        with contextlib.suppress(DomainError):  # not possible just now
            await chance.choice(steps)()

    async def _answer(self) -> None:
        open_commands: list[Command] = list(self.application.fleet[Command].values())
        if open_commands:
            one = self.chance.choice(open_commands)
            await self.application.check_in(one.device)
            await self.application.commands.answer(
                self.application.enterprise, one.device, one.id, confirmed=self.chance.random() < 0.7, detail='x'
            )

    async def _enrol(self) -> None:
        """With a token that asks for approval, sometimes in the place of a device in use."""
        application, number = self.application, self.chance.randrange(4)
        kind = TokenKind.ENROLMENT
        _, secret = await application.tokens.issue(
            application.enterprise, kind, 'roll-out', approval=self.chance.random() < 0.7, uses=2
        )
        new = NewDevice(name=f'router-{number}', kind=DeviceKind.ROUTER, identifiers=identifiers(number))
        enrolled = await application.enrolments.enrol(secret, new)
        if not enrolled.waiting:
            await application.check_in(enrolled.device.id)

    async def _let_in(self) -> None:
        for device in list(self.application.fleet.index(Waiting).credentials)[:1]:
            decide = self.chance.choice((self.application.enrolments.approve, self.application.enrolments.refuse))
            await decide(self.application.actor, device)

    async def _acknowledge(self) -> None:
        alerts: list[Alert] = list(self.application.fleet[Alert].values())
        if alerts:
            await self.application.alerts.acknowledge(self.application.actor, self.chance.choice(alerts).id, 'seen')


class Shown:
    """What a page makes of frames."""

    def __init__(self, whole: dict[str, Any]) -> None:
        self.value = plain(whole)
        self.rows = {row['id']: row for row in self.value.get('rows', ())}

    def lay(self, patch: dict[str, Any]) -> None:
        """A patch over what is shown."""
        for key, value in plain(patch).items():
            if key == 'rows':
                for row in value:
                    self.rows[row['id']] = {**self.rows.get(row['id'], {}), **row}
            elif key == 'entries':
                self._tell(value)
            elif key == 'points':
                self.value[key] = [*self.value[key], *value]
            else:
                self.value[key] = value

    def _tell(self, entries: list[dict[str, Any]]) -> None:
        """A line that has grown stays in its place; one that folds others takes theirs."""
        new = {entry['seq']: entry for entry in entries}
        folded = {seq for entry in entries for seq in entry.get('folds', ())}
        kept = [new.pop(entry['seq'], entry) for entry in self.value['entries'] if entry['seq'] not in folded]
        self.value['entries'] = [*new.values(), *kept][:100]

    def now(self) -> dict[str, Any]:
        """The rows in view, in order, and the rest."""
        if 'ids' not in self.value:
            return self.value
        return {**self.value, 'rows': [self.rows.get(each) for each in self.value['ids']]}


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """As JSON carries it."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return found


def names(application: RunningApplication) -> list[str]:
    """Every topic there is, about something that exists."""
    fleet = application.fleet
    about = {
        name: next(iter(rows))
        for name, rows in (
            ('device', fleet[Device]),
            ('tower', fleet[Tower]),
            ('policy', fleet[Policy]),
            ('alert', fleet[Alert]),
        )
    }
    same = {
        'verdicts': 'device',
        'signal': 'device',
        'cells': 'tower',
        'checks': 'tower',
        'witnesses': 'alert',
        'acknowledgements': 'alert',
    }
    names = [row.name for row in TOPICS.values() if row.permission not in OWNER and row.name not in LEFT_OUT]
    found = [f'{name}/{about[same.get(name, name)]}' if same.get(name, name) in about else name for name in names]
    return [
        *found, *(f'feed/{kind}/{id}' for kind, id in about.items()), f'commands?device={about["device"]}', 'commands?open=true',
        'devices?sort=-last_seen&size=5', 'devices?compliance=violating&size=5', 'devices?sort=rsrp&page=1&size=3', 'devices?q=new',
        'towers?need=true', 'towers?sort=-devices', 'alerts?state=open', 'alerts?state=open,acknowledged,cleared',
        f'violations?policy={about["policy"]}', f'violations?tower={about["tower"]}', 'violations?state=excused',
        'policies?sort=name', 'policies?mode=enforce',
    ]  # fmt: skip


async def opened(application: RunningApplication, name: str) -> Topic:
    """A topic as a new page would be shown it."""
    person = next(iter(application.fleet[Person].values()))
    head, _, text = name.partition('?')
    query = dict(pair.split('=', 1) for pair in text.split('&')) if text else {}
    topic = resolver(transactor=application.transactor, store=application.store)(person, head, query)()
    await topic.open()
    return topic


@pytest.mark.parametrize('seed', range(3))
async def test_first_state_and_patches_together_are_what_a_new_page_is_shown(seed: int) -> None:
    async with running_application() as application:
        await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.ADMIN, 'four words and then some'
        )
        world = World(application, seed)
        await world.furnish()
        while not application.fleet[Alert]:
            await world.step()
        world.news()
        topics = {name: await opened(application, name) for name in names(application)}
        shown = {name: Shown(topic.full()) for name, topic in topics.items()}
        for _ in range(STEPS):
            await world.step()
            news = world.news()
            for name, topic in topics.items():
                patch = topic.patch(news)
                if patch is not None:
                    shown[name].lay(patch)
        deadline = time.monotonic() + SETTLES_IN_S  # some look again only now and then
        apart = await differing(application, topics, shown)
        while apart and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
            for name, topic in topics.items():
                patch = topic.patch(News())
                if patch is not None:
                    shown[name].lay(patch)
            apart = await differing(application, topics, shown)
        assert apart == {}
        assert all(Shown(topic.full()).now() == shown[name].now() for name, topic in topics.items())


async def differing(
    application: RunningApplication, topics: dict[str, Topic], shown: dict[str, Shown]
) -> dict[str, Any]:
    """By topic and key: what the page shows, and what a new page is shown."""
    found = {}
    for name in topics:
        old, new = shown[name].now(), Shown((await opened(application, name)).full()).now()
        for key in old.keys() | new.keys():
            if key == 'points' and name.startswith('signal') and all(point in old[key] for point in new[key]):
                continue  # a check-in that leaves the radio out says: as before; the store keeps no sample of it
            if key == 'outages':
                continue  # those that ended while the page was open; a new one does not ask for them
            if old.get(key) != new.get(key):
                found[f'{name} {key}'] = (old.get(key), new.get(key))
    return found
