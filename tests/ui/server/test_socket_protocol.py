"""WebSockets at the server itself: messages that are none, floods, and peers who do not read."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect

from tests.ui.sockets import Listening, Peer, listening, request
from tests.ui.until import until
from ui.server import http_limits as limits
from ui.server.places import vouch
from ui.server.socket_protocol import MOST_FRAGMENTS

TEXT, CONTINUED, CLOSE, PING, PONG = 0x1, 0x0, 0x8, 0x9, 0xA
HANDSHAKE = {
    'connection': 'upgrade',
    'upgrade': 'websocket',
    'sec_websocket_version': '13',
    'sec_websocket_key': 'dGhlIHNhbXBsZSBub25jZQ==',
}


def frame(kind: int, data: bytes = b'', *, last: bool = True) -> bytes:
    """A frame as clients send it, with a mask that changes nothing."""
    size = bytes([0x80 | len(data)]) if len(data) < 126 else b'\xfe' + len(data).to_bytes(2, 'big')
    return bytes([(0x80 if last else 0) | kind]) + size + b'\0\0\0\0' + data


@pytest.fixture
async def server(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Listening]:
    """A server whose socket counts what it hears, and answers ``?`` with how much that was."""
    app = FastAPI(openapi_url=None)

    @app.websocket('/count')
    async def count(socket: WebSocket) -> None:
        if socket.headers.get('authorization') == 'Bearer good':
            vouch(socket.scope, 'device', 'one')
        await socket.accept()
        heard = 0
        try:
            while (await socket.receive_text()) != '?':
                heard += 1
            await socket.send_text(str(heard))
        except WebSocketDisconnect:
            pass

    @app.get('/healthz')
    async def alive() -> str:
        return 'alive'

    with caplog.at_level(logging.WARNING):
        async with listening(app, connections=8) as found:
            yield found
    told = caplog.get_records('call')  # by now those of the teardown are the current ones
    assert [record for record in told if record.name != 'ui.server.http_limits'] == []


async def opened(server: Listening, **more: str) -> Peer:
    peer = await server.connect()
    assert await peer.ask(request('GET', '/count', **HANDSHAKE, **more)) == 101
    return peer


async def test_messages_arrive_however_they_are_cut(server: Listening) -> None:
    peer = await opened(server)
    said = frame(TEXT, b'x') * 5000 + frame(TEXT, b'a', last=False) + frame(CONTINUED, b'b') + frame(TEXT, b'?')
    for start in range(0, len(said), 997):
        await peer.say(said[start : start + 997])
    async with asyncio.timeout(30):
        assert (await peer.reader.readexactly(6))[2:] == b'5001'


@pytest.mark.parametrize(
    'said',
    [
        frame(TEXT, b'\xff\xfe'),
        frame(TEXT, b'x', last=False) + frame(CONTINUED, last=False) * (MOST_FRAGMENTS + 1),
        frame(0x3, b'x'),
    ],
    ids=['no text', 'fragments', 'unknown kind'],
)
async def test_a_message_that_is_none_ends_the_socket_and_is_no_failure(server: Listening, said: bytes) -> None:
    peer = await opened(server)
    await peer.say(said)
    assert (await peer.ends())[:1] == bytes([0x80 | CLOSE])
    await until(lambda: len(server.connections) == 0)


async def test_a_flood_of_messages_lets_others_pass(server: Listening) -> None:
    peer = await opened(server)
    flood = asyncio.create_task(peer.say(frame(PING) * 100_000))
    worst_s, before = 0.0, time.process_time()
    while not flood.done():
        await asyncio.sleep(0)  # one turn of the loop
        now = time.process_time()
        worst_s, before = max(worst_s, now - before), now
    assert worst_s < 0.15  # taken in one go, each 256 KB that arrive are half a second
    assert (await server.ask(request()))[0] == 200


async def test_who_sends_and_does_not_read_is_not_kept_in_memory(server: Listening) -> None:
    peer = await opened(server)
    peer.writer.transport.pause_reading()  # type: ignore[attr-defined]
    peer.writer.write(frame(PING, os.urandom(100)) * 200_000)
    place = next(iter(server.connections._all))
    await until(lambda: place.transport.get_write_buffer_size() > 0)  # type: ignore[attr-defined]
    for _ in range(3):
        await asyncio.sleep(2 * limits.TICK_S)
        assert place.transport.get_write_buffer_size() < 1_000_000  # type: ignore[attr-defined]
        server.connections.now += limits.STALL_S
    await until(lambda: len(server.connections) == 0)
    assert server.connections.refusals.totals['slow_reader'] == 1


async def test_sockets_of_strangers_make_room_and_those_of_others_do_not(server: Listening) -> None:
    known = [await opened(server, authorization='Bearer good') for _ in range(4)]
    strangers = [await opened(server) for _ in range(4)]
    for _ in range(6):
        assert (await server.ask(request()))[0] == 200
    await strangers[0].ends()
    for peer in known:
        await peer.say(frame(TEXT, b'?'))
        assert (await peer.reader.readexactly(3))[2:] == b'0'
