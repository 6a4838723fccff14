"""``kill -9`` under load, again and again: what was acknowledged is there, the journal has no gap, the server is back in seconds.

``CELLWARDEN_KILLS`` says how often.
"""

import asyncio
import itertools
import json
import os
import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect

from tests.real.server import WITHIN_S, Server, Started, bearer, running_server

KILLS = int(os.environ.get('CELLWARDEN_KILLS', '8'))
LOADING = 2
"""So many of the last starts load the program, as at an operator's; the others take over a process that has (``tests.real.forked``)."""
TIMES = 2.5
"""Longest start after a kill, in that of a start after an orderly stop, on the same data: both are mostly the import of the program."""
ENTERPRISES = ('Ghent', 'Delft')
SCOPES = ['checkins:write', 'devices:read', 'events:read', 'towers:write']
SINGLE, BATCHED = 6, 20
"""Devices of each enterprise that check in by themselves, and that a collector speaks for."""


@dataclass(slots=True)
class Talk:
    """What the clients were told."""

    acked: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: list[str] = field(default_factory=list)
    unanswered: int = 0

    @property
    def count(self) -> int:
        """Acknowledged check-ins."""
        return sum(map(len, self.acked.values()))


@dataclass(slots=True)
class Tenant:
    """An enterprise with its devices; ids and credentials."""

    id: str
    token: str
    singles: list[tuple[str, str]]
    batched: list[str]


async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    chance = random.Random(20)
    async with running_server(tmp_path / 'data') as server, httpx.AsyncClient(base_url=server.address) as client:
        tenants = [await furnish(server, client, name) for name in ENTERPRISES]
        talk, over = Talk(), asyncio.Event()
        talkers = [
            asyncio.create_task(work)
            for tenant in tenants
            for work in (
                *(single(client, device, credential, talk, over) for device, credential in tenant.singles),
                batches(client, tenant, talk, over),
            )
        ]
        starts: list[Started] = []
        for number in range(KILLS):
            server.loads = number >= KILLS - LOADING
            await until(told(talk, chance.randrange(50, 400)), talkers)
            server.kill()
            started = await server.start()
            starts += [started] if server.loads else []
        await until(told(talk, 100), talkers)
        over.set()
        await asyncio.gather(*talkers)

        assert talk.refused == []
        for tenant in tenants:
            await check_devices(client, tenant, talk)
            await check_journal(server, client, tenant)
        check_file(server.data / 'cellwarden.sqlite3', talk)
        slowest = max(starts, key=lambda one: one.own_s)
        print(
            f'\n{KILLS} kills, {talk.count} acknowledged, {talk.unanswered} unanswered; ready again: '
            f'worst {max(one.wall_s for one in starts):.2f} s by the clock, '
            f'{slowest.own_s:.2f} s without waiting for a CPU, {max(one.cpu_s for one in starts):.2f} s of CPU'
        )
        assert talk.unanswered > 0, 'no kill hit a request'
        orderly = []
        for _ in range(2):
            assert await server.stop() == 0
            orderly.append((await server.start()).own_s)
        print(f'after an orderly stop: {orderly[0]:.2f} s and {orderly[1]:.2f} s without waiting for a CPU')
        assert slowest.own_s < TIMES * max(orderly)


async def furnish(server: Server, client: httpx.AsyncClient, name: str) -> Tenant:
    """An enterprise with policies, two towers and devices that enrolled."""
    enterprise = await server.operate('enterprise add', name=name)
    api = await server.operate('token api', enterprise=name, name='collector', scopes=SCOPES)
    enrol = await server.operate('token enrolment', enterprise=name, name='roll-out')
    for number in range(2):
        cell = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 1, 'cell_id': number}
        answer = await client.post(
            '/api/v1/towers', json={'name': f'{name}-{number}', 'cells': [cell]}, headers=bearer(api['secret'])
        )
        assert answer.status_code == 201, answer.text
    devices = []
    for number in range(SINGLE + BATCHED):
        new = {'name': f'{name}-crane-{number}', 'kind': 'tablet', 'identifiers': {'serial': f'{name}-{number}'}}
        answer = await client.post('/api/v1/enrolments', json=new, headers=bearer(enrol['secret']))
        assert answer.status_code == 201, answer.text
        devices.append((answer.json()['device_id'], answer.json()['credential']))
    return Tenant(enterprise['id'], api['secret'], devices[:SINGLE], [device for device, _ in devices[SINGLE:]])


