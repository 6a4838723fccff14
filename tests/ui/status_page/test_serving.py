"""``/status/…`` as browsers, caches and strangers ask for it."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from ui.status_page.files import FORMS, StatusFiles
from ui.status_page.serving import StatusPages, starting
from ui.status_page.style import POLICY

HTML = '<!doctype html><title>x</title>' + 'harbour ' * 100


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    files = StatusFiles(tmp_path)
    files.show('harbour', dict.fromkeys(FORMS, HTML))
    app = StatusPages(PlainTextResponse('the rest'), files=files)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url='http://test') as found:
        yield found


async def test_a_page_may_be_shown_by_caches_while_there_is_no_answer(client: httpx.AsyncClient) -> None:
    answer = await client.get('/status/harbour', headers={'accept-encoding': 'identity'})
    assert (answer.status_code, answer.text) == (200, HTML)
    assert answer.headers['content-type'] == 'text/html; charset=utf-8'
    assert answer.headers['cache-control'] == 'public, max-age=15, stale-while-revalidate=300, stale-if-error=86400'
    assert answer.headers['content-security-policy'] == POLICY
    assert "frame-ancestors 'none'" in POLICY
    assert answer.headers['vary'] == 'Accept-Encoding'
    assert 'set-cookie' not in answer.headers
    assert answer.headers['etag'].startswith('"')


async def test_each_encoding_has_its_tag_and_either_is_known(client: httpx.AsyncClient) -> None:
    plain = await client.get('/status/harbour', headers={'accept-encoding': 'identity'})
    packed = await client.get('/status/harbour', headers={'accept-encoding': 'br, gzip;q=0.5'})
    assert packed.headers['content-encoding'] == 'gzip'
    assert packed.text == HTML
    assert int(packed.headers['content-length']) == len(gzip.compress(HTML.encode(), mtime=0))
    assert plain.headers['etag'] != packed.headers['etag']
    for accepts in ('identity', 'gzip'):
        for tag in (plain.headers['etag'], f'W/{packed.headers["etag"]}', f'"a", {packed.headers["etag"]}', '*'):
            same = await client.get('/status/harbour', headers={'if-none-match': tag, 'accept-encoding': accepts})
            assert (same.status_code, same.content) == (304, b'')
            assert {'etag', 'cache-control', 'vary'} <= same.headers.keys()
            assert 'content-encoding' not in same.headers
    other = await client.get('/status/harbour', headers={'if-none-match': '"other"'})
    assert other.status_code == 200
    refused = await client.get('/status/harbour', headers={'accept-encoding': 'gzip;q=0, identity'})
    assert 'content-encoding' not in refused.headers


async def test_an_address_without_a_page_says_the_same_whatever_it_is(client: httpx.AsyncClient) -> None:
    answers = [
        await client.get(path)
        for path in ('/status/switched-off', '/status/never-was.json', '/status/', '/status/a/b', '/status/harbour.txt')
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.text, str(sorted(answer.headers.items()))) for answer in answers}) == 1
    assert answers[0].headers['cache-control'] == 'no-cache'
    asked = await client.get('/status/nothing', headers={'if-none-match': answers[0].headers['etag']})
    assert asked.status_code == 404


async def test_other_sites_may_show_the_badge_and_read_json_and_feed_but_not_frame_the_page(
    client: httpx.AsyncClient,
) -> None:
    for end in ('json', 'atom', 'svg'):
        answer = await client.get(f'/status/harbour.{end}')
        assert answer.headers['access-control-allow-origin'] == '*'
        assert answer.headers['cross-origin-resource-policy'] == 'cross-origin'
        assert answer.headers['content-type'] == FORMS[end]
    assert 'access-control-allow-origin' not in (await client.get('/status/harbour')).headers


async def test_only_reads_are_answered_and_everything_else_is_passed_on(client: httpx.AsyncClient) -> None:
    head = await client.head('/status/harbour', headers={'accept-encoding': 'identity'})
    assert (head.status_code, head.content, int(head.headers['content-length'])) == (200, b'', len(HTML))
    refused = await client.post('/status/harbour')
    assert (refused.status_code, refused.headers['allow']) == (405, 'GET, HEAD')
    assert (await client.get('/status-page')).text == 'the rest'
    assert (await client.get('/status')).text == 'the rest'
    assert 'strict-transport-security' in (await client.get('https://test/status/harbour')).headers


async def test_before_the_server_is_up_everything_else_is_told_to_come_again() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(starting), base_url='http://test') as client:
        answer = await client.post('/api/v1/checkins')
        assert (answer.status_code, answer.headers['retry-after']) == (503, '2')
        assert answer.headers['content-type'] == 'application/problem+json'
        assert answer.json()['status'] == 503
