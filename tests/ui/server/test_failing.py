"""Pages that could not be built: what their readers are told, and where the cause is found."""

import importlib
import re
import sys
from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from structlog.testing import capture_logs

from tests.ui.conftest import Console
from tests.ui.server.asking import FRAME, GOES, body, breaks, is_whole, told_of
from ui.server import opening
from ui.server.failing import Failures
from ui.server.opening import begins_early


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    async def begin(_: Request) -> str:
        return FRAME

    begins_early('/page', begin)
    yield
    del opening._pages['/page']


@pytest.fixture
def lines() -> Iterator[list[MutableMapping[str, Any]]]:
    """What the log is told."""
    with capture_logs() as found:
        yield found


def number_in(html: str) -> str:
    """By which a reader tells the failure."""
    (number,) = re.findall('<code>([0-9a-f]{8})</code>', html)
    return str(number)


async def test_a_page_that_fails_says_so_in_its_frame_with_the_number_that_the_log_has(
    lines: list[MutableMapping[str, Any]],
) -> None:
    failures = Failures()
    found = await told_of(failures, Response('Internal Server Error', 500), sec_fetch_mode='navigate')
    assert body(found).decode().startswith(FRAME)
    assert 'This page could not be built' in body(found).decode()
    assert 'Internal Server Error' not in body(found).decode()
    assert is_whole(found)
    (line,) = lines
    assert line == {
        'event': 'page_failed', 'log_level': 'error', 'path': '/page', 'status': 500, 'number': number_in(body(found).decode())
    }  # fmt: skip
    assert failures.count == 1


async def test_a_page_that_breaks_off_says_so_and_the_error_goes_on_to_the_log() -> None:
    failures = Failures()
    found = await told_of(failures, breaks, sec_fetch_mode='navigate')
    assert 'This page could not be built' in body(found).decode()
    assert is_whole(found)
    assert found[-1] == 'raised'
    assert failures.count == 1


async def test_one_that_breaks_off_before_it_is_begun_answers_500_in_the_same_words() -> None:
    failures = Failures()
    found = await told_of(failures, breaks, '/other', sec_fetch_mode='navigate')
    assert isinstance(found[1], dict)
    assert found[1]['status'] == 500
    assert 'This page could not be built' in body(found).decode()
    assert found[-1] == 'raised'
    assert failures.count == 1


async def test_a_program_whose_request_breaks_off_gets_no_page() -> None:
    failures = Failures()
    assert await told_of(failures, breaks, '/other') == ['asked, not begun', 'raised']
    assert failures.count == 0


async def test_what_is_no_page_may_fail_in_words_of_its_own() -> None:
    failures = Failures()
    found = await told_of(failures, Response('{"title": "Busy"}', 503), '/other')
    assert body(found) == b'{"title": "Busy"}'
    assert failures.count == 0


@pytest.fixture
async def broken(console: Console, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of a signed-in person, on a console whose pages fail."""

    def fail() -> None:
        raise RuntimeError('the reason')

    importlib.import_module('ui.server.headers').sign_pages()
    await console.sign_in()
    monkeypatch.setattr(sys.modules['ui.pages.page'], 'own_parts_note', fail)
    async with _calm(console) as client:
        yield client


def _calm(console: Console) -> httpx.AsyncClient:
    """Another browser of the same person, which an error of the server does not reach."""
    transport = httpx.ASGITransport(console.client._transport.app, raise_app_exceptions=False)  # type: ignore[attr-defined]
    return httpx.AsyncClient(transport=transport, base_url='http://test', cookies=console.client.cookies)


@pytest.mark.parametrize(
    ('path', 'headers', 'status'),
    [
        ('/devices', GOES, 200),
        ('/devices', {**GOES, 'sec-purpose': 'prefetch'}, 500),
        ('/devices', {'x-cellwarden-keep': 'picture'}, 500),
        ('/people', GOES, 500),
    ],
)
async def test_a_page_that_cannot_be_built_says_so_in_its_own_frame(
    broken: httpx.AsyncClient,
    lines: list[MutableMapping[str, Any]],
    path: str,
    headers: dict[str, str],
    status: int,
) -> None:
    answer = await broken.get(path, headers=headers)
    assert answer.status_code == status
    assert 'class="cw-rail"' in answer.text
    assert 'This page could not be built' in answer.text
    assert 'the reason' not in answer.text
    assert answer.text.endswith('</html>')
    assert answer.headers['content-type'] == 'text/html; charset=utf-8'
    (cause,) = [line for line in lines if line['event'] == 'page_not_built']
    assert cause['number'] == number_in(answer.text)
    assert cause['exc_info']


async def test_one_that_fails_for_a_stranger_says_so_without_a_frame(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError('the reason')

    monkeypatch.setattr(sys.modules['ui.pages.sign_in.login'], 'bare', fail)
    async with _calm(console) as client:
        answer = await client.get('/login', headers=GOES)
    assert answer.status_code == 500
    assert 'cw-rail"' not in answer.text
    assert 'This page could not be built' in answer.text
    assert 'the reason' not in answer.text


def test_monitoring_sees_how_many_failed() -> None:
    failures, registry = Failures(), CollectorRegistry()
    registry.register(failures)
    failures.note({'path': '/page'}, 500)
    assert b'\ncellwarden_pages_failed_total 1.0\n' in generate_latest(registry)


async def test_a_refusal_of_the_api_that_a_browser_goes_to_is_no_page_that_failed() -> None:
    """As with an address that is typed, or a link to what is not there."""
    failures = Failures()
    assert await told_of(failures, breaks, '/api/v1/devices', sec_fetch_mode='navigate') == [
        'asked, not begun',
        'raised',
    ]
    assert failures.count == 0
