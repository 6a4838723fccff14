"""What NiceGUI keeps of pages, and how it is given back."""

import gc
import importlib
import weakref

import pytest
from nicegui import core
from nicegui.client import Client

from tests.ui.conftest import Console
from tests.ui.until import until
from ui.live import nicegui_inside as inside


async def test_of_pages_whose_browser_never_came_the_oldest_go_first(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = importlib.import_module('ui.live.page_sessions')
    monkeypatch.setattr(clients, 'MOST_STRANGERS', 3)
    made: list[str] = []
    for _ in range(5):
        assert (await console.client.get('/login')).status_code == 200
        made.append(list(Client.instances)[-1])
    assert [client.id for client in clients._too_many()] == made[:2]


async def test_of_open_pages_of_strangers_and_of_one_session_the_oldest_go_first(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = importlib.import_module('ui.live.page_sessions')
    monkeypatch.setattr(clients, 'MOST_OPEN', 2)
    monkeypatch.setattr(clients, 'MOST_OF_A_SESSION', 2)
    pages: list[str] = []
    for _ in range(3):
        await console.client.get('/login')
        page = list(Client.instances.values())[-1]
        page.tab_id = 'a tab'  # as NiceGUI notes that its browser has connected
        pages.append(page.id)
    await console.sign_in()
    for _ in range(3):
        await console.client.get('/devices')
        pages.append(list(Client.instances)[-1])
    assert [client.id for client in clients._too_many()] == [pages[0], pages[3]]


async def test_what_a_page_tied_up_is_free_without_the_garbage_collector(console: Console) -> None:
    await console.client.get('/login')
    client = list(Client.instances.values())[-1]
    seen = [weakref.ref(part) for element in client.elements.values() for part in (element._classes, element._props)]
    gc.disable()
    try:
        inside.untie(client)
        client.delete()
        del client
        await until(lambda: sum(ref() is not None for ref in seen) <= 2)
        assert len(seen) > 30
    finally:
        gc.enable()


async def said_by(sid: str, times: int, message: object) -> None:
    for _ in range(times):
        await core.sio._trigger_event('event', '/', sid, message)


async def test_a_page_that_says_too_much_is_cut_off_and_the_others_go_on(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    closed: list[str] = []

    async def disconnect(sid: str) -> None:
        closed.append(sid)

    clients = importlib.import_module('ui.live.page_sessions')
    await console.client.get('/login')
    page = list(Client.instances.values())[-1]
    core.sio.handlers['/']['event'] = lambda sid, _: heard.append(sid)
    monkeypatch.setattr(inside, 'is_connected', lambda sid, asked: asked is page)
    monkeypatch.setattr(core.sio, 'disconnect', disconnect)
    await console.clients.start()
    try:
        message = {'client_id': page.id}
        await said_by('loud', clients.MESSAGES_AT_ONCE + 100, message)
        await said_by('honest', 100, message)
        await until(lambda: closed)
    finally:
        await console.clients.stop()
    assert set(closed) == {'loud'}
    assert clients.MESSAGES_AT_ONCE <= heard.count('loud') < clients.MESSAGES_AT_ONCE + 100
    assert heard.count('honest') == 100


async def test_a_message_that_is_too_large_is_refused_before_it_is_read_and_no_other_socket_ends(
    console: Console,
) -> None:
    clients = importlib.import_module('ui.live.page_sessions')
    await console.clients.start()
    try:
        query = {'EIO': '4', 'transport': 'polling'}
        opened = (await console.client.get('/_nicegui_ws/socket.io/', params=query)).text
        assert f'"maxPayload":{clients.MOST_BYTES}' in opened
        query['sid'] = opened.partition('"sid":"')[2].partition('"')[0]
        content = b'4' + b'x' * clients.MOST_BYTES
        answer = await console.client.post('/_nicegui_ws/socket.io/', params=query, content=content)
        assert answer.status_code == 413
        other = await console.client.get('/_nicegui_ws/socket.io/', params={'EIO': '4', 'transport': 'polling'})
        assert other.status_code == 200
    finally:
        await console.clients.stop()
        core.sio.eio.sockets.clear()
        core.sio.environ.clear()
