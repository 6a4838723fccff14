"""SIGTERM: a request under way is answered, no other connection is waited for, and the database is closed."""

import asyncio
import json
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import httpx
from websockets.asyncio.client import connect

from domain.changes.committing import ANSWERED_WITHIN_S
from persistence.engine.pool import DEADLINE_S
from tests.real.page_views import furnish, looking
from tests.real.postgres import fresh_database, running_postgres
from tests.real.server import WITHIN_S, Server, bearer, free_port, running_server

GRACE_S = ANSWERED_WITHIN_S + 1
"""In which requests that wait for the store are answered."""
WORK_S = 5.0
"""For the steps that wait for no request, on a machine that is busy; three steps at the end ask the database, each until its deadline."""


async def test_open_pages_sockets_and_idle_connections_do_not_hold_up_the_end(tmp_path: Path) -> None:
    async with (
        running_server(tmp_path / 'data') as server,
        aiohttp.ClientSession(server.address, cookie_jar=aiohttp.DummyCookieJar()) as browser,
    ):
        await furnish(server)
        token = await server.operate('token api', enterprise='Delft', name='p', scopes=['events:read'])
        events = f'ws://127.0.0.1:{server.port}/api/v1/events?cursor=0'
        _, silent = await asyncio.open_connection('127.0.0.1', server.port)
        _, form = await asyncio.open_connection('127.0.0.1', server.port)
        form.write(b'POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 90\r\n\r\nemail=a')
        async with (
            looking(browser, server.address, '/devices'),
            connect(events, additional_headers=bearer(token['secret'])),
            httpx.AsyncClient(base_url=server.address) as kept,
        ):
            assert (await kept.get('/healthz')).status_code == 200
            began = time.monotonic()
            assert await server.stop() == 0
            assert time.monotonic() - began < GRACE_S, 'the grace is for those who wait for an answer'
        assert not [*(tmp_path / 'data').glob('*-wal')], 'SQLite was closed in order'
        silent.close()
        form.close()


async def test_a_page_that_polled_and_has_gone_is_no_complaint(tmp_path: Path) -> None:
    polls = {'EIO': '4', 'transport': 'polling'}
    async with running_server(tmp_path / 'data') as server:
        async with httpx.AsyncClient(base_url=server.address) as client:
            opened = await client.get('/_nicegui_ws/socket.io/', params=polls)
            sid = json.loads(opened.text[1:])['sid']
            _, line = await asyncio.open_connection('127.0.0.1', server.port)
            query = urlencode({**polls, 'sid': sid})
            line.write(f'GET /_nicegui_ws/socket.io/?{query} HTTP/1.1\r\nHost: {server.address[7:]}\r\n\r\n'.encode())
            await client.get('/healthz')  # the server has read what came before
            line.close()
        assert await server.stop() == 0
        assert server.complaints() == []


async def test_who_waits_for_a_silent_database_is_answered_before_the_end(tmp_path: Path) -> None:
    with running_postgres() as cluster, fresh_database(cluster) as database:
        server = Server(tmp_path / 'data', free_port(), {'CELLWARDEN_DATABASE': cluster.url(database)})
        await server.start()
        await server.operate('enterprise add', name='Delft')
        enrolment = await server.operate('token enrolment', enterprise='Delft', name='e')
        async with httpx.AsyncClient(base_url=server.address) as client:
            new = {'name': 'crane', 'kind': 'tablet'}
            enrolled = await client.post('/api/v1/enrolments', json=new, headers=bearer(enrolment['secret']))
        said = {'sequence': 1, 'observed_at': datetime.now(UTC).isoformat()}
        async with (
            httpx.AsyncClient(base_url=server.address, timeout=30) as device,
            httpx.AsyncClient(base_url=server.address) as watcher,
        ):
            shown = bearer(enrolled.json()['credential'])
            cluster.freeze()
            try:
                asked = asyncio.create_task(device.post('/api/v1/checkins', json=said, headers=shown))
                async with asyncio.timeout(WITHIN_S):
                    while 'cellwarden_connections{credential="shown"} 1.0' not in (await watcher.get('/metrics')).text:
                        await asyncio.sleep(0.01)
                assert server.process is not None
                server.process.send_signal(signal.SIGTERM)
                began = time.monotonic()
                answer = await asked
                heard_s = time.monotonic() - began
                code = await asyncio.to_thread(server.process.wait, WITHIN_S)
                ended_s = time.monotonic() - began
            finally:
                cluster.thaw()
        print(f'\nanswered {heard_s:.1f} s after SIGTERM, ended after {ended_s:.1f} s')
        assert (answer.status_code, code) == (503, 0)
        assert heard_s < GRACE_S
        assert ended_s < GRACE_S + 3 * DEADLINE_S + WORK_S
        assert 'Traceback' not in server.log.read_text()
