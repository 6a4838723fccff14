"""Requests that have come in one piece are answered without a task; all others, and all that goes wrong, as ever."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from tests.ui.sockets import Listening, Peer, listening, request
from tests.ui.until import until
from ui.server.bare import WebApplication
from ui.server.http_connection import LimitedConnection
from ui.server.places import vouch
from ui.server.whole import Asked

ONCE = request('POST', '/say', b'hello')


class Taking:
    """Answers ``/say`` with the way in which it came and its body, once ``released``; ``refusing`` raises instead, in both ways."""

    def __init__(self) -> None:
        self.waiting: list[asyncio.Future[None]] = []
        self.is_open = True
        self.refusing = False
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b'', True
        vouch(scope, 'device', 'd')
        while more:
            message = await receive()
            if message['type'] == 'http.disconnect':
                self.asked.append('gone')
                return
            body, more = body + message.get('body', b''), message.get('more_body', False)
        self.asked.append('task')
        if self.refusing:
            await PlainTextResponse('refused', 422)(scope, receive, send)
            return
        await PlainTextResponse(b'task ' + body)(scope, receive, send)

    def take(self, asked: Asked, body: bytes) -> None:
        self.asked.append('whole')
        if self.refusing:
            raise ValueError('not this one')
        said = b'whole ' + body
        waits = asyncio.get_running_loop().create_future()
        waits.add_done_callback(lambda _: self.answer(asked, b'content-length: %d\r\n\r\n%b' % (len(said), said)))
        self.waiting.append(waits)
        if self.is_open:
            self.release()

    def answer(self, asked: Asked, rest: bytes) -> None:
        if not asked.say_at_once(rest):
            asked.pass_on()

    def release(self) -> None:
        for each in self.waiting:
            each.set_result(None)
        self.waiting.clear()


@pytest.fixture
def taking() -> Taking:
    return Taking()


@pytest.fixture
async def server(taking: Taking, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Listening]:
    app = WebApplication(openapi_url=None)
    app.direct['POST', '/say'] = taking
    app.whole['POST', '/say'] = taking.take
    with caplog.at_level(logging.WARNING):
        async with listening(app) as found:
            yield found
    assert caplog.get_records('call') == []


async def known(server: Listening, taking: Taking) -> Peer:
    """A connection that has shown a credential."""
    peer = await server.connect()
    await peer.say(ONCE)
    assert (await peer.answer())[2] == b'task hello'
    taking.asked.clear()
    return peer


async def test_a_stranger_is_answered_by_the_application_and_from_then_on_at_once(
    server: Listening, taking: Taking
) -> None:
    peer = await known(server, taking)
    for _ in range(3):
        await peer.say(ONCE)
        status, headers, body = await peer.answer()
        assert (status, body) == (200, b'whole hello')
        assert headers['date'].endswith(' gmt')
    assert taking.asked == ['whole'] * 3


@pytest.mark.parametrize('size', [1, 7, len(ONCE) - 5, len(ONCE) - 1])
async def test_what_comes_in_pieces_is_read_by_the_application(server: Listening, taking: Taking, size: int) -> None:
    peer = await known(server, taking)
    connection = next(iter(server.connections._all))
    assert isinstance(connection, LimitedConnection)
    for start in range(0, len(ONCE), size):
        await peer.say(ONCE[start : start + size])
        if start + size < len(ONCE):
            await until(lambda: not connection.is_idle)
            await asyncio.sleep(0.002)  # so that the pieces do not come together
    assert (await peer.answer())[2].endswith(b' hello')
    await peer.say(ONCE)
    assert (await peer.answer())[2] == b'whole hello'


CHUNKED = request('POST', '/say', transfer_encoding='chunked') + b'2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n'


async def test_chunks_are_a_body_as_any_other(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    await peer.say(CHUNKED)
    assert (await peer.answer())[2] == b'whole hello'


async def test_a_body_without_bytes_is_one(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    await peer.say(request('POST', '/say'))
    assert (await peer.answer())[2] == b'whole '


async def test_who_waits_for_leave_to_send_gets_it(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    await peer.say(request('POST', '/say', expect='100-continue', content_length='5'))
    assert (await peer.answer())[0] == 100
    await peer.say(b'hello')
    assert (await peer.answer())[2] == b'task hello'


@pytest.mark.parametrize(
    'said', [ONCE.replace(b'HTTP/1.1', b'HTTP/1.0'), request('POST', '/say', b'hello', connection='close')]
)
async def test_a_connection_that_closes_says_so(server: Listening, taking: Taking, said: bytes) -> None:
    peer = await known(server, taking)
    await peer.say(said)
    _, headers, body = await peer.answer()
    assert (headers['connection'], body, await peer.ends()) == ('close', b'task hello', b'')


async def test_other_methods_and_paths_are_not_taken(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    for said in (
        request('PUT', '/say', b'x'),
        request('DELETE', '/say'),
        request('POST', '/say/', b'x'),
        request('POST', '/', b'x'),
    ):
        await peer.say(said)
        assert (await peer.answer())[0] in {404, 405}
    await peer.say(request('POST', '/say?why=1', b'x'))
    assert (await peer.answer())[2] == b'whole x'
    assert taking.asked == ['whole']


async def test_those_that_follow_at_once_are_answered_in_their_order(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    taking.is_open = False
    await peer.say(b''.join(request('POST', '/say', b'%d' % number) for number in range(5)))
    await until(lambda: bool(taking.waiting))
    assert taking.asked == ['whole']  # one at a time
    taking.release()
    answers = [(await peer.answer())[2] for _ in range(5)]
    assert answers == [b'whole 0', b'task 1', b'task 2', b'task 3', b'task 4']


async def test_what_is_refused_is_refused_by_the_application(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    taking.refusing = True
    assert await peer.ask(ONCE) == 422
    taking.refusing = False
    await peer.say(ONCE)
    assert (await peer.answer())[2] == b'whole hello'


async def test_rubbish_behind_a_request_does_not_take_its_answer(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    await peer.say(ONCE + b'\x00\x00')
    _, headers, body = await peer.answer()
    assert (headers['connection'], body, await peer.ends()) == ('close', b'task hello', b'')


async def test_rubbish_that_comes_while_it_waits_lets_the_answer_out_and_ends_the_connection(
    server: Listening, taking: Taking
) -> None:
    peer = await known(server, taking)
    taking.is_open = False
    await peer.say(ONCE)
    await until(lambda: bool(taking.waiting))
    await peer.say(b'\x00\x00')
    await until(lambda: server.connections.refusals.totals['bad_request'] == 1)
    taking.release()
    _, headers, body = await peer.answer()
    assert (headers['connection'], body, await peer.ends()) == ('close', b'task hello', b'')


async def test_a_chunk_that_is_none_is_refused_and_nothing_is_taken(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    await peer.say(request('POST', '/say', transfer_encoding='chunked') + b'zz\r\n')
    assert (await peer.answer())[0] == 400
    assert taking.asked == []


async def test_who_leaves_while_it_waits_is_no_failure(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    taking.is_open = False
    await peer.say(ONCE)
    await until(lambda: bool(taking.waiting))
    peer.writer.transport.abort()
    await until(lambda: len(server.connections) == 0)
    taking.release()
    await until(lambda: taking.asked == ['whole', 'gone'])
    taking.is_open = True
    await known(server, taking)


async def test_a_connection_with_an_answer_to_come_is_not_idle(server: Listening, taking: Taking) -> None:
    peer = await known(server, taking)
    taking.is_open = False
    await peer.say(ONCE)
    await until(lambda: bool(taking.waiting))
    server.connections.now += 1000
    server.connections.tick(0)
    taking.release()
    assert (await peer.answer())[2] == b'whole hello'


async def test_a_server_that_stops_answers_what_it_has_taken(taking: Taking) -> None:
    app = WebApplication(openapi_url=None)
    app.direct['POST', '/say'] = taking
    app.whole['POST', '/say'] = taking.take
    async with listening(app) as server:
        peer = await known(server, taking)
        connection = next(iter(server.connections._all))
        assert isinstance(connection, LimitedConnection)
        taking.is_open = False
        await peer.say(ONCE)
        await until(lambda: bool(taking.waiting))
        connection.shutdown()  # as uvicorn does when it stops
        taking.release()
        _, headers, body = await peer.answer()
        assert (headers['connection'], body, await peer.ends()) == ('close', b'task hello', b'')
