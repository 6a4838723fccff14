"""The live socket: one small frame a topic, in sequence; the newest state for a page that was slow; nothing for one that has left."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

import psutil
import pytest
from structlog.testing import capture_logs

from domain.changes.transactor import Changed
from domain.devices.live import state_of
from domain.devices.model import DeviceState
from tests.fakes import MemoryStore
from tests.ui.deaf import deaf_page
from tests.ui.until import until
from tests.ui.watching import Console, Page, console
from ui.live.browser import MOST_WAITING, Browser
from ui.live.credit import MOST_UNREAD
from ui.live.hub import MOST_TOPICS


@pytest.fixture
async def open_console() -> AsyncIterator[Console]:
    async with console() as found:
        await found.person()
        yield found


async def test_a_page_gets_the_whole_state_first_and_then_what_changed_in_sequence(open_console: Console) -> None:
    application = open_console.application
    device = await application.device()
    async with open_console.page((await open_console.sign_in()).secret) as page:
        first = await page.follow('devices')
        assert [row['name'] for row in first['rows']] == ['crane-1']
        for _ in range(5):
            application.clock.tick(1)
            number = page.numbers['devices']
            await application.check_in(device.id)
            await page.until(partial(page.is_past, 'devices', number))
        assert page.gaps == []
        assert page.values['devices']['rows'] == [{'id': device.id, 'last_seen': application.clock()}]


async def test_two_pages_share_one_channel_and_its_numbers(open_console: Console) -> None:
    application = open_console.application
    device = await application.device()
    secret = (await open_console.sign_in()).secret
    async with open_console.page(secret) as one, open_console.page(secret) as other:
        await one.follow('counters')
        await application.check_in(device.id)
        await one.until(lambda: one.values['counters'].get('presence', {}).get('online') == 1)
        await other.follow('counters')
        assert open_console.live.channels == 1
        assert other.numbers['counters'] == one.numbers['counters']
        assert other.values['counters']['presence']['online'] == 1


async def test_a_page_with_a_gap_asks_and_gets_the_whole_state(open_console: Console) -> None:
    device = await open_console.application.device()
    async with open_console.page((await open_console.sign_in()).secret) as page:
        await page.follow('counters')
        await open_console.application.check_in(device.id)
        await page.until(lambda: page.numbers['counters'] == 1)
        await page.say('snapshot', 'counters')
        frame = await page.read()
        while frame['t'] == 'beat':
            frame = await page.read()
        assert frame['full'] is True
        assert (frame['q'], frame['v']['devices'], frame['v']['presence']['online']) == (1, 1, 1)


async def test_what_happens_while_the_past_is_read_is_not_lost() -> None:
    class SlowStore(MemoryStore):
        read = asyncio.Event()
        answer = asyncio.Event()

        async def journal_before(self, *args: object, **more: object) -> list:  # type: ignore[type-arg]
            found = await super().journal_before(*args, **more)  # type: ignore[arg-type]
            self.read.set()
            await self.answer.wait()
            return found

    store = SlowStore()
    store.answer.set()
    async with console(store=store) as here:  # which reads the journal too, when it starts
        await here.person()
        store.answer.clear()
        store.read.clear()
        async with here.page((await here.sign_in()).secret) as page:
            await page.say('follow', 'feed')
            await store.read.wait()
            await here.application.device('crane-9')
            beats = len(page.beats)
            await page.until(lambda: len(page.beats) >= beats + 2)  # the entry has been flushed by now
            store.answer.set()
            await page.until(lambda: 'feed' in page.values)
            names = [entry['subject']['name'] for entry in page.values['feed']['entries']]
            assert names.count('crane-9') == 1


async def test_a_tab_that_does_not_read_gets_the_newest_state_and_no_backlog(open_console: Console) -> None:
    application = open_console.application
    devices = [
        await application.device(f'crane-{number}', labels={'site': 'x' * 60, 'row': 'y' * 60}) for number in range(150)
    ]
    secret = (await open_console.sign_in()).secret
    async with deaf_page(open_console, secret) as page:
        await page.say('follow', 'devices?size=150')
        await until(lambda: open_console.live.channels == 1)
        channel = next(iter(next(iter(open_console.live._channels.values())).values()))
        await until(lambda: channel.ready)
        ids = {device.id for device in devices}
        process = psutil.Process()
        before = 0
        for turn in range(1000):
            now = application.clock.tick(1)
            for device_id in ids:
                application.fleet.apply(replace(state_of(application.fleet, device_id), last_seen=now))
            application.transactor.changed.emit(Changed(application.enterprise, {DeviceState: ids}))
            open_console.live._flush()
            if turn % 50 == 0:
                await asyncio.sleep(0)
            if turn == 100:
                before = process.memory_info().rss
        grown = process.memory_info().rss - before
        assert channel.sequence >= 1000
        assert grown < 20e6, f'grew by {grown / 1e6:.0f} MB'
        newest = {device.id: state_of(application.fleet, device.id).last_seen for device in devices}
        frames = await page.read_until(lambda frame: frame.get('q') == channel.sequence)
        waited = sum(len(json.dumps(frame)) for frame in frames[:-1])
        assert waited < 2 * MOST_UNREAD, f'{waited} characters in {len(frames)} frames waited'
        assert frames[-1]['full'] is True
        assert {row['id']: row['last_seen'] for row in frames[-1]['v']['rows']} == newest


async def test_a_topic_that_does_not_exist_is_refused_in_words(open_console: Console) -> None:
    async with open_console.page((await open_console.sign_in()).secret) as page:
        assert await page.refused('nonsense') == "there is no topic 'nonsense'"
        assert 'whole numbers' in await page.refused('towers?size=many')
        assert '1 to 500' in await page.refused('policies?size=501')
        assert open_console.live.channels == 0


HOSTILE = [
    '',
    '?',
    '/',
    'device/',
    'device/../../etc/passwd',
    'feed/device/\x00',
    'feed/device/%00',
    'commands?device=%00',
    'devices?' + '&'.join(f'a{number}=1' for number in range(100)),
    'devices?q=' + 'x' * 3000,
    'devices?sort=__class__',
    'devices?presence=nobody',
    'devices?page=-1',
    'towers?page=' + '9' * 500,
    'towers?page=1e3',
    'signal/nobody',
    "counters'; DROP TABLE device; --",
]


@pytest.mark.parametrize('topic', HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_name_is_refused_and_the_page_goes_on(
    open_console: Console, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_console.page((await open_console.sign_in()).secret) as page:
        await page.say('follow', topic)
        await page.follow('counters')
        assert 'counters' in page.values
        assert [record for record in caplog.records if record.levelname in ('ERROR', 'WARNING')] == []


@pytest.mark.parametrize(
    'nonsense',
    [
        '42["live",""]',
        '42["live",[]]',
        '42["live",{"op":"follow","t":7}]',
        '42["live",{"op":"delete","t":"counters"}]',
        '42["live",{"op":1,"t":"counters"}]',
        '42["live",{"op":"read","n":"many"}]',
        '42["live",{"op":"hello"},7]',
    ],
)
async def test_what_is_no_message_closes_the_page_that_sent_it_and_no_other(
    open_console: Console, nonsense: str
) -> None:
    secret = (await open_console.sign_in()).secret
    async with open_console.page(secret) as page, open_console.page(secret) as other:
        await page.line.raw(nonsense)
        assert await page.ends() == ''
        await other.follow('counters')


async def test_rubbish_fills_no_log(open_console: Console) -> None:
    secret = (await open_console.sign_in()).secret
    with capture_logs() as told:
        for _ in range(5):
            async with open_console.page(secret) as page:
                await page.line.raw('42["live","rubbish"]')
                await page.ends()
    assert [line['event'] for line in told].count('page_socket_closed') == 1


async def test_a_page_that_says_too_much_is_listened_to_more_slowly_and_harms_no_other(
    open_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Browser.__init__.__globals__
    monkeypatch.setitem(room, 'MESSAGES_AT_ONCE', 5)
    monkeypatch.setitem(room, 'MESSAGES_PER_S', 50.0)
    answered: list[Page] = []

    async def follow(page: Page) -> None:
        await page.follow('counters')
        answered.append(page)

    secret = (await open_console.sign_in()).secret
    async with open_console.page(secret) as loud, open_console.page(secret) as other:
        for _ in range(30):
            await loud.say('unfollow', 'counters')
        await asyncio.gather(follow(loud), follow(other))
        assert answered == [other, loud]


async def test_a_page_that_says_more_than_can_wait_is_cut_off(open_console: Console) -> None:
    async with open_console.page((await open_console.sign_in()).secret) as page:
        await page.line.say(*({'op': 'unfollow', 't': 'counters'} for _ in range(MOST_WAITING + 1)))
        assert await page.ends() == ''


async def test_a_page_follows_so_many_topics_and_may_still_ask_for_a_snapshot_of_each(open_console: Console) -> None:
    async with open_console.page((await open_console.sign_in()).secret) as page:
        for number in range(MOST_TOPICS):
            await page.follow(f'devices?page={number}')
        assert 'too much' in await page.refused('counters')
        del page.values['devices?page=3']
        await page.say('snapshot', 'devices?page=3')
        await page.until(lambda: 'devices?page=3' in page.values)
        assert open_console.live.channels == MOST_TOPICS


async def test_a_topic_without_followers_is_let_go(open_console: Console) -> None:
    secret = (await open_console.sign_in()).secret
    async with open_console.page(secret) as page:
        await page.follow('counters')
        await page.follow('feed')
        await page.say('unfollow', 'feed')
        await until(lambda: open_console.live.channels == 1)
        await page.follow('feed')  # and can be had again
    await until(lambda: open_console.live.channels == 0 and open_console.live.browsers == 0)


async def test_a_topic_that_cannot_be_read_is_told_and_can_be_asked_for_again(open_console: Console) -> None:
    store = open_console.application.store

    async def broken(*_: object, **__: object) -> list:  # type: ignore[type-arg]
        raise OSError('disk on fire')

    kept, store.journal_before = store.journal_before, broken  # type: ignore[method-assign]
    async with open_console.page((await open_console.sign_in()).secret) as page:
        words = await page.refused('feed')
        assert 'cannot be read right now' in words
        assert 'disk' not in words
        store.journal_before = kept  # type: ignore[method-assign]
        assert 'entries' in await page.follow('feed')
