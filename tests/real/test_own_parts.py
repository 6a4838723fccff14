"""A real server whose database stands still, is freed, and which is killed then: what an outside check and a channel hear of it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx

from tests.jobs.notifications.receiver import receiving
from tests.real.server import bearer, running_server

WITHIN_S = 90.0


async def test_a_database_that_stands_is_told_outside_and_a_kill_tells_nothing_twice(tmp_path: Path) -> None:
    async with (
        receiving() as desk,
        receiving() as lives,
        receiving() as fails,
        running_server(tmp_path / 'data', CELLWARDEN_POLL_ALLOW='["127.0.0.0/8"]') as server,
        httpx.AsyncClient(base_url=server.address, timeout=30) as client,
    ):
        await server.operate('enterprise add', name='Delft')
        token = await server.operate('token api', enterprise='Delft', name='test', scopes=['channels:write'])
        headers = bearer(token['secret'])
        settings = {'url': lives.url, 'fail_url': fails.url, 'every_s': '10'}
        for name, kind, set_ in (('desk', 'webhook', {'url': desk.url}), ('check', 'heartbeat', settings)):
            new = {'name': name, 'kind': kind, 'settings': set_}
            made = await client.post('/api/v1/channels', json=new, headers=headers)
            assert made.status_code == 201, made.text
        await lives.until(1)
        (file,) = [path for path in (tmp_path / 'data').iterdir() if path.suffix in ('.db', '.sqlite', '.sqlite3')]
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as other:
            other.execute('BEGIN IMMEDIATE')
            async with asyncio.timeout(WITHIN_S):
                while not (desk.got and fails.got):
                    await asyncio.sleep(0.1)
            other.execute('ROLLBACK')
        server.kill()
        await server.start()
        async with asyncio.timeout(WITHIN_S):
            while len(desk.got) < 2:
                await asyncio.sleep(0.1)
        known = len(lives.got)
        async with asyncio.timeout(WITHIN_S):
            while len(lives.got) == known:
                await asyncio.sleep(0.1)
        assert [one.json['type'] for one in desk.got] == ['alert.raised', 'alert.cleared']
        assert len({one.json['data']['alert_id'] for one in desk.got}) == 1
        server.log.write_text('')  # it has complained, and rightly
