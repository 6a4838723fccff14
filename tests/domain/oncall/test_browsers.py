"""People have themselves notified in browsers: it becomes one of their ways, and ends when they leave."""

from typing import Any

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from domain.channels.input import NewChannel
from domain.channels.model import Channel, NotifiedBrowser
from domain.common.errors import Conflict, Invalid, NotFound
from domain.common.severity import Severity
from domain.oncall.model import CallTarget, Contact, TargetKind
from domain.oncall.reaching import calls
from tests.fakes import RunningApplication, running_application

KEYS = {
    'p256dh': 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    'auth': 'BTBZMqHH6r4Tts7J_aSIgg',
}
THERE: dict[str, Any] = {'endpoint': 'https://push.example.com/abc', 'keys': KEYS}


async def person(application: RunningApplication, name: str = 'ana') -> Person:
    return await application.people.add(
        application.enterprise, f'{name}@example.com', name, Role.OPERATOR, 'correct horse battery'
    )


async def notified(application: RunningApplication, ana: Person, said: Any = None, session: str = 's') -> str:
    await application.browsers.private_key(application.as_(ana))
    return (await application.browsers.notify(application.as_(ana), session, 'Firefox', said or THERE)).id


def called(application: RunningApplication, ana: Person, severity: Severity = Severity.MAJOR) -> list[str]:
    target = CallTarget(kind=TargetKind.PERSON, id=ana.id)
    fleet = application.fleet
    found = calls(fleet, (target,), severity, application.clock())
    return [f'{fleet[Channel][one.channel].kind} {one.address}' for one in found]


async def test_it_becomes_the_first_way_and_the_mail_that_nobody_chose_stays() -> None:
    async with running_application() as application:
        settings = {'recipients': 'desk@example.com', 'sender': 'c@example.com', 'host': 'mail.example.com'}
        await application.channels.add(application.actor, NewChannel(name='Mail', kind='mail', settings=settings))
        ana = await person(application)
        first = await notified(application, ana)
        second = await notified(application, ana, {**THERE, 'endpoint': 'https://push.example.com/def'})
        assert called(application, ana) == [f'push {first}', f'push {second}', 'mail ana@example.com']
        await application.browsers.remove(application.as_(ana), first)
        await application.browsers.remove(application.as_(ana), second)
        assert called(application, ana) == ['mail ana@example.com']


async def test_the_key_is_made_once_and_is_sealed() -> None:
    async with running_application() as application:
        ana, bo = await person(application), await person(application, 'bo')
        first = await application.browsers.private_key(application.as_(ana))
        assert await application.browsers.private_key(application.as_(bo)) == first
        (channel,) = application.fleet[Channel].values()
        assert first not in str(channel)


async def test_a_browser_belongs_to_the_session_that_it_was_last_used_in() -> None:
    async with running_application() as application:
        ana = await person(application)
        await notified(application, ana, session='another')
        await application.browsers.again(application.as_(ana), 'this', THERE['endpoint'])
        assert [one.session for one in application.fleet[NotifiedBrowser].values()] == ['this']
        assert not await application.browsers.again(application.as_(ana), 'this', 'https://push.example.com/unknown')


async def test_who_leaves_is_notified_no_more() -> None:
    async with running_application() as application:
        ana = await person(application)
        await notified(application, ana)
        now = application.fleet[Person][ana.id]
        await application.people.remove(application.actor, now.id)
        assert not application.fleet[NotifiedBrowser]


async def test_a_browser_has_one_person() -> None:
    async with running_application() as application:
        ana, bo = await person(application), await person(application, 'bo')
        await notified(application, ana)
        await notified(application, bo)
        assert [one.person for one in application.fleet[NotifiedBrowser].values()] == [bo.id]
        with pytest.raises(NotFound):
            await application.browsers.remove(application.as_(ana), next(iter(application.fleet[NotifiedBrowser])))


@pytest.mark.parametrize(
    ('said', 'field'),
    [
        ({}, 'endpoint'),
        ({**THERE, 'endpoint': 'file:///etc/passwd'}, 'endpoint'),
        ({**THERE, 'keys': {**KEYS, 'auth': 'short'}}, 'keys.auth'),
        ({**THERE, 'keys': {**KEYS, 'p256dh': 7}}, 'keys.p256dh'),
    ],
)
async def test_what_is_no_subscription_is_refused(said: Any, field: str) -> None:
    async with running_application() as application:
        ana = await person(application)
        await application.browsers.private_key(application.as_(ana))
        with pytest.raises(Invalid) as refused:
            await application.browsers.notify(application.as_(ana), 's', 'Firefox', said)
        assert refused.value.field == field


async def test_the_channel_is_told_of_nothing_by_itself_and_is_not_set_up_by_hand() -> None:
    async with running_application() as application:
        ana = await person(application)
        await notified(application, ana)
        (push,) = application.fleet[Channel].values()
        with pytest.raises(Invalid, match='set up by itself'):
            await application.channels.add(application.actor, NewChannel(name='Mine', kind='push'))
        with pytest.raises(Invalid, match='reaches people alone'):
            await application.channels.add(
                application.actor,
                NewChannel(name='Desk', kind='webhook', settings={'url': 'https://example.com/'}, next_channel=push.id),
            )
        with pytest.raises(Conflict, match='notified in no browser'):
            await application.channels.test(application.actor, push.id)
        assert Contact in application.store.rows


async def test_a_renewed_address_takes_the_place_of_the_former() -> None:
    async with running_application() as application:
        ana, bo = await person(application), await person(application, 'bo')
        id = await notified(application, ana)
        there = {**THERE, 'endpoint': 'https://push.example.com/new'}
        assert not await application.browsers.renew(application.as_(bo), THERE['endpoint'], there), 'of another person'
        assert await application.browsers.renew(application.as_(ana), THERE['endpoint'], there)
        assert called(application, ana) == [f'push {id}']
        assert await application.browsers.again(application.as_(ana), 's', there['endpoint'])
        assert not await application.browsers.again(application.as_(ana), 's', THERE['endpoint'])
        with pytest.raises(Invalid):
            await application.browsers.renew(application.as_(ana), there['endpoint'], {'endpoint': 'ftp://x'})
