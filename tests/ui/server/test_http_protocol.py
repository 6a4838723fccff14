"""Sizes and times of HTTP at the server itself, spoken to byte by byte."""

import asyncio
import json
import logging
import socket
import struct
import time
from collections.abc import AsyncIterator

import pytest
import structlog
from fastapi import FastAPI, Request
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from tests.ui.sockets import Listening, listening, request
from tests.ui.until import until
from ui.api.http.problems import TYPE
from ui.server import http_limits as limits


@pytest.fixture
async def server(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Listening]:
    """A server whose application echoes the length of a body at ``/echo`` and answers a stream without end at ``/stream``."""
    app = FastAPI(openapi_url=None)

    @app.get('/healthz')
    async def alive() -> Response:
        return PlainTextResponse('alive')

    @app.post('/echo')
    async def echo(request: Request) -> Response:
        try:
            return PlainTextResponse(str(len(await request.body())))
        except ClientDisconnect:  # as the gate of the product does
            return Response()

    @app.post('/deaf')
    async def deaf() -> Response:
        return PlainTextResponse('no', 401)

    @app.post('/silent')
    async def silent() -> Response:
        return Response(status_code=204)

    async def stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({'type': 'http.response.start', 'status': 200, 'headers': []})
        for _ in range(1000):
            await send({'type': 'http.response.body', 'body': b'x' * 65_536, 'more_body': True})
        await send({'type': 'http.response.body', 'body': b''})

    app.mount('/stream', stream)
    with caplog.at_level(logging.WARNING):
        async with listening(app) as found:
            yield found
    told = caplog.get_records('call')  # by now those of the teardown are the current ones
    assert [record for record in told if record.name != 'ui.server.http_limits'] == []


def gone(port: int, said: bytes, *, reset: bool) -> None:
    """A peer who speaks and is gone before the server, on the same loop, has looked: closed, or reset as SO_LINGER 0 does."""
    with socket.create_connection(('127.0.0.1', port)) as peer:
        if reset:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        peer.sendall(said)


