"""Across pages: no request without a session makes a failure of ours, or a line of the log."""

import asyncio
import logging

import pytest

from tests.ui.conftest import Console
from tests.ui.sockets import Listening, listening, request
from tests.ui.until import until
from ui.api.http.limits import FORM_LIMIT, RequestLimits

HOSTILE = (
    '%E2%80%A8',
    '%00',
    '%0d%0aset-cookie:x',
    '%ff',
    '%22%3B',
    'a' * 7000,
    '%F0%9F%98%80',
    '..%2f..',
    '%ED%A0%80',
)
PLACES = ('/join/', '/login/', '/auth/', '/devices/', '/nowhere/', '/ui/', '/ui/audit.', '/_nicegui/', '/api/v1/', '/login?next=',
          '/login?next=/', '/join?', '/auth/callback/')  # fmt: skip
FORMS = ('/auth/sign-in', '/auth/code', '/auth/step-up', '/auth/switch', '/auth/sign-out', '/auth/begin', '/join', '/login',
         '/_nicegui_ws/socket.io/?EIO=4&transport=polling', '/nowhere')  # fmt: skip
HEADERS = {
    'host': ('[', 'a b', 'x' * 3000, '[::1', 'a:b:c', '@', 'x:99999', '', '\u00ff'),
    'cookie': ('cellwarden_link=%E2%80%A8', 'cellwarden_session="', '=;=;', '\u00ff=\u00ff', 'cellwarden_email=%ff', 'cellwarden_said=x'),
    'origin': ('null', '\u00ff', 'http://[', '://'),
    'content-type': ('multipart/form-data', 'multipart/form-data; boundary=\u00ff',
                     'text/html; charset=\u00ff', 'application/x-www-form-urlencoded'),
    'accept-language': ('\u00ff', '*;q=x'),
    'user-agent': ('\u00ff' * 500, ''),
    'range': ('bytes=9999999999999999999-', 'bytes=-', 'x'),
    'if-modified-since': ('\u00ff', 'Thu, 99 Jan 1970'),
    'if-none-match': ('\u00ff',),
    'referer': ('\u00ff', 'http://['),
    'authorization': ('Bearer', 'Bearer \u00ff', 'Basic \u00ff', 'Bearer ' + 'x' * 5000),
}  # fmt: skip


@pytest.fixture
def gated(console: Console) -> Console:
    """The console as the product stands it behind its gate."""
    application(console).add_middleware(RequestLimits)
    return console


def application(console: Console):  # type: ignore[no-untyped-def]
    return console.client._transport.app  # type: ignore[attr-defined]


async def statuses(server: Listening, *asked: bytes) -> list[int]:
    return [(await server.ask(each))[0] for each in asked]


async def test_no_path_is_a_failure_of_ours(gated: Console, caplog: pytest.LogCaptureFixture) -> None:
    async with listening(application(gated)) as server:
        for place in PLACES:
            for hostile in HOSTILE:
                status = (await server.ask(request('GET', place + hostile)))[0]
                assert 200 <= status < 500, (place, hostile, status)
        assert await statuses(server, request('GET', '/join/%E2%80%A8'), request('GET', '/join/%0d%0ax:y')) == [
            404,
            404,
        ]
    assert errors(caplog) == []


async def test_no_header_is_a_failure_of_ours(gated: Console, caplog: pytest.LogCaptureFixture) -> None:
    async with listening(application(gated)) as server:
        for path, method in (
            ('/login', 'GET'),
            ('/join', 'POST'),
            ('/auth/sign-in', 'POST'),
            ('/devices', 'GET'),
            ('/favicon.ico', 'GET'),
        ):
            for name, values in HEADERS.items():
                for value in values:
                    body = b'email=x&password=y' if method == 'POST' else b''
                    status = (await server.ask(request(method, path, body, **{name: value})))[0]
                    assert 200 <= status < 500, (path, name, value, status)
    assert errors(caplog) == []


async def test_a_form_that_is_not_sent_to_its_end_is_no_failure(
    gated: Console, caplog: pytest.LogCaptureFixture
) -> None:
    app = application(gated)
    async with listening(app) as server:
        for path in FORMS:
            for kind in ('application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'):
                for body in (b'--b\r\ncontent-disposition: form-data; name="x"; filename="y"\r\n\r\n', b'email=a'):
                    peer = await server.connect()
                    await peer.say(request('POST', path, body + b'x' * 1000, content_type=kind)[:-500])
                    await until(lambda: server.connections.strangers >= 1)
                    await asyncio.sleep(0.01)
                    peer.writer.transport.abort()
                    await until(lambda: len(server.connections) == 0)
        assert (await server.ask(request('GET', '/login')))[0] == 200
    assert errors(caplog) == []


async def test_forms_are_short(gated: Console) -> None:
    async with listening(application(gated)) as server:
        for path in FORMS:
            status = (await server.ask(request('POST', path, content_length=str(FORM_LIMIT + 1))))[0]
            assert status == 413, path
            peer = await server.connect()
            await peer.say(request('POST', path, transfer_encoding='chunked') + b'fffff\r\n' + b'x' * 200_000)
            assert 200 < (await peer.answer())[0] < 500, path


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log has of it as ``ui/server/logs.py`` sets it up."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name != 'engineio.server'
    ]
