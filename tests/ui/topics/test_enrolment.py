"""What the enrolment page follows."""

from typing import Any

from domain.access.permissions import Permission
from domain.alerts.model import Alert
from domain.devices.actions import Action
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.enrolment.live import Waiting
from domain.enrolment.model import Credential
from domain.tokens.model import Token, TokenKind
from tests.fakes import RunningApplication, identifiers, running_application
from ui.live.channel import News
from ui.topics.devices.detail import DeviceTopic
from ui.topics.enrolment import EnrolledTopic, EnrolmentTokensTopic, WaitingTopic
from ui.topics.overview import CountersTopic


def parts(application: RunningApplication) -> dict[str, Any]:
    return {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}


async def enrol(application: RunningApplication, number: int, **token: Any) -> Device:
    secret = (await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, f'token-{number}', **token))[
        1
    ]
    new = NewDevice(name=f'crane-{number}', kind=DeviceKind.TABLET, identifiers=identifiers(number))
    return (await application.enrolments.enrol(secret, new)).device


async def test_tokens_that_let_no_device_in_any_more_stand_below_those_that_do() -> None:
    async with running_application() as application:
        await enrol(application, 1, uses=1)
        application.clock.tick(1)
        await enrol(application, 2, expires_in_s=60)
        application.clock.tick(60)
        await enrol(application, 3, labels={'site': 'port-1'}, approval=True)
        await application.tokens.issue(
            application.enterprise, TokenKind.API, 'a program', scopes=[Permission.DEVICES_READ]
        )
        rows = EnrolmentTokensTopic(**parts(application)).full()['rows']
    assert [(row['name'], row['state']) for row in rows] == [
        ('token-3', 'valid'),
        ('token-2', 'expired'),
        ('token-1', 'used_up'),
    ]
    assert (rows[0]['labels'], rows[0]['how'], rows[0]['left']) == (
        {'site': 'port-1'},
        'after approval',
        'Any number of devices',
    )
    assert rows[2]['left'] == 'No more devices'


async def test_a_token_is_seen_to_expire_without_anything_happening() -> None:
    async with running_application() as application:
        await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'token', expires_in_s=60)
        topic = EnrolmentTokensTopic(**parts(application))
        assert topic.full()['rows'][0]['state'] == 'valid'
        application.clock.tick(61)
        patch = topic.patch(News())
    assert patch is not None
    assert patch['rows'][0]['state'] == 'expired'


async def test_a_use_of_a_token_is_seen_at_once() -> None:
    async with running_application() as application:
        _, secret = await application.tokens.issue(application.enterprise, TokenKind.ENROLMENT, 'token', uses=2)
        topic = EnrolmentTokensTopic(**parts(application))
        topic.full()
        await application.enrolments.enrol(
            secret, NewDevice(name='crane', kind=DeviceKind.TABLET), address='203.0.113.7'
        )
        patch = topic.patch(News(ids={Token: set(application.fleet[Token])}))
    assert patch is not None
    assert (patch['rows'][0]['left'], patch['rows'][0]['used_from']) == ('1 more device', '203.0.113.7')


async def test_who_waits_is_counted_and_told_apart_by_what_is_known_of_it() -> None:
    async with running_application() as application:
        await enrol(application, 1, approval=True)
        known = await enrol(application, 2)
        await application.check_in(known.id)
        await application.enrolments.revoke(application.actor, known.id, 'lost')
        await enrol(application, 2, approval=True)
        in_use = await enrol(application, 3)
        await application.check_in(in_use.id)
        counters, topic = CountersTopic(**parts(application)), WaitingTopic(**parts(application))
        assert (counters.full()['waiting'], len(topic.full()['rows'])) == (2, 2)
        await enrol(application, 3)
        news = News(ids={Credential: {in_use.id}})
        assert (counters.patch(news) or {})['waiting'] == 3
        topic.patch(news)
        states = {row['name']: row['state'] for row in topic.full()['rows']}
        assert states == {'crane-1': 'new', 'crane-2': 'known', 'crane-3': 'in_use'}
        seen = [
            DeviceTopic(**parts(application), fleets=application.transactor.fleets, id=id).full()['approval']
            for id in application.fleet.index(Waiting).credentials
        ]
        assert seen == ['waiting', 'waiting', 'contested']
        told = DeviceTopic(**parts(application), fleets=application.transactor.fleets, id=in_use.id).full()
        assert (told['alert'], told['alert_id'] in application.fleet[Alert]) == (
            'Request to enrol as a device in use',
            True,
        )


async def test_the_newest_devices_are_told_and_follow_their_presence() -> None:
    async with running_application() as application:
        for number in range(10):
            application.clock.tick(1)
            await enrol(application, number)
        topic = EnrolledTopic(**parts(application))
        names = [row['name'] for row in topic.full()['rows']]
        assert names == [f'crane-{number}' for number in range(9, 1, -1)]
        newest = topic.full()['rows'][0]['id']
        await application.check_in(newest)
        patch = topic.patch(News(ids={DeviceState: {newest}}))
        assert patch is not None
        assert [(row['id'], row['presence']) for row in patch['rows']] == [(newest, 'online')]


async def test_the_page_of_a_device_tells_since_when_it_is_locked_and_what_can_be_ordered() -> None:
    async with running_application() as application:
        device = await application.device()
        assert (
            DeviceTopic(**parts(application), fleets=application.transactor.fleets, id=device.id).full()['can_lock']
            == 'lock'
        )
        command = await application.commands.command(application.actor, device.id, Action.LOCK, 'stolen')
        assert (
            DeviceTopic(**parts(application), fleets=application.transactor.fleets, id=device.id).full()['can_lock']
            == 'unlock'
        )
        await application.check_in(device.id)
        await application.commands.answer(application.enterprise, device.id, command.id, confirmed=True, detail='')
        value = DeviceTopic(**parts(application), fleets=application.transactor.fleets, id=device.id).full()
        assert (value['lock'], value['locked_at'], value['can_lock']) == ('locked', application.clock(), 'unlock')
        assert (value['wipe'], value['wiped_at']) == (None, None)


async def test_the_page_of_a_device_tells_that_nothing_opens_it_any_more_and_whether_it_would_keep_its_place() -> None:
    async with running_application() as application:
        known = await enrol(application, 1)
        unnamed = (
            await application.enrolments.add(application.actor, NewDevice(name='crane', kind=DeviceKind.TABLET))
        ).device

        def told(device: Device) -> tuple[object, object]:
            value = DeviceTopic(**parts(application), fleets=application.transactor.fleets, id=device.id).full()
            return value['credential'], value['keeps_place']

        assert [told(known), told(unnamed)] == [(None, True), (None, False)]
        for device in (known, unnamed):
            await application.enrolments.revoke(application.actor, device.id, 'stolen')
        assert [told(known), told(unnamed)] == [('none', True), ('none', False)]
        await enrol(application, 1)
        assert told(known) == (None, True)
