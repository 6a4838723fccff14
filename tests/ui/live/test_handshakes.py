"""Sockets of NiceGUI that no page has accepted: so many, for so long."""

import asyncio
import re
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from nicegui import core

from domain.changes.committing import ANSWERED_WITHIN_S
from tests.ui.conftest import Console
from ui.live import handshakes
from ui.live import nicegui_inside as inside

PATH = '/_nicegui_ws/socket.io/'
NOW = [0.0]
"""The clock."""
GOES, PING, NOTHING = '1', '2', '6'
OPEN = {'EIO': '4', 'transport': 'polling'}


@pytest.fixture
async def few(console: Console) -> AsyncIterator[Console]:
    """A console where three strangers and five with a session may wait."""
    NOW[0] = 0.0
    console.clients._handshakes = type(console.clients._handshakes)(strangers=3, waiting=5, clock=lambda: NOW[0])
    await console.clients.start()
    yield console
    await console.clients.stop()
    core.sio.eio.sockets.clear()


async def opened(console: Console, **query: str) -> str:
    """A handshake by polling; its id."""
    answer = await console.client.get(PATH, params={**OPEN, **query})
    assert answer.status_code == 200, answer.text
    found = re.search(r'"sid":"([^"]+)"', answer.text)
    assert found is not None
    return found[1]


async def say(console: Console, sid: str, packet: str) -> int:
    return (await console.client.post(PATH, params={**OPEN, 'sid': sid}, content=packet)).status_code


async def page(console: Console) -> dict[str, str]:
    """What the browser of a new page says of it."""
    text = (await console.client.get('/login')).text
    found = re.search(r'client_id[^0-9a-f]{1,20}([0-9a-f-]{36})', text)
    assert found is not None
    return {
        'client_id': found[1], 'tab_id': str(uuid4()), 'document_id': str(uuid4()), 'implicit_handshake': 'true',
        'next_message_id': '0',
    }  # fmt: skip


async def test_of_sockets_that_no_page_accepts_the_oldest_go_and_leave_nothing(few: Console) -> None:
    made = [await opened(few) for _ in range(20)]
    assert list(core.sio.eio.sockets) == made[-3:]
    assert list(core.sio.environ) == made[-3:]
    assert await say(few, made[0], '40') == 400  # the browser opens another one


async def test_a_stranger_takes_no_place_of_those_with_a_session(few: Console) -> None:
    await few.sign_in()
    known = [await opened(few) for _ in range(5)]
    few.client.cookies.clear()
    for _ in range(10):
        await opened(few)
    assert set(known) <= set(core.sio.eio.sockets)


async def test_a_socket_that_waits_too_long_goes(few: Console) -> None:
    early = await opened(few)
    NOW[0] = 1.0
    late = await opened(few)
    NOW[0] = handshakes.WAIT_S + 0.5
    await few.clients._handshakes.let_go()
    assert early not in core.sio.eio.sockets
    assert late in core.sio.eio.sockets


async def test_a_socket_of_a_page_stays_and_is_pinged(few: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.sio.eio, 'ping_interval', 0.05)
    sid = await opened(few, **await page(few))
    assert await say(few, sid, '40') == 200
    for _ in range(10):
        await opened(few)
    NOW[0] = 10 * handshakes.WAIT_S
    await few.clients._handshakes.let_go()
    assert sid in core.sio.eio.sockets
    heard: list[str] = []
    while PING not in heard:
        answer = await few.client.get(PATH, params={**OPEN, 'sid': sid})
        assert answer.status_code == 200
        heard += answer.text.split('\x1e')


async def test_a_page_from_before_a_restart_is_told_to_load_again(few: Console) -> None:
    sid = await opened(few, **{**await page(few), 'client_id': str(uuid4())})
    await say(few, sid, '40')
    answer = await few.client.get(PATH, params={**OPEN, 'sid': sid})
    assert 'Implicit handshake failed' in answer.text


async def test_a_word_that_is_none_is_answered_and_ends_the_socket(few: Console) -> None:
    sid = await opened(few)
    assert await say(few, sid, '0') == 400  # no client polls for what was said to it
    assert sid not in core.sio.eio.sockets


async def test_a_request_that_polls_is_answered_when_there_is_nothing_to_say(
    few: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert inside.POLL_S < ANSWERED_WITHIN_S, 'a server that stops waits for it'
    monkeypatch.setattr(inside, 'POLL_S', 0.05)
    sid = await opened(few)
    for _ in range(2):
        answer = await asyncio.wait_for(few.client.get(PATH, params={**OPEN, 'sid': sid}), 5)
        assert (answer.status_code, answer.text) == (200, NOTHING)
    assert sid in core.sio.eio.sockets, 'its page goes on'


async def test_a_page_that_goes_while_it_polls_leaves_nothing(few: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, 'POLL_S', 0.05)
    sid = await opened(few)
    waiting = asyncio.create_task(few.client.get(PATH, params={**OPEN, 'sid': sid}))
    assert await say(few, sid, GOES) == 200
    await asyncio.wait_for(waiting, 5)
    assert sid not in core.sio.eio.sockets
