"""Pages whose frame is sent before they are built: what comes when, and that it is one page in the end."""

import gzip
import importlib
import re
import sys
from collections.abc import Iterator

import httpx
import pytest
import zstandard
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.ui.conftest import Console
from ui.server import opening
from ui.server.opening import BEGUN, Opening, begins_early

GOES = {'sec-fetch-mode': 'navigate'}
FRAME = '<html>the frame, ü'
ONCE = (
    '<!doctype html>',
    '<html',
    '<head>',
    '<body',
    'name="viewport"',
    '<title>',
    'class="cw-rail"',
    'rest.css',
    'id="app"',
    '</html>',
)
SAME = ('<title>.*?</title>', '<nav class="cw-rail".*?</nav>', '<header.*?</header>', '<nav class="cw-foot".*?</nav>')


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    async def begin(request: Request) -> str | None:
        if 'broken' in request.query_params:
            raise ValueError
        return None if 'elsewhere' in request.query_params else FRAME

    begins_early('/page', begin)
    yield
    del opening._pages['/page']


async def told(
    answer: ASGIApp, path: str = '/page', query: bytes = b'', method: str = 'GET', **headers: str
) -> list[Message | str]:
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
    scope = {'type': 'http', 'method': method, 'path': path, 'query_string': query, 'headers': said}
    try:
        await Opening(app)(scope, receive, send)
    except RuntimeError:
        found.append('raised')
    return found


def body(found: list[Message | str]) -> bytes:
    return b''.join(one.get('body', b'') for one in found if isinstance(one, dict))


def is_whole(found: list[Message | str]) -> bool:
    """One beginning with 200, and one end."""
    starts = [one['status'] for one in found if isinstance(one, dict) and one['type'] == 'http.response.start']
    ends = [one for one in found if isinstance(one, dict) and 'body' in one and not one.get('more_body')]
    return starts == [200] and len(ends) == 1


@pytest.mark.parametrize('coding', ['', 'gzip', 'zstd'])
async def test_the_frame_is_sent_before_the_page_is_asked_and_can_be_read_then(coding: str) -> None:
    found = await told(HTMLResponse('<p>there</p>'), sec_fetch_mode='navigate', accept_encoding=coding)
    at = found.index('asked, begun')
    early, whole = body(found[:at]), body(found)
    match coding:
        case 'gzip':
            assert gzip.decompress(whole) == (FRAME + '<p>there</p>').encode()
        case 'zstd':
            parts = zstandard.ZstdDecompressor().decompressobj()
            assert parts.decompress(early) == FRAME.encode()
            assert parts.decompress(whole[len(early) :]) == b'<p>there</p>'
        case _:
            assert early == FRAME.encode()
            assert whole == early + b'<p>there</p>'
    assert is_whole(found)


async def test_a_page_that_leads_elsewhere_all_the_same_does_so() -> None:
    found = await told(RedirectResponse('/other?a=1&b="', 303), sec_fetch_mode='navigate')
    assert '<meta http-equiv="refresh" content="0; url=/other?a=1&amp;b=%22">' in body(found).decode()
    assert is_whole(found)


async def test_a_page_that_fails_says_so_in_its_frame() -> None:
    found = await told(Response('Internal Server Error', 500), sec_fetch_mode='navigate')
    assert body(found).decode().startswith(FRAME)
    assert 'This page could not be built' in body(found).decode()
    assert 'Internal Server Error' not in body(found).decode()
    assert is_whole(found)


async def test_a_page_that_breaks_off_says_so_and_the_error_goes_on_to_the_log() -> None:
    async def breaks(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    found = await told(breaks, sec_fetch_mode='navigate')
    assert 'This page could not be built' in body(found).decode()
    assert is_whole(found)
    assert found[-1] == 'raised'


@pytest.mark.parametrize(
    ('path', 'query', 'method', 'headers'),
    [
        ('/page', b'', 'GET', {}),
        ('/page', b'', 'HEAD', GOES),
        ('/page', b'elsewhere=1', 'GET', GOES),
        ('/page', b'broken=1', 'GET', GOES),
        ('/other', b'', 'GET', GOES),
        ('/page', b'', 'GET', {'sec-fetch-mode': 'cors'}),
    ],
)
async def test_all_else_passes_as_it_is(path: str, query: bytes, method: str, headers: dict[str, str]) -> None:
    found = await told(RedirectResponse('/login', 303), path, query, method, **headers)
    assert found[0] == 'asked, not begun'
    assert isinstance(found[1], dict)
    assert found[1]['status'] == 303


@pytest.mark.parametrize('path', ['/', '/devices', '/towers', '/alerts', '/policies', '/violations', '/enforcement'])
async def test_a_page_goes_on_behind_its_frame(console: Console, path: str) -> None:
    importlib.import_module('ui.server.headers').sign_pages()
    await console.sign_in()
    whole = (await console.client.get(path)).text
    early = (await console.client.get(path, headers=GOES)).text
    assert early.index('class="cw-rail"') < early.index('rest.css') < early.index('id="cw-first"')
    for once in ONCE:
        assert early.count(once) == whole.count(once) == 1, once
    for same in SAME:
        found, meant = (re.search(same, html, re.DOTALL) for html in (early, whole))
        assert found is not None
        assert meant is not None
        assert found[0] == meant[0]


async def test_a_stranger_is_led_to_the_sign_in(console: Console) -> None:
    answer = await console.client.get('/devices', headers=GOES)
    assert (answer.status_code, answer.headers['location']) == (303, '/login?next=/devices')


async def test_a_page_that_cannot_be_built_says_so_in_its_own_frame(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError('the reason')

    await console.sign_in()
    monkeypatch.setattr(sys.modules['ui.pages.page'], 'own_parts_note', broken)
    transport = httpx.ASGITransport(console.client._transport.app, raise_app_exceptions=False)  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url='http://test', cookies=console.client.cookies) as client:
        answer = await client.get('/devices', headers=GOES)
    assert 'class="cw-rail"' in answer.text
    assert 'This page could not be built' in answer.text
    assert 'the reason' not in answer.text
    assert answer.text.endswith('</html>')
    assert answer.headers['content-type'] == 'text/html; charset=utf-8'
