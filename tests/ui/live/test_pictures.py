"""The states that a page is drawn from: of one moment, shared with those who follow, and the line goes on from them."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access.permissions import Role
from domain.accounts.model import Person
from tests.ui.until import until
from tests.ui.watching import Console, console
from ui.live.channel import KEPT
from ui.live.pictures import MOST_HELD, Pictures


@pytest.fixture
async def open_console() -> AsyncIterator[Console]:
    async with console() as found:
        yield found


async def reader(console: Console) -> Person:
    return await console.person(role=Role.ADMIN)


async def snapshot(pictures: Pictures, person: Person, topic: str = 'counters') -> dict[str, Any]:
    frame: dict[str, Any] = json.loads((await pictures.take(person, [topic]))[topic].frame)
    return frame


async def test_a_page_goes_on_from_the_state_that_it_was_drawn_from(open_console: Console) -> None:
    console, person = open_console, await reader(open_console)
    known = await snapshot(Pictures(console.live), person)
    assert known['v']['devices'] == 0
    async with console.page((await console.sign_in()).secret) as page:
        page.numbers['counters'], page.values['counters'] = known['q'], known['v']
        await console.application.device()
        await until(lambda: console.live.channels == 1)
        await page.line.say({'op': 'follow', 't': 'counters', 'q': known['q'], 'of': known['of']})
        await page.until(lambda: page.values['counters']['devices'] == 1)
        assert page.gaps == []
        await console.application.device('crane-2')
        frame = await page.read()
        while frame['t'] != 'counters' or page.values['counters']['devices'] < 2:
            assert 'full' not in frame
            frame = await page.read()
        assert page.gaps == []


@pytest.mark.parametrize('wrong', [{'of': 'another'}, {'q': -KEPT - 1}, {'q': 10_000}])
async def test_a_state_of_another_channel_or_of_long_ago_is_replaced(
    open_console: Console, wrong: dict[str, Any]
) -> None:
    console, person = open_console, await reader(open_console)
    known = await snapshot(Pictures(console.live), person)
    async with console.page((await console.sign_in()).secret) as page:
        await page.line.say({'op': 'follow', 't': 'counters', 'q': known['q'], 'of': known['of'], **wrong})
        await page.until(lambda: 'counters' in page.values)
        assert page.values['counters'] == known['v']


async def test_nothing_is_sent_of_what_is_known_and_has_not_changed(open_console: Console) -> None:
    console, person = open_console, await reader(open_console)
    known = await snapshot(Pictures(console.live), person)
    async with console.page((await console.sign_in()).secret) as page:
        await page.line.say({'op': 'follow', 't': 'counters', 'q': known['q'], 'of': known['of']})
        await page.follow('policies')  # behind it
        assert 'counters' not in page.values


async def test_topics_go_on_for_a_while_and_then_end(open_console: Console) -> None:
    person, live = await reader(open_console), open_console.live
    await snapshot(Pictures(live, hold_s=0), person)
    await until(lambda: live.channels == 0)
    await snapshot(Pictures(live), person)
    await asyncio.sleep(0)
    assert live.channels == 1


async def test_pages_that_never_connect_hold_a_bounded_number_of_topics(open_console: Console) -> None:
    person, live = await reader(open_console), open_console.live
    pictures = Pictures(live)
    for page in range(MOST_HELD + 20):
        await snapshot(pictures, person, f'devices?sort=name&page={page}&size=1')
    assert live.channels == MOST_HELD


async def test_a_topic_that_is_not_ready_in_time_or_not_for_the_reader_is_left_out(
    open_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, live = await open_console.person(role=Role.VIEWER), open_console.live
    stuck = asyncio.Event()

    async def never(*_: Any, **__: Any) -> None:
        await stuck.wait()

    monkeypatch.setattr(sys.modules['ui.topics.feed'], 'told', never)
    found = await Pictures(live, within_s=0.01).take(person, ['feed', 'counters', 'enterprises', 'no such topic'])
    assert list(found) == ['counters']
