"""``kill -9`` while alerts are on their way: each reaches its receiver, and what comes twice has one key.

``CELLWARDEN_KILLS`` says how often, as in :mod:`tests.real.test_kill`.
"""

import asyncio
import os
import random
from collections import defaultdict
from pathlib import Path

import httpx

from tests.jobs.notifications.receiver import receiving
from tests.real.server import bearer, free_port, running_server

KILLS = int(os.environ.get('CELLWARDEN_KILLS', '3'))
TOWERS = 3
"""That go down before each kill."""


async def test_each_alert_reaches_its_receiver_however_often_the_server_is_killed(tmp_path: Path) -> None:
    chance, closed = random.Random(11), free_port()
    async with (
        receiving() as receiver,
        running_server(tmp_path / 'data', CELLWARDEN_POLL_ALLOW='["127.0.0.0/8"]') as server,
        httpx.AsyncClient(base_url=server.address, timeout=30) as client,
    ):
        await server.operate('enterprise add', name='Delft')
        scopes = ['channels:write', 'towers:write', 'alerts:read']
        token = await server.operate('token api', enterprise='Delft', name='test', scopes=scopes)
        headers = bearer(token['secret'])
        new = {'name': 'desk', 'kind': 'webhook', 'settings': {'url': receiver.url}, 'per_minute': 600}
        made = await client.post('/api/v1/channels', json=new, headers=headers)
        assert made.status_code == 201, made.text
        check = {'kind': 'tcp', 'host': '127.0.0.1', 'port': closed, 'max_attempts': 1}
        for turn in range(KILLS):
            receiver.answers = [chance.choice([(500, {}, b''), (204, {}, b''), None]) for _ in range(2)]
            known = len(receiver.got)
            for number in range(TOWERS):
                tower = {'name': f'mast {turn}-{number}', 'checks': [check]}
                answer = await client.post('/api/v1/towers', json=tower, headers=headers)
                assert answer.status_code == 201, answer.text
            await receiver.until(known + chance.randrange(1, TOWERS + 1))
            server.kill()
            await server.start()
        async with asyncio.timeout(120):
            while True:
                found = (await client.get('/api/v1/alerts?limit=200', headers=headers)).json()['items']
                told = {one.json['data']['alert_id'] for one in receiver.got}
                if len(found) == KILLS * TOWERS and {alert['id'] for alert in found} <= told:
                    break
                await asyncio.sleep(0.1)
        keys = defaultdict(set)
        for one in receiver.got:
            assert one.is_signed_with(made.json()['secret'])
            keys[one.json['data']['alert_id']].add(one.key)
        assert {len(each) for each in keys.values()} == {1}
