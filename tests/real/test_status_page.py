"""The public status page of a real server: while its database is away, after a kill, and before the server is up again."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from domain.access.permissions import OWNER, Permission
from tests.real.postgres import PostgresServer
from tests.real.server import WITHIN_S, Server, bearer, free_port

SLUG = 'harbour'
GONE = 'moved.sqlite3'


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    found = Server(tmp_path / 'data', free_port(), {})
    await found.start()
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.kill()


def database_of(server: Server) -> Path:
    return next(path for path in server.data.iterdir() if path.suffix == '.sqlite3')


async def published(server: Server, client: httpx.AsyncClient) -> dict[str, str]:
    """A page with one tower; the headers of a program that may do everything."""
    await server.operate('enterprise add', name='Secret bv', starter=False)
    scopes = [permission.value for permission in Permission if permission not in OWNER]
    secret = (await server.operate('token api', enterprise='Secret bv', name='test', scopes=scopes))['secret']
    shown = bearer(secret)
    tower = await client.post('/api/v1/towers', json={'name': 'Mast-Secret-7', 'region': 'North'}, headers=shown)
    content = {
        'slug': SLUG,
        'title': 'Harbour radio',
        'components': [{'kind': 'tower', 'target': tower.json()['id'], 'name': 'West side'}],
    }
    draft = await client.patch('/api/v1/status-page', json=content, headers={**shown, 'if-match': '*'})
    assert draft.status_code == 200, draft.text
    answer = await client.post('/api/v1/status-page:publish', json={'version': draft.json()['version']}, headers=shown)
    assert answer.status_code == 200, answer.text
    await until(client, 'Harbour radio')
    return shown


async def until(client: httpx.AsyncClient, words: str) -> httpx.Response:
    """The page once it says that."""
    deadline = time.monotonic() + WITHIN_S
    while True:
        try:
            answer = await client.get(f'/status/{SLUG}')
        except httpx.TransportError:
            answer = httpx.Response(0, text='')
        if words in answer.text:
            return answer
        assert time.monotonic() < deadline, (answer.status_code, answer.text[:400])
        await asyncio.sleep(0.1)


async def test_a_page_outlives_its_database_its_server_and_the_start_of_the_next_one(server: Server) -> None:
    async with httpx.AsyncClient(base_url=server.address, timeout=20) as client:
        shown = await published(server, client)
        told = {'title': 'No radio in the west', 'text': 'We are on the way.'}
        assert (await client.post('/api/v1/status-page/notices', json=told, headers=shown)).status_code == 201
        page = await until(client, 'We are on the way.')
        assert 'set-cookie' not in page.headers
        assert not [mark for mark in ('Secret', 'North', 'test') if mark in page.text]
        etag = page.headers['etag']
        database = database_of(server)
        with closing(sqlite3.connect(database)) as other:
            other.execute('BEGIN EXCLUSIVE')
            refused = await client.post('/api/v1/status-page/notices', json=told, headers=shown)
            assert refused.status_code == 503, 'nothing can be written'
            assert (await client.get(f'/status/{SLUG}')).headers['etag'] == etag
        server.kill()
        database.rename(server.data / GONE)
        starting = asyncio.create_task(server.start())
        try:
            again = await until(client, 'We are on the way.')
            assert again.headers['etag'] == etag
            same = await client.get(f'/status/{SLUG}', headers={'if-none-match': etag})
            assert same.status_code == 304
            refused = await client.get('/api/v1/towers', headers=shown)
            assert (refused.status_code, refused.headers['retry-after']) == (503, '2')
            assert (await client.get('/readyz')).status_code == 503
            assert (await client.get('/status/other')).status_code == 404
            assert not starting.done(), 'it waits for its database'
        finally:
            (server.data / GONE).rename(database)
            await starting
        assert (await client.get('/api/v1/towers', headers=shown)).status_code == 200
        assert (await client.get(f'/status/{SLUG}')).status_code == 200
        assert (await client.post('/api/v1/status-page:withdraw', headers=shown)).status_code == 200
        await until(client, 'No such page')
    assert await server.stop() == 0
    assert not list((server.data / 'status').iterdir())


async def test_a_page_is_answered_while_postgres_does_not_answer_also_by_a_server_that_starts(
    postgres: str, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    server = Server(tmp_path / 'data', free_port(), {'CELLWARDEN_DATABASE': postgres})
    await server.start()
    try:
        async with httpx.AsyncClient(base_url=server.address, timeout=60) as client:
            shown = await published(server, client)
            etag = (await client.get(f'/status/{SLUG}')).headers['etag']
            postgres_server.freeze()
            try:
                refused = await client.post('/api/v1/status-page:withdraw', headers=shown)
                assert refused.status_code == 503, 'nothing can be written'
                assert (await client.get(f'/status/{SLUG}')).headers['etag'] == etag
                server.kill()
                starting = asyncio.create_task(server.start())
                assert (await until(client, 'Harbour radio')).headers['etag'] == etag
                assert (await client.get('/api/v1/towers', headers=shown)).status_code == 503
            finally:
                postgres_server.thaw()
            await starting
            assert (await client.get('/api/v1/towers', headers=shown)).status_code == 200
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()


async def test_a_start_without_a_public_page_still_ends_with_the_reason(server: Server) -> None:
    database = database_of(server)
    server.kill()
    database.rename(server.data / GONE)
    with pytest.raises(RuntimeError, match='restore it from a backup'):
        await server.start()