def checkins(device: str) -> Iterator[dict[str, Any]]:
    """Rising check-ins that move between two towers and in and out of policy; the channel number tells which one a sample is of."""
    for sequence in itertools.count(1):
        radio = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 1, 'cell_id': sequence // 3 % 2, 'arfcn': sequence}
        facts = {'storage': {'encrypted': sequence // 5 % 2 == 0}, 'uptime_s': sequence}
        now = datetime.now(UTC).isoformat()
        yield {'device': device, 'sequence': sequence, 'observed_at': now, 'facts': facts, 'radio': radio}


async def single(client: httpx.AsyncClient, device: str, credential: str, talk: Talk, over: asyncio.Event) -> None:
    """A device that checks in again and again; what was not answered it leaves behind."""
    for item in checkins(device):
        if over.is_set():
            return
        answer = await send(client, '/api/v1/checkins', item, credential, talk)
        if answer is not None:
            talk.acked[device].add(item['sequence'])


async def batches(client: httpx.AsyncClient, tenant: Tenant, talk: Talk, over: asyncio.Event) -> None:
    """A collector that speaks for many devices at a time."""
    for items in zip(*map(checkins, tenant.batched), strict=True):
        if over.is_set():
            return
        answer = await send(client, '/api/v1/checkins:batch', items, tenant.token, talk)
        if answer is not None:
            assert answer['accepted'] == len(items), answer
            for item in items:
                talk.acked[item['device']].add(item['sequence'])


async def send(client: httpx.AsyncClient, path: str, body: object, secret: str, talk: Talk) -> dict[str, Any] | None:
    """What was answered; ``None`` when nothing was kept, or it is not known."""
    try:
        answer = await client.post(path, json=body, headers=bearer(secret), timeout=10)
    except httpx.ConnectError:
        await asyncio.sleep(0.05)  # no server there: not worth counting
        return None
    except httpx.TransportError:
        talk.unanswered += 1
        return None
    if answer.status_code != 200:
        if answer.status_code != 503:
            talk.refused.append(f'{answer.status_code} {answer.text}')
        await asyncio.sleep(0.05)
        return None
    found: dict[str, Any] = answer.json()
    return found


def told(talk: Talk, more: int) -> Callable[[], bool]:
    """True once that many more check-ins were acknowledged."""
    goal = talk.count + more
    return lambda: talk.count >= goal


async def until(condition: Callable[[], bool], talkers: list['asyncio.Task[None]']) -> None:
    """Wait until ``condition`` holds, or a talker has failed."""
    async with asyncio.timeout(WITHIN_S):
        while not condition():
            for talker in talkers:
                if talker.done():
                    talker.result()
            await asyncio.sleep(0.002)


async def check_devices(client: httpx.AsyncClient, tenant: Tenant, talk: Talk) -> None:
    """Every device stands at what it was last told or behind it, every acknowledged check-in has its sample."""
    for device in (*(device for device, _ in tenant.singles), *tenant.batched):
        shown = (await client.get(f'/api/v1/devices/{device}', headers=bearer(tenant.token))).json()
        assert shown['sequence'] >= max(talk.acked[device])
        answer = await client.get(f'/api/v1/devices/{device}/samples?limit=5000', headers=bearer(tenant.token))
        there = {item['radio']['arfcn'] for item in answer.json()['items']}
        assert talk.acked[device] <= there, f'{device} lost {sorted(talk.acked[device] - there)[:10]}'


async def check_journal(server: Server, client: httpx.AsyncClient, tenant: Tenant) -> None:
    """Read page by page and from the event socket, it runs from 1 to the end, the same both times."""
    pages: list[tuple[int, str]] = []
    after = 0
    while True:
        answer = await client.get(f'/api/v1/journal?after={after}&limit=200', headers=bearer(tenant.token))
        found = answer.json()
        pages += [(item['sequence'], item['kind']) for item in found['items']]
        if found['next'] is None:
            break
        after = found['next']
    newest = pages[-1][0]
    assert [sequence for sequence, _ in pages] == list(range(1, newest + 1))
    streamed: list[tuple[int, str]] = []
    async with connect(
        f'ws://127.0.0.1:{server.port}/api/v1/events?cursor=0', additional_headers=bearer(tenant.token)
    ) as socket:
        async with asyncio.timeout(WITHIN_S):
            while len(streamed) < newest:
                event = json.loads(await socket.recv())
                streamed.append((event['sequence'], event['kind']))
    assert streamed == pages
    assert newest > 100


def check_file(path: Path, talk: Talk) -> None:
    """The same by SQL."""
    with closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as file:
        assert file.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
        for enterprise, used in file.execute('SELECT enterprise, used FROM journal_counter').fetchall():
            rows = file.execute(
                'SELECT sequence FROM journal_entry WHERE enterprise = ? ORDER BY sequence', (enterprise,)
            )
            assert [row[0] for row in rows] == list(range(1, used + 1))
        kept: dict[str, set[int]] = defaultdict(set)
        for device, arfcn in file.execute('SELECT device, arfcn FROM radio_sample'):
            assert arfcn not in kept[device], 'kept twice'
            kept[device].add(arfcn)
        for device, acked in talk.acked.items():
            assert acked <= kept[device]
