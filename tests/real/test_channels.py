"""``kill -9`` while alerts are on their way, by every way that there is: each reaches its receivers, and what comes twice has one key.

``CELLWARDEN_KILLS`` says how often, as in :mod:`tests.real.test_kill`.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import httpx

from tests.real.on_call_desk import PATHS, WAYS, Receivers, all_receivers, set_up, time_has_passed, without_waits
from tests.real.server import free_port, running_server

KILLS = int(os.environ.get('CELLWARDEN_KILLS', '3'))
TOWERS = 2
"""That go down before each kill."""
WITHIN_S = 120.0
PATIENCE_S = 6.0
"""Longest wait for the moment of a kill: receivers that refuse take no more messages for a while."""


async def test_each_alert_reaches_its_receivers_by_every_way_however_often_the_server_is_killed(tmp_path: Path) -> None:
    chance, closed = random.Random(11), free_port()
    environment = {'CELLWARDEN_POLL_ALLOW': '["127.0.0.0/8"]'}
    async with (
        all_receivers() as there,
        running_server(tmp_path / 'data', **environment) as server,
        httpx.AsyncClient(base_url=server.address, timeout=30) as client,
    ):
        headers, secret = await set_up(server, client, there)
        server.kill()
        without_waits(server.data)
        await server.start()
        check = {'kind': 'tcp', 'host': '127.0.0.1', 'port': closed, 'max_attempts': 1}
        for turn in range(KILLS):
            trouble(there, chance)
            moment = there.count() + chance.randrange(TOWERS * len(WAYS))
            for number in range(TOWERS):
                tower = {'name': f'mast-{turn}-{number}', 'checks': [check]}
                answer = await client.post('/api/v1/towers', json=tower, headers=headers)
                assert answer.status_code == 201, answer.text
            await hard(client, headers, turn)
            with suppress(TimeoutError):
                await until(partial(has_taken, there, moment), PATIENCE_S)
            server.kill()
            await server.start()
        well(there)
        server.kill()
        time_has_passed(server.data)
        await server.start()
        towers = {f'mast-{turn}-{number}' for turn in range(KILLS) for number in range(TOWERS)}
        wanted = {(way, tower) for way in WAYS for tower in towers}
        with suppress(TimeoutError):
            await until(lambda: wanted <= there.keys().keys(), WITHIN_S)
        found = there.keys()
        assert wanted <= found.keys(), sorted(wanted - found.keys())
        assert not {place: keys for place, keys in found.items() if len(set(keys)) > 1}
        for one in there.http.got:
            assert PATHS.get(one.path) != 'webhook' or one.is_signed_with(secret)
        twice = Counter[str]()
        for (way, _), keys in found.items():
            twice[way] += len(keys) - 1
        print(
            f'\n{KILLS} kills, {len(towers)} alerts by {len(WAYS)} ways: {sum(map(len, found.values()))} messages, '
            f'none lost, {twice.total()} twice under one key: {dict(twice)}'
        )
        server.log.write_text('')  # it has complained of receivers that refuse, and rightly


def trouble(there: Receivers, chance: random.Random) -> None:
    """What the receivers do with the next messages."""
    there.http.answers = [chance.choice([(500, {}, b''), (204, {}, b''), (204, {}, b''), None]) for _ in range(4)]
    there.mail.refuses = {'ann@example.com': '451 greylisted'} if chance.random() < 0.3 else {}
    there.centre.answers = [chance.choice([0, 0, 0x08])]
    there.push.status = chance.choice([201, 201, 503])


def well(there: Receivers) -> None:
    """They take everything."""
    there.http.answers, there.mail.refuses, there.centre.answers, there.push.status = [], {}, [], 201


def has_taken(there: Receivers, count: int) -> bool:
    """So many messages have come in."""
    return there.count() >= count


async def hard(client: httpx.AsyncClient, headers: dict[str, str], turn: int) -> None:
    """Wait for the first alert of the turn."""
    while True:
        alerts = (await client.get(f'/api/v1/alerts?q=mast-{turn}-&limit=10', headers=headers)).json()['items']
        if alerts:
            return
        await asyncio.sleep(0.02)


async def until(condition: Callable[[], bool], within_s: float) -> None:
    """Wait for it; raises ``TimeoutError``."""
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)
