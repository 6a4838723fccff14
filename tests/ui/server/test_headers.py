"""What every answer tells the browser: pages, refusals, files and the API."""

import importlib
import re
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from domain.access.permissions import Role
from tests.ui.conftest import Console
from ui.server.headers import SecurityHeaders

PLACES = ('/login', '/auth/sign-in', '/devices', '/ui/devices.csv', '/nowhere', '/api/v1/devices', '/healthz')


async def get(path: str, *, scheme: str = 'http', **headers: str) -> httpx.Headers:
    return await get_with({}, path, scheme=scheme, **headers)


async def get_with(said: dict[str, str], path: str, *, scheme: str = 'http', **headers: str) -> httpx.Headers:
    """What a browser is told that says this of itself; of an answer that has these headers itself."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse('x', headers=headers)(scope, receive, send)

    transport = httpx.ASGITransport(SecurityHeaders(app))
    async with httpx.AsyncClient(transport=transport, base_url=f'{scheme}://test') as client:
        return (await client.get(path, headers=said)).headers


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().partition(' ')[::2] for part in policy.split(';'))


@pytest.mark.parametrize('path', PLACES)
async def test_every_answer_says_what_it_is_and_who_may_frame_it(path: str) -> None:
    headers = await get(path)
    policy = directives(headers['content-security-policy'])
    assert (policy['default-src'], policy['frame-ancestors']) == ("'none'", "'none'")
    assert headers['x-content-type-options'] == 'nosniff'
    assert headers['referrer-policy'] == 'same-origin'
    assert headers['cross-origin-opener-policy'] == headers['cross-origin-resource-policy'] == 'same-origin'
    assert 'camera=()' in headers['permissions-policy']
    assert headers['cache-control'] == 'no-store'


async def test_only_our_own_origin_serves_scripts_and_takes_forms() -> None:
    policy = directives((await get('/login'))['content-security-policy'])
    assert re.fullmatch(r"'self' 'nonce-[\w-]{24}' 'unsafe-eval'", policy['script-src'])
    assert policy['form-action'] == "'self'"
    assert (policy['base-uri'], policy['object-src'], policy['script-src-attr']) == ("'none'",) * 3
    assert not [source for source in policy.values() if 'http' in source]


async def test_every_page_has_a_nonce_of_its_own() -> None:
    found = {directives((await get('/login'))['content-security-policy'])['script-src'] for _ in range(3)}
    assert len(found) == 3


@pytest.mark.parametrize(
    ('platform', 'told'), [('"Windows"', True), ('"macOS"', True), ('"Linux"', False), ('', False)]
)
async def test_a_browser_is_denied_what_it_knows_on_its_platform(platform: str, *, told: bool) -> None:
    headers = await get_with({'sec-ch-ua-platform': platform} if platform else {}, '/login')
    denied = headers['permissions-policy'].split(', ')
    assert ('bluetooth=()' in denied, 'web-share=()' in denied) == (told, told)
    assert 'geolocation=()' in denied


async def test_tls_alone_is_kept_to() -> None:
    assert 'strict-transport-security' not in await get('/login')
    assert 'max-age=31536000' in (await get('/login', scheme='https'))['strict-transport-security']


async def test_what_may_be_cached_says_so_itself_and_check_ins_are_left_alone() -> None:
    assert (await get('/_nicegui/x.js')).get('cache-control') is None
    assert (await get('/devices', **{'cache-control': 'max-age=1'}))['cache-control'] == 'max-age=1'
    assert 'content-security-policy' not in await get('/api/v1/checkins')


async def test_only_scripts_of_the_page_itself_carry_its_nonce(console: Console) -> None:
    importlib.import_module('ui.server.headers').sign_pages()
    hostile = '</script><script>alert(1)</script><script type="module">alert(2)</script>'
    await console.application.device(hostile[:60])
    await console.sign_in(Role.ADMIN)
    page = await _page(console, '/audit')
    openings = re.findall(r'<script\b[^>]*>', page)
    inline = [opening for opening in openings if ' src=' not in opening and 'application/json' not in opening]  # data
    assert len(inline) >= 5
    assert all('nonce="the-nonce"' in opening for opening in inline)
    assert 'alert(1)' not in page.replace('\\', '') or '<script>alert' not in page


async def _page(console: Console, path: str) -> str:
    transport: Any = console.client._transport

    async def with_nonce(scope: Scope, receive: Receive, send: Send) -> None:
        scope['cellwarden.nonce'] = 'the-nonce'
        await transport.app(scope, receive, send)

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(with_nonce), base_url='http://test', cookies=console.client.cookies
    ) as client:
        return (await client.get(path)).text
