"""Pages that are begun before they are built: what comes when, and that it is one page in the end."""

import gzip
import importlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import zstandard
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from tests.ui.conftest import Console
from ui.server import opening
from ui.server.assets import SHEETS
from ui.server.opening import BEGUN, OPENING, Opening, begins_early

GOES = {'sec-fetch-mode': 'navigate'}


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    begins_early('/page', lambda request: 'elsewhere' not in request.query_params)
    yield
    del opening._pages['/page']


async def told(answer: Response, path: str = '/page', query: bytes = b'', **headers: str) -> list[Message | str]:
    """What is sent, with "asked" where the page itself is asked."""
    found: list[Message | str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(f'asked, {"begun" if BEGUN in scope else "not begun"}')
        await answer(scope, receive, send)

    async def send(message: Message) -> None:
        found.append(message)

    async def receive() -> Message:
        return {'type': 'http.request'}

    said = [(name.replace('_', '-').encode(), value.encode()) for name, value in headers.items()]
    scope = {'type': 'http', 'method': 'GET', 'path': path, 'query_string': query, 'headers': said}
    await Opening(app)(scope, receive, send)
    return found


def body(found: list[Message | str]) -> bytes:
    return b''.join(one.get('body', b'') for one in found if isinstance(one, dict))


@pytest.mark.parametrize('coding', ['', 'gzip', 'zstd'])
async def test_the_beginning_is_sent_before_the_page_is_asked_and_can_be_read_then(coding: str) -> None:
    found = await told(HTMLResponse('<p>there</p>'), sec_fetch_mode='navigate', accept_encoding=coding)
    at = found.index('asked, begun')
    early, whole = body(found[:at]), body(found)
    match coding:
        case 'gzip':
            assert gzip.decompress(whole) == (OPENING + SHEETS + '<p>there</p>').encode()
        case 'zstd':
            parts = zstandard.ZstdDecompressor().decompressobj()
            assert parts.decompress(early) == (OPENING + SHEETS).encode()
            assert parts.decompress(whole[len(early) :]) == b'<p>there</p>'
        case _:
            assert early == (OPENING + SHEETS).encode()
            assert whole == early + b'<p>there</p>'
    starts = [one for one in found if isinstance(one, dict) and one['type'] == 'http.response.start']
    assert [start['status'] for start in starts] == [200]


async def test_a_page_that_leads_elsewhere_all_the_same_does_so() -> None:
    found = await told(RedirectResponse('/other?a=1&b="', 303), sec_fetch_mode='navigate')
    assert '<meta http-equiv="refresh" content="0; url=/other?a=1&amp;b=%22">' in body(found).decode()


@pytest.mark.parametrize(
    ('path', 'query', 'headers'),
    [
        ('/page', b'', {}),
        ('/page', b'elsewhere=1', GOES),
        ('/other', b'', GOES),
        ('/page', b'', {'sec-fetch-mode': 'cors'}),
    ],
)
async def test_all_else_passes_as_it_is(path: str, query: bytes, headers: dict[str, str]) -> None:
    found = await told(RedirectResponse('/login', 303), path, query, **headers)
    assert found[0] == 'asked, not begun'
    assert isinstance(found[1], dict)
    assert found[1]['status'] == 303


@pytest.mark.parametrize('path', ['/', '/devices', '/towers', '/alerts', '/policies', '/violations', '/enforcement'])
async def test_a_page_goes_on_behind_what_was_sent_early(console: Console, path: str) -> None:
    importlib.import_module('ui.server.headers').sign_pages()
    await console.sign_in()
    transport: Any = console.client._transport

    async def begun(scope: Scope, receive: Receive, send: Send) -> None:
        await transport.app({**scope, BEGUN: True}, receive, send)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(begun), base_url='http://test', cookies=console.client.cookies
    ) as client:
        late = OPENING + SHEETS + (await client.get(path)).text
    whole = (await console.client.get(path)).text
    for once in (
        '<!doctype html>',
        '<html',
        '<head>',
        'name="viewport"',
        'cellwarden.css">',
        '<title>',
        'id="app"',
        '</html>',
    ):
        assert late.count(once) == whole.count(once) == 1, once
    assert path in opening._pages
