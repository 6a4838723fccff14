"""What stands behind ``ui/live/nicegui_inside.py``: a new version of NiceGUI, Socket.IO or Engine.IO that moves it fails here."""

import inspect
from functools import partial
from typing import Any

import pytest
from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, Packet
from engineio.payload import Payload
from nicegui import core
from nicegui.client import Client
from nicegui.element import Element
from socketio.async_manager import AsyncManager
from socketio.packet import EVENT
from socketio.packet import Packet as SocketPacket

from ui.live import nicegui_inside as inside


def test_nicegui_still_listens_to_what_we_wrap() -> None:
    assert {'connect', 'disconnect', 'handshake', 'event', 'javascript_response', 'ack', 'log'} <= set(inside.events())
    assert {'connect', 'disconnect', 'message'} <= set(inside.engine_events())


def test_a_live_packet_is_what_socketio_itself_would_have_sent() -> None:
    frames = ['{"t":"counters","q":1}', '{"t":"beat","at":1.5}']
    own = SocketPacket(EVENT, data=[inside.LIVE, {'t': 'counters', 'q': 1}, {'t': 'beat', 'at': 1.5}]).encode()
    sent: list[Packet] = []

    class Queue:
        put_nowait = sent.append

    class Socket:
        closed = False
        upgraded = True
        queue = Queue

    line = inside.LiveLine.__new__(inside.LiveLine)
    line._socket = Socket
    line.send(frames)
    assert sent[0].encode().replace(' ', '') == Packet(MESSAGE, own).encode().replace(' ', '')
    assert not line.polls


@pytest.mark.parametrize('name', ['queue', 'closed', 'upgraded', 'last_ping'])
def test_a_connection_still_has(name: str) -> None:
    assert hasattr(AsyncSocket(core.sio.eio, 'a connection'), name)
    assert callable(AsyncSocket.schedule_ping)
    assert list(inspect.signature(AsyncSocket.close).parameters)[:2] == ['self', 'wait']


async def test_the_next_packets_of_a_websocket_are_those_that_engineio_itself_would_take() -> None:
    for polls in (AsyncSocket.poll, inside._poll):
        socket = AsyncSocket(core.sio.eio, 'a connection')
        socket.upgraded = True
        for each in ('one', 'two', None, 'three'):
            socket.queue.put_nowait(each and Packet(MESSAGE, each))
        assert [packet.data for packet in await polls(socket)] == ['one', 'two']
        assert [packet.data for packet in await polls(socket)] == ['three'], 'an end in the middle goes to the back'
        assert await polls(socket) == []


def test_socketio_still_keeps_rooms_as_we_read_them() -> None:
    manager = AsyncManager()
    manager.basic_enter_room('sid', '/', None, 'connection')
    manager.basic_enter_room('sid', '/', 'page', 'connection')
    assert manager.eio_sid_from_sid('sid', '/') == 'connection'
    assert 'sid' in manager.rooms['/']['page']
    assert list(manager.get_participants('/', 'page')) == [('sid', 'connection')]


def test_one_request_may_bring_many_packets() -> None:
    assert isinstance(Payload.max_decode_packets, int)
    assert isinstance(core.sio.eio.max_http_buffer_size, int)


def test_a_page_and_its_elements_still_have_what_is_taken_apart() -> None:
    assert '_delete_tasks' in inspect.getsource(Client.__init__)
    assert isinstance(inside.deletions(), list)
    assert all(f'self.{name}' in inspect.getsource(Element.__init__) for name in ('_classes', '_style', '_props'))


def test_what_a_handler_takes_is_found_out_once_and_as_nicegui_does() -> None:
    def made(default: bool) -> list[Any]:
        return [(lambda event, default=default: event) if default else (lambda event: event)]

    class Thing:
        def none(self) -> None: ...

        def one(self, event: object) -> None: ...

        def some(self, *events: object, key: int = 1, **more: object) -> None: ...

        def named(self, *, key: int) -> None: ...

    thing = Thing()
    handlers = [
        thing.none,
        thing.one,
        thing.some,
        thing.named,
        Thing.none,
        partial(thing.one, 1),
        print,
        Thing,
        *made(True),
        *made(False),
    ]
    for _ in range(2):
        for handler in handlers:
            assert inside._expects_arguments(handler) is inside._EXPECTS_ARGUMENTS(handler), handler
