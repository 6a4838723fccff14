"""Many sentences of one sort become one line; what waits for a person stays on top."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.input import NewDevice
from domain.devices.model import Device, DeviceKind
from domain.silence.alerts import OFFLINE
from domain.tokens.model import TokenKind
from tests.domain.parts import there
from tests.domain.towers.test_service import cell, on, tower
from tests.fakes import RunningApplication, running_application
from tests.ui.topics.test_patches import Shown
from ui.live.channel import News
from ui.topics.feed import MOST_PINNED, FeedTopic
from ui.topics.folding import LEAST, LONGEST_S, PAUSE_S, Lines


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def feed(application: RunningApplication, id: str = '') -> FeedTopic:
    topic = FeedTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=id)
    await topic.open()
    return topic


async def told(application: RunningApplication) -> list[str]:
    entries = (await feed(application)).full()['entries']
    return [f'{entry["subject"]["name"]} {entry["text"]}' for entry in entries]


async def crowd(application: RunningApplication, number: int) -> list[Device]:
    await tower(application, 'Hook of Holland', cells=(cell(1),))
    many = [await application.device(f'crane-{n}') for n in range(number)]
    for device in many:
        await application.check_in(device.id, radio=on(1))
    return many


async def test_devices_that_go_late_behind_one_tower_are_one_line_that_names_them(
    application: RunningApplication,
) -> None:
    many = await crowd(application, 31)
    application.clock.tick(96)
    await application.presence.expire()
    line = (await feed(application)).full()['entries'][0]
    assert (line['subject']['name'], line['text']) == ('31 devices behind Hook of Holland', 'are late')
    assert line['subject']['href'].startswith('/devices?presence=late&tower=')
    assert len(line['inside']) == 30
    assert line['inside'][0]['href'] == f'/devices/{many[-1].id}'
    assert 'is late' not in ' '.join(await told(application))


async def test_devices_behind_many_towers_of_one_hub_are_one_line_that_names_the_hub(
    application: RunningApplication,
) -> None:
    hub = await tower(application, 'Hub')
    for n in (1, 2, 3, 4, 5):
        await tower(application, f'Mast {n}', cells=(cell(n),), parent_id=hub.id)
    many = [await application.device(f'crane-{n}') for n in range(5)]
    for n, device in enumerate(many):
        await application.check_in(device.id, radio=on(n + 1))
    application.clock.tick(96)
    await application.presence.expire()
    line = (await feed(application)).full()['entries'][0]
    assert (line['subject']['name'], line['text']) == ('5 devices behind Hub', 'are late')
    assert line['subject']['href'] == '/devices?presence=late'  # no one tower serves them
    assert len(line['inside']) == 5


async def test_three_are_told_of_one_by_one_and_the_timeline_of_a_device_stays_whole(
    application: RunningApplication,
) -> None:
    many = await crowd(application, LEAST - 1)
    application.clock.tick(96)
    await application.presence.expire()
    assert (await told(application))[: LEAST - 1] == [f'{device.name} is late' for device in reversed(many)]
    timeline = (await feed(application, f'device/{many[0].id}')).full()
    assert timeline['entries'][0]['text'] == 'is late'
    assert 'pinned' not in timeline


async def test_a_page_that_follows_shows_what_one_that_is_opened_shows(application: RunningApplication) -> None:
    many = await crowd(application, 6)
    topic = await feed(application)
    shown, news = Shown(topic.full()), News()
    application.transactor.committed.subscribe(lambda _, entries: news.entries.extend(entries))
    for seconds in (96, 95, 10, 300):
        application.clock.tick(seconds)
        await application.presence.expire()
        for device in many[: seconds // 50]:
            await application.check_in(device.id, radio=on(1))
        shown.lay(topic.patch(news) or {})
        news.entries.clear()
        assert shown.now() == Shown((await feed(application)).full()).now()


@pytest.mark.parametrize(('pause', 'lines'), [(PAUSE_S, 1), (PAUSE_S + 1, 2)])
def test_a_line_is_closed_after_a_pause_and_at_its_longest(pause: float, lines: int) -> None:
    kept = Lines(100)
    at = 0.0

    def say(seq: int, at: float) -> dict[str, Any]:
        subject = {'kind': 'device', 'id': str(seq), 'name': str(seq), 'href': ''}
        return {'seq': seq, 'at': at, 'subject': subject, 'text': 'is late'}

    for seq in range(1, 9):
        at += pause if seq == 5 else 1
        kept.add(say(seq, at), ('presence', 'late', 'is late', '', ''))
    assert [len(entry['folds']) for entry in kept.newest_first()] == [3] * lines
    kept.add(say(9, LONGEST_S + pause + 9), ('presence', 'late', 'is late', '', ''))
    assert len(kept.newest_first()) == lines + 1


async def test_what_waits_for_a_person_is_pinned_until_it_waits_no_more(application: RunningApplication) -> None:
    device = await application.device('lock-gate')
    alert = await application.transactor.transact(
        lambda tx: there(OFFLINE.raise_for(tx, device, severity=Severity.CRITICAL, detail='vital'))
    )
    minor = await application.device('pump')
    await application.transactor.transact(lambda tx: there(OFFLINE.raise_for(tx, minor, severity=Severity.MINOR)))
    _, secret = await application.tokens.issue(
        application.enterprise, TokenKind.ENROLMENT, 'roll-out', approval=True, uses=2
    )
    await application.enrolments.enrol(secret, NewDevice(name='new', kind=DeviceKind.ROUTER))
    topic = await feed(application)
    pinned = topic.full()['pinned']
    assert [f'{one["subject"]["name"]} {one["text"]}' for one in pinned] == [
        'lock-gate is offline',
        '1 device waits for approval',
    ]
    assert pinned[0]['subject']['href'] == f'/alerts/{alert.id}'
    await application.alerts.acknowledge(application.actor, alert.id, 'on my way')
    patch = topic.patch(News(ids={Alert: {alert.id}}))
    assert patch is not None
    assert [one['seq'] for one in patch['pinned']] == ['waiting']
    assert topic.patch(News(ids={Alert: {alert.id}})) is None


@pytest.mark.parametrize(('left', 'words'), [(1, '1 more alert waits'), (2, '2 more alerts wait')])
async def test_alerts_beyond_those_that_are_pinned_are_counted(
    application: RunningApplication, left: int, words: str
) -> None:
    for number in range(MOST_PINNED + left):
        device = await application.device(f'crane-{number}')
        await application.transactor.transact(
            lambda tx, device=device: there(OFFLINE.raise_for(tx, device, severity=Severity.MAJOR))  # type: ignore[misc]
        )
    topic = await feed(application)
    last = topic.full()['pinned'][-1]
    assert f'{last["subject"]["name"]} {last["text"]}' == words
