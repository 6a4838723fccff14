"""Answers that are written in one piece, and when they are not."""

from collections.abc import AsyncIterator

import pytest
from starlette.types import Receive, Scope, Send

from tests.ui.sockets import Listening, listening, request
from ui.server.bare import WebApplication
from ui.server.http_connection import said_at_once

FIELDS = b'content-length: 5\r\nx-way: whole\r\n\r\n'


@pytest.fixture
async def server() -> AsyncIterator[Listening]:
    """It answers with the body of the request, padded to five bytes, and says in which way; at ``/deaf`` without having read it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())['body'] if scope['path'] == '/say' else b''
        if not said_at_once(scope, FIELDS + body.ljust(5)):
            headers = [(b'content-length', b'5'), (b'x-way', b'parts')]
            await send({'type': 'http.response.start', 'status': 200, 'headers': headers})
            await send({'type': 'http.response.body', 'body': body.ljust(5)})

    app = WebApplication(openapi_url=None)
    app.direct['POST', '/say'] = app.direct['POST', '/deaf'] = answer
    async with listening(app) as found:
        yield found


async def test_a_whole_answer_has_a_date_and_the_connection_goes_on(server: Listening) -> None:
    peer = await server.connect()
    for body in (b'one', b'two'):
        await peer.say(request('POST', '/say', body))
        status, headers, said = await peer.answer()
        assert (status, headers['x-way'], said.strip()) == (200, 'whole', body)
        assert headers['date'].endswith(' gmt')


async def test_requests_that_wait_behind_one_another_are_answered_in_their_order(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(b''.join(request('POST', '/say', b'%d' % number) for number in range(5)))
    assert [(await peer.answer())[2].strip() for _ in range(5)] == [b'0', b'1', b'2', b'3', b'4']


async def test_before_a_connection_ends_the_answer_says_so(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(request('POST', '/say', b'last', connection='close'))
    _, headers, said = await peer.answer()
    assert (headers['connection'], headers['x-way'], said.strip()) == ('close', 'parts', b'last')
    assert await peer.ends() == b''


async def test_an_answer_before_the_body_was_read_ends_the_connection(server: Listening) -> None:
    peer = await server.connect()
    await peer.say(b'POST /deaf HTTP/1.1\r\nhost: test\r\ncontent-length: 9\r\n\r\nhal')
    _, headers, _ = await peer.answer()
    assert (headers['connection'], headers['x-way']) == ('close', 'parts')
