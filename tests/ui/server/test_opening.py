"""Pages whose frame is sent before they are built: what comes when, and that it is one page in the end."""

import gzip
import importlib
import re
from collections.abc import Iterator

import pytest
import zstandard
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from domain.access.permissions import Role
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.alerts import FOREIGN_NETWORK
from domain.devices.model import Device
from domain.policies.input import NewPolicy
from tests.domain.parts import PORT, mast, there
from tests.fakes import RunningApplication
from tests.ui.conftest import PASSWORD, Console
from tests.ui.server.asking import FRAME, GOES, body, is_whole, told
from ui.server import opening
from ui.server.opening import begins_early

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


async def test_a_page_with_a_parameter_is_begun_with_it() -> None:
    async def begin(request: Request) -> str | None:
        return f'<p>{request.path_params["id"]}' if request.path_params['id'] != 'new' else None

    begins_early('/things/{id}', begin)
    try:
        found = await told(HTMLResponse(''), '/things/a1', sec_fetch_mode='navigate')
        assert body(found) == b'<p>a1'
        for path in ('/things/new', '/things/a1/more', '/things/', '/things'):
            assert (await told(HTMLResponse(''), path, sec_fetch_mode='navigate'))[0] == 'asked, not begun'
    finally:
        del opening._pages['/things/{id}']


@pytest.mark.parametrize(
    ('path', 'query', 'method', 'headers'),
    [
        ('/page', b'', 'GET', {}),
        ('/page', b'', 'HEAD', GOES),
        ('/page', b'elsewhere=1', 'GET', GOES),
        ('/page', b'broken=1', 'GET', GOES),
        ('/other', b'', 'GET', GOES),
        ('/page', b'', 'GET', {'sec-fetch-mode': 'cors'}),
        ('/page', b'', 'GET', {**GOES, 'sec-purpose': 'prefetch;prerender'}),
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


async def raised(application: RunningApplication, device: Device | None = None) -> Alert:
    """An open alert of a device."""
    about = device or await application.device()
    return await application.transactor.transact(
        lambda tx: there(FOREIGN_NETWORK.raise_for(tx, about, severity=Severity.MAJOR, score=0.8))
    )


async def test_a_stranger_is_led_to_the_sign_in(console: Console) -> None:
    answer = await console.client.get('/devices', headers=GOES)
    assert (answer.status_code, answer.headers['location']) == (303, 'login?next=/devices')


@pytest.mark.parametrize('kind', ['device', 'tower', 'policy', 'alert', 'incident'])
async def test_the_page_of_one_thing_is_begun_where_it_is_there_to_be_seen(console: Console, kind: str) -> None:
    importlib.import_module('ui.server.headers').sign_pages()
    await console.sign_in()
    application = console.application
    match kind:
        case 'device':
            address = f'/devices/{(await application.device()).id}'
        case 'tower':
            address = f'/towers/{(await mast(application, "Waalhaven", 1, "north")).id}'
        case 'alert' | 'incident':
            address = f'/alerts/{(await raised(application)).id}{"/incident" if kind == "incident" else ""}'
        case _:
            policy = NewPolicy(name='Encrypted', rule='device.storage.encrypted')
            address = f'/policies/{(await application.policies.add(application.actor, policy)).id}'
    whole = (await console.client.get(address)).text
    answer = await console.client.get(address, headers=GOES)
    assert 'x-nicegui-content' not in answer.headers  # its own head has gone before that was known
    for once in ONCE:
        assert answer.text.count(once) == whole.count(once) == 1, once


@pytest.mark.parametrize('page', ['', '/incident'])
async def test_that_of_an_alert_that_is_over_is_not_begun_and_stands_all_the_same(console: Console, page: str) -> None:
    await console.sign_in()
    device = await console.application.device()
    alert = await raised(console.application, device)
    await console.application.transactor.transact(lambda tx: FOREIGN_NETWORK.clear_for(tx, device))
    answer = await console.client.get(f'/alerts/{alert.id}{page}', headers=GOES)
    assert (answer.status_code, 'x-nicegui-content' in answer.headers) == (200, True)


async def test_that_of_one_that_the_reader_may_not_see_answers_404_as_if_it_were_not_there(console: Console) -> None:
    application = console.application
    device = await application.device('crane', labels={'site': 'port-2'})
    alert = await raised(application, device)
    await application.people.add(application.enterprise, 'ops@example.com', 'Ops', Role.OPERATOR, PASSWORD, scope=PORT)
    await console.client.post('/auth/sign-in', data={'email': 'ops@example.com', 'password': PASSWORD})
    pages = {f'/devices/{device.id}': 'device', f'/alerts/{alert.id}': 'alert', f'/alerts/{alert.id}/incident': 'alert'}
    for address, kind in pages.items():
        answer = await console.client.get(address, headers=GOES)
        assert answer.status_code == 404
        assert f'There is no such {kind}' in answer.text


@pytest.mark.parametrize('path', ['/devices', '/towers', '/policies', '/alerts', '/cells', '/people/services'])
async def test_that_of_one_that_is_not_there_answers_404(console: Console, path: str) -> None:
    await console.sign_in()
    answer = await console.client.get(f'{path}/nothing', headers=GOES)
    assert answer.status_code == 404
    assert 'There is no such' in answer.text
