"""What browsers are told of people, service accounts and their tokens."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.access.actors import system
from domain.access.enterprises import INSTALLATION
from domain.access.permissions import Permission, Role
from domain.access.scopes import Scope
from domain.accounts.events import AccountChanged
from domain.accounts.model import Account, Person
from domain.changes.transactor import Changed
from domain.channels.model import BouncingAddress
from domain.common.errors import NotAllowed
from domain.journal.model import Recorded, Subject
from domain.people.model import Link
from domain.sign_in.model import Browser
from domain.tokens.model import TOKENS_S, TokenKind
from tests.fakes import RunningApplication, running_application
from tests.ui.until import until
from ui.live.channel import News, Topic
from ui.topics import resolver
from ui.topics.people.invitations import InvitationsTopic
from ui.topics.people.list import PeopleTopic
from ui.topics.people.service_accounts import ServicesTopic, TokensTopic

PASSWORD = 'correct horse battery'
DAY_S = 86_400


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as found:
        yield found


async def ana(application: RunningApplication, role: Role = Role.ADMIN) -> Person:
    return await application.people.add(application.enterprise, 'ana@example.com', 'Ana', role, PASSWORD)


def parts(application: RunningApplication) -> dict[str, Any]:
    return {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}


async def test_a_person_to_whom_mail_comes_back_is_marked(application: RunningApplication) -> None:
    person = await ana(application)
    topic = PeopleTopic(fleets=application.fleets, **parts(application))
    await topic.open()
    assert topic.full()['rows'][0]['mail'] is None
    mark = BouncingAddress(
        id='mark', enterprise=application.enterprise, channel='C', address=person.email, recipient=person.id,
        at=application.clock(), said='550 no such user',
    )  # fmt: skip
    await application.transactor.transact(lambda tx: tx.put(mark))
    patch = topic.patch(News(ids={BouncingAddress: {'mark'}}))
    assert patch is not None
    assert patch['rows'] == [{'id': person.id, 'mail': 'Mail comes back'}]
    application.clock.tick(14 * DAY_S)
    later = PeopleTopic(fleets=application.fleets, **parts(application))
    await later.open()
    assert later.full()['rows'][0]['mail'] is None


async def test_people_are_shown_with_how_they_sign_in_and_when_they_were_last_here(
    application: RunningApplication,
) -> None:
    person = await ana(application)
    topic = PeopleTopic(fleets=application.fleets, **parts(application))
    await topic.open()
    (row,) = topic.full()['rows']
    assert (row['door'], row['two_step'], row['state'], row['active_at']) == ('Password', False, 'active', None)
    news = watch(application)
    session = (await application.accounts.sign_in(person.email, PASSWORD, Browser())).session
    assert (await told(topic, news))['rows'] == [{'id': person.id, 'active_at': application.clock()}]
    left = application.clock.tick(300)
    await application.access.sign_out(session)
    await told(topic, news)
    again = PeopleTopic(fleets=application.fleets, **parts(application))
    await again.open()
    for one in (topic, again):
        assert [row['active_at'] for row in one.full()['rows']] == [left]


async def test_a_person_who_switches_to_another_enterprise_was_here_all_the_same(
    application: RunningApplication,
) -> None:
    person = await ana(application)
    other = await application.enterprises.add('Ghent')
    account = application.fleets.installation[Account][person.account]
    await application.transactor.transact(lambda tx: application.people.join(tx, account, other.id, Role.VIEWER))
    session = (await application.accounts.sign_in(person.email, PASSWORD, Browser())).session
    topic = PeopleTopic(fleets=application.fleets, **parts(application))
    left = topic.full()['rows'][0]['active_at']
    news = watch(application)
    await application.access.switch(session, other.id)
    await application.people.rename(application.actor, person.id, 1, 'Ana Ruiz')
    assert (await told(topic, news))['rows'] == [{'id': person.id, 'name': 'Ana Ruiz'}]
    assert topic.full()['rows'][0]['active_at'] == left == application.clock()


async def test_an_account_that_is_suspended_is_shown_so_at_once(application: RunningApplication) -> None:
    person = await ana(application)
    topic = PeopleTopic(fleets=application.fleets, **parts(application))
    topic.full()
    news = watch(application)
    account = application.fleets.installation[Account][person.account]

    def decide(tx: Any) -> None:
        tx.put(replace(account, suspended_at=tx.now))
        subject = Subject('person', person.id, person.name)
        tx.note(AccountChanged(at=tx.now, enterprise=application.enterprise, subject=subject, what='was suspended'))

    await application.transactor.transact(decide)
    assert (await told(topic, news))['rows'] == [{'id': person.id, 'state': 'suspended'}]


async def test_an_invitation_that_nobody_accepts_expires_before_ones_eyes(application: RunningApplication) -> None:
    scope = Scope({'site': ('port-1',)}, ('Delft',))
    await application.links.invite(application.actor, 'bo@example.com', 'Bo', Role.OPERATOR, scope)
    topic = InvitationsTopic(**parts(application))
    (row,) = topic.full()['rows']
    assert (row['state'], row['scope'], row['by']) == ('invited', 'site=port-1 or region Delft only', 'test')
    assert topic.patch(News()) is None
    application.clock.now = row['expires_at']
    assert (await told(topic))['rows'] == [{'id': row['id'], 'state': 'expired'}]
    assert row['id'] in application.fleet[Link]


async def test_a_token_is_shown_while_it_lives_and_a_month_beyond(application: RunningApplication) -> None:
    service = await application.people.add_service(application.actor, 'collector', Role.OPERATOR)
    await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'roll-out')
    token, _ = await application.tokens.issue(
        application.enterprise,
        TokenKind.API,
        'harbour',
        scopes=[Permission.DEVICES_READ],
        expires_in_s=30 * DAY_S,
        person=service.id,
        actor=system(application.enterprise, 'Ana'),
    )
    topic, accounts = TokensTopic(id=service.id, **parts(application)), ServicesTopic(**parts(application))
    (row,) = topic.full()['rows']
    assert (row['name'], row['scopes'], row['state'], row['created_by']) == ('harbour', 'devices:read', 'active', 'Ana')
    assert [one['tokens'] for one in accounts.full()['rows']] == [1]
    for days, state in ((23, 'ending'), (7, 'expired')):
        application.clock.tick(days * DAY_S)
        assert (await told(topic))['rows'] == [{'id': token.id, 'state': state}]
    assert (await told(accounts))['rows'] == [{'id': service.id, 'tokens': 0}]
    application.clock.tick(TOKENS_S)
    assert (await told(topic))['ids'] == []


async def test_the_installation_is_told_to_its_owners_alone_and_nothing_of_what_is_inside(
    application: RunningApplication,
) -> None:
    person = await ana(application)
    await application.device('canary')
    resolve = resolver(transactor=application.transactor, store=application.store)
    for name in ('enterprises', 'owners'):
        with pytest.raises(NotAllowed, match='owners of the installation'):
            resolve(person, name, {})
    account = application.fleets.installation[Account][person.account]
    await application.transactor.transact(
        lambda tx: tx.put(replace(tx.need(Account, INSTALLATION, account.id), owner=True))
    )
    await application.enterprises.add('Ghent')
    topics = {name: resolve(person, name, {})() for name in ('enterprises', 'owners')}
    rows = topics['enterprises'].full()['rows']
    assert [(row['name'], row['people'], row['devices']) for row in rows] == [('Ghent', 0, 0), ('Port of Delft', 1, 1)]
    assert [row['name'] for row in topics['owners'].full()['rows']] == ['Ana']
    assert 'canary' not in repr(rows)
    await application.enterprises.add('Antwerp')
    assert (await told(topics['enterprises']))['total'] == 3


async def told(topic: Topic, news: News | None = None) -> dict[str, Any]:
    """The next patch; a list that was looked at just now waits a moment before it looks again."""
    found: list[dict[str, Any]] = []

    def look() -> bool:
        patch = topic.patch(news or News())
        found.extend([patch] if patch is not None else [])
        return bool(found)

    await until(look)
    return found[0]


def watch(application: RunningApplication) -> News:
    """What the transactor tells from now on."""
    news = News()

    def changed(told: Changed) -> None:
        for kind, ids in told.ids.items():
            news.ids.setdefault(kind, set()).update(ids)

    def committed(_: str, entries: list[Recorded]) -> None:
        news.entries.extend(entries)

    application.transactor.changed.subscribe(changed)
    application.transactor.committed.subscribe(committed)
    return news