HEADERS = b''.join(b'x-%d: y\r\n' % number for number in range(limits.MOST_HEADERS))
REFUSED = {
    'target': (b'GET /' + b'x' * limits.MOST_TARGET + b' HTTP/1.1\r\nhost: x\r\n\r\n', 414, 'long_target'),
    'target without end': (b'GET /' + b'x' * 100_000, 414, 'long_target'),
    'header count': (b'GET /healthz HTTP/1.1\r\nhost: x\r\n' + HEADERS + b'\r\n', 431, 'large_head'),
    'head size': (request(cookie='c' * limits.MOST_HEAD), 431, 'large_head'),
    'headers without end': (b'GET / HTTP/1.1\r\n' + HEADERS * 1000, 431, 'large_head'),
    'one header without end': (b'GET / HTTP/1.1\r\nx: ' + b'y' * 500_000, 431, 'large_head'),
    'no HTTP': (b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'bad_request'),
    'two lengths': (b'POST /echo HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx', 400, 'bad_request'),
    'a long length': (b'POST /echo HTTP/1.1\r\ncontent-length: ' + b'9' * 5000 + b'\r\n\r\n', 400, 'bad_request'),
    'bad chunk': (b'POST /echo HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 400, 'bad_request'),
    'a target that is no path': (b'GET http://x HTTP/1.1\r\n\r\n', 400, 'bad_request'),
    'trailers without end': (
        b'POST /echo HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n' + b'a: b\r\n' * 800_000,
        413,
        'large_body',
    ),
    'a chunk extension without end': (
        b'POST /echo HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n1;' + b'a' * 4_800_000,
        413,
        'large_body',
    ),
}


@pytest.mark.parametrize(('said', 'status', 'kind'), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_too_large_is_refused_in_the_terms_of_http_and_the_connection_ends(
    server: Listening, said: bytes, status: int, kind: str
) -> None:
    peer = await server.connect()
    sending = asyncio.create_task(peer.say(said))
    found, headers, body = await peer.answer()
    problem = json.loads(body)
    assert (found, headers['connection'], problem['status']) == (status, 'close', status)
    assert problem['type'].startswith(TYPE)
    peer.writer.close()
    await sending
    assert {name: count for name, count in server.connections.refusals.totals.items() if count} == {kind: 1}
    await until(lambda: len(server.connections) == 0)


async def test_a_head_that_keeps_to_the_limits_is_answered(server: Listening) -> None:
    fields = b''.join(b'x-%d: y\r\n' % number for number in range(limits.MOST_HEADERS - 2))
    cookie = b'cookie: ' + b'c' * (limits.MOST_HEAD - len(fields) - 100) + b'\r\n'
    head = b'GET /healthz HTTP/1.1\r\nhost: x\r\n' + fields + cookie + b'\r\n'
    peer = await server.connect()
    for size in (len(head), 1000, 7):
        for start in range(0, len(head), size):
            await peer.say(head[start : start + size])
        assert (await peer.answer())[0] == 200


async def test_a_body_may_come_in_chunks_and_pieces_and_what_stands_behind_it_is_no_header(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(b'POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
    for _ in range(50):
        await peer.say(b'400\r\n' + b'x' * 1024 + b'\r\n')
    await peer.say(b'0\r\nauthorization: Bearer x\r\n\r\n')
    assert (await peer.answer())[2] == b'51200'
    assert await peer.ask(request()) == 200


async def test_a_head_that_does_not_come_is_waited_for_so_long(server: Listening) -> None:
    silent, dripping, half = await server.connect(), await server.connect(), await server.connect()
    await until(lambda: len(server.connections) == 3)
    await half.say(b'GET /healthz HT')
    server.connections.now += limits.HEAD_S / 2
    await dripping.say(b'G')
    assert await (await server.connect()).ask(request()) == 200
    server.connections.now += limits.HEAD_S / 2
    for peer in (silent, dripping, half):
        status, headers, _ = await peer.answer()
        assert (status, headers['connection']) == (408, 'close')
    assert server.connections.refusals.totals['slow_head'] == 3


async def test_a_body_that_does_not_come_is_waited_for_so_long_and_is_no_failure(server: Listening) -> None:
    silent, slow = await server.connect(), await server.connect()
    for peer in (silent, slow):
        await peer.say(request('POST', '/echo', b'x' * 60_000)[:-59_999])
    await until(lambda: len(server.connections) == 2)
    await slow.say(b'x' * int(limits.BODY_RATE * limits.BODY_GRACE_S * 3))
    assert await (await server.connect()).ask(request()) == 200
    server.connections.now += limits.BODY_GRACE_S
    assert (await silent.answer())[0] == 408
    server.connections.now += limits.BODY_S
    assert (await slow.answer())[0] == 408
    assert server.connections.refusals.totals['slow_body'] == 2


async def test_a_connection_that_is_done_is_closed_without_a_word(server: Listening) -> None:
    peer = await server.connect()
    assert await peer.ask(request()) == 200
    server.connections.now += limits.IDLE_S
    assert await peer.ends() == b''
    assert not any(server.connections.refusals.totals.values())


async def test_who_reads_no_answer_loses_it(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(request('GET', '/stream/'))
    await until(lambda: any(each.deadline < float('inf') for each in server.connections._all))
    await until(lambda: peer.reader._paused)  # type: ignore[attr-defined]
    for _ in range(3):
        server.connections.now += limits.STALL_S
        await asyncio.sleep(2 * limits.TICK_S)
        if not len(server.connections):
            break
    assert server.connections.refusals.totals['slow_reader'] == 1
    await until(lambda: len(server.connections) == 0)


async def test_an_answer_before_the_body_closes_the_connection_once_it_was_read(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(request('POST', '/deaf', content_length='100000000'))
    status, headers, _ = await peer.answer()
    assert (status, headers['connection']) == (401, 'close')
    await peer.say(b'x' * 100_000)
    assert await peer.ends() == b''


async def test_requests_in_a_row_are_answered_in_their_order_and_not_without_end(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(request() + request('POST', '/echo', b'xyz') + request())
    assert [(await peer.answer())[2] for _ in range(3)] == [b'alive', b'3', b'alive']
    flood = await server.connect()
    await flood.say(request() * 10_000)
    answers = (await flood.ends()).split(b'HTTP/1.1 ')[1:]
    assert len(answers) == limits.MOST_PIPELINED + 1
    assert b'connection: close' in answers[-1]
    assert server.connections.refusals.totals['pipelined'] == 1


async def test_a_bad_request_behind_a_good_one_does_not_take_its_answer(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(request() + b'\x00\x00')
    status, headers, body = await peer.answer()
    assert (status, headers['connection'], body) == (200, 'close', b'alive')


async def test_an_upgrade_to_what_is_not_spoken_is_answered_as_if_not_asked(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(request(connection='upgrade, http2-settings', upgrade='h2c'))
    assert (await peer.answer())[2] == b'alive'


async def test_who_leaves_in_the_middle_of_a_body_is_no_failure(server: Listening) -> None:
    for _ in range(20):
        peer = await server.connect()
        await peer.say(request('POST', '/echo', b'x' * 1000)[:-500])
        await until(lambda: server.connections.strangers == 1)
        peer.writer.transport.abort()
        await until(lambda: len(server.connections) == 0)


async def test_a_thousand_refusals_are_one_line(server: Listening) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(20):
            await asyncio.gather(*(server.ask(b'\x00') for _ in range(50)))
        server.connections.refusals.tell(1e9, at_once=True)
    told = [line for line in lines if line['event'] == 'refused_connections']
    assert len(told) <= 2
    assert sum(line['count'] for line in told) == 1000
    assert {line['addresses'] for line in told} == {1}


OVERSIZE = request('POST', '/echo', transfer_encoding='chunked') + b'%x\r\n' % (2 * limits.MOST_FRAMED)
GONE = {
    'no HTTP': b'\x16\x03\x01',
    'a large head': request(cookie='c' * limits.MOST_HEAD),
    'a body that is refused': request('POST', '/deaf', b'x' * 1000)[:-500],
    'a body that is refused without words': request('POST', '/silent', b'x' * 1000)[:-500],
}


@pytest.mark.parametrize('reset', [False, True], ids=['closed', 'reset'])
@pytest.mark.parametrize('said', GONE.values(), ids=GONE.keys())
async def test_a_client_gone_before_the_refusal_is_no_failure(server: Listening, said: bytes, reset: bool) -> None:
    for _ in range(5):
        gone(server.port, said, reset=reset)
    assert (await server.ask(request()))[0] == 200
    await until(lambda: len(server.connections) == 1)


@pytest.mark.parametrize('reset', [False, True], ids=['closed', 'reset'])
async def test_a_client_gone_in_the_middle_of_an_oversize_body_is_no_failure(server: Listening, reset: bool) -> None:
    for _ in range(3):
        said = OVERSIZE + b'x' * (limits.MOST_FRAMED + 1)
        await asyncio.to_thread(gone, server.port, said, reset=reset)
    await until(lambda: len(server.connections) == 0)
    assert (await server.ask(request()))[0] == 200


@pytest.mark.parametrize('reset', [False, True], ids=['closed', 'reset'])
async def test_a_client_gone_when_the_time_is_up_does_not_end_the_server(server: Listening, reset: bool) -> None:
    peer = socket.create_connection(('127.0.0.1', server.port))
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', int(reset), 0))
    peer.sendall(b'GET / HT')
    await until(lambda: any(each._head for each in server.connections._all))  # type: ignore[attr-defined]
    peer.close()
    server.connections.now += limits.HEAD_S + 1
    server.connections.tick(time.monotonic())  # the loop has not heard of it yet
    await until(lambda: len(server.connections) == 0)
    assert (await server.ask(request()))[0] == 200
