"""A real server while its PostgreSQL fails: it comes back by itself, loses nothing acknowledged, and never writes beside another."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from persistence.engine.pool import DEADLINE_S
from tests.real.fault_proxy import Lost, fault_proxy
from tests.real.postgres import PostgresServer, fresh_database, running_postgres
from tests.real.server import WITHIN_S, Server, bearer, free_port

TALKERS = 4


@dataclass(slots=True)
class Talk:
    """Devices that check in one after the other, and what they were told."""

    address: str
    credentials: list[str]
    devices: list[str]
    api: str
    acked: dict[str, int] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)
    slowest_s: float = 0.0

    @property
    def count(self) -> int:
        return sum(self.acked.values())

    async def one(self, client: httpx.AsyncClient, number: int, over: asyncio.Event) -> None:
        device, sequence = self.devices[number], 0
        while not over.is_set():
            sequence += 1
            began = time.monotonic()
            try:
                answer = await client.post(
                    '/api/v1/checkins', json=checkin(sequence), headers=bearer(self.credentials[number])
                )
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            finally:
                self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            self.statuses.add(answer.status_code)
            if answer.status_code == 200:
                self.acked[device] = sequence
            else:
                assert answer.headers['retry-after']
                await asyncio.sleep(0.02)


@asynccontextmanager
async def talking(server: Server) -> AsyncIterator[tuple[Talk, httpx.AsyncClient]]:
    """A server with devices that check in for the length of the block; at its end what was acknowledged is there, without a gap."""
    name = 'Delft'
    await server.operate('enterprise add', name=name, plmns=['204-08'])
    api = (await server.operate('token api', enterprise=name, name='program', scopes=['devices:read', 'events:read']))[
        'secret'
    ]
    enrol = (await server.operate('token enrolment', enterprise=name, name='roll-out'))['secret']
    talk = Talk(server.address, [], [], api)
    async with httpx.AsyncClient(base_url=server.address, timeout=30) as client:
        for number in range(TALKERS):
            new = {'name': f'crane-{number}', 'kind': 'tablet', 'identifiers': {'serial': f'S{number}'}}
            enrolled = (await client.post('/api/v1/enrolments', json=new, headers=bearer(enrol))).json()
            talk.devices.append(enrolled['device_id'])
            talk.credentials.append(enrolled['credential'])
        over = asyncio.Event()
        talkers = [asyncio.create_task(talk.one(client, number, over)) for number in range(TALKERS)]
        try:
            await more(talk, 20)
            yield talk, client
        finally:
            over.set()
            await asyncio.gather(*talkers)
        await check(talk, client)


def checkin(sequence: int) -> dict[str, Any]:
    """The channel number tells which one a sample is of."""
    radio = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 1, 'cell_id': 1, 'arfcn': sequence}
    facts = {'storage': {'encrypted': sequence % 5 == 0}}
    return {'sequence': sequence, 'observed_at': datetime.now(UTC).isoformat(), 'facts': facts, 'radio': radio}


async def more(talk: Talk, count: int) -> float:
    """Wait for so many more acknowledgements from the highest numbers on; how long that took (s)."""
    began, goal = time.monotonic(), talk.count + count
    async with asyncio.timeout(WITHIN_S):
        while talk.count < goal:
            await asyncio.sleep(0.01)
    return time.monotonic() - began


async def check(talk: Talk, client: httpx.AsyncClient) -> None:
    """Every acknowledged check-in is in the picture, and the journal has no gap."""
    for device, sequence in talk.acked.items():
        shown = (await client.get(f'/api/v1/devices/{device}', headers=bearer(talk.api))).json()
        assert shown['sequence'] >= sequence
    after, sequences = 0, []
    while True:
        page = (await client.get(f'/api/v1/journal?after={after}&limit=200', headers=bearer(talk.api))).json()
        sequences += [item['sequence'] for item in page['items']]
        if page['next'] is None:
            break
        after = page['next']
    assert sequences == list(range(1, len(sequences) + 1))
    assert talk.statuses <= {200, 503}


@pytest.fixture(scope='module')
def cluster() -> Iterator[PostgresServer]:
    """A server of these tests' own, which they stop, freeze and start again."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def database(cluster: PostgresServer) -> Iterator[str]:
    with fresh_database(cluster) as name:
        yield name


@asynccontextmanager
async def started(data: Path, url: str) -> AsyncIterator[Server]:
    """A server whose log may complain."""
    server = Server(data, free_port(), {'CELLWARDEN_DATABASE': url})
    await server.start()
    try:
        yield server
    finally:
        assert server.process is not None
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGCONT)
            server.kill()
    assert 'Traceback' not in server.log.read_text()


async def ready(client: httpx.AsyncClient) -> str:
    return (await client.get('/readyz')).text


async def test_a_paused_holder_is_replaced_and_writes_nothing_when_it_wakes(
    cluster: PostgresServer, database: str, tmp_path: Path
) -> None:
    url = cluster.url(database)
    async with started(tmp_path / 'one', url) as one, httpx.AsyncClient(base_url=one.address, timeout=30) as client:
        await one.operate('enterprise add', name='Delft', plmns=['204-08'])
        enrol = (await one.operate('token enrolment', enterprise='Delft', name='roll-out'))['secret']
        new = {'name': 'crane', 'kind': 'tablet', 'identifiers': {'serial': 'S1'}}
        mine = (await client.post('/api/v1/enrolments', json=new, headers=bearer(enrol))).json()['credential']
        refused = await Server(tmp_path / 'two', free_port(), {'CELLWARDEN_DATABASE': url}).command(
            'serve', '--port', '0'
        )
        assert refused.code == 1
        assert f'already served by process {one.pid} on' in refused.err
        assert 'Traceback' not in refused.err

        os.kill(one.pid, signal.SIGSTOP)
        asleep = [
            asyncio.create_task(client.post('/api/v1/checkins', json=checkin(n), headers=bearer(mine)))
            for n in (900, 901)
        ]
        await asyncio.sleep(0.1)
        async with started(tmp_path / 'two', url) as two, httpx.AsyncClient(base_url=two.address) as other:
            answer = await other.post('/api/v1/checkins', json=checkin(1), headers=bearer(mine))
            assert answer.json()['accepted'] == 'current'
            written = cluster.sql('SELECT groups, epoch FROM lease', database=database)
            os.kill(one.pid, signal.SIGCONT)
            woke = time.monotonic()
            for task in asleep:
                with suppress(httpx.TransportError):
                    assert (await task).status_code == 503
            assert one.process is not None
            assert await asyncio.to_thread(one.process.wait, WITHIN_S) == 1
            print(f'\nended {time.monotonic() - woke:.1f} s after it woke')
            assert f'another server has taken over this database: process {two.pid} on' in one.log.read_text()
            assert cluster.sql('SELECT max(arfcn) FROM radio_sample', database=database) == '1'
            assert written.endswith('|2')
            assert await ready(other) == 'ready\n'


async def test_a_server_whose_tables_go_ends_with_one_line(
    cluster: PostgresServer, database: str, tmp_path: Path
) -> None:
    """As while a backup is restored under it."""
    async with started(tmp_path / 'one', cluster.url(database)) as server:
        await server.operate('enterprise add', name='Delft', plmns=['204-08'])
        cluster.sql('DROP SCHEMA public CASCADE', database=database)
        assert server.process is not None
        assert await asyncio.to_thread(server.process.wait, WITHIN_S) == 1
        (line,) = [each for each in server.log.read_text().splitlines() if '"critical"' in each]
        assert 'tables went from the database' in line


async def test_sessions_that_end_under_way_are_told_in_words_of_ours(
    cluster: PostgresServer, database: str, tmp_path: Path
) -> None:
    async with (
        started(tmp_path / 'one', cluster.url(database)) as server,
        talking(server) as (talk, client),
    ):
        said = set[str]()
        for _ in range(20):
            ended = 'pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()'
            cluster.sql(f'SELECT count({ended} AND pid <> pg_backend_pid()', database=database)
            said.add(await ready(client))
            await more(talk, 4)
        assert 'cannot switch to state' not in server.log.read_text() + str(said)


async def test_every_session_ended_and_the_database_restarted_again_and_again_under_load(
    cluster: PostgresServer, database: str, tmp_path: Path
) -> None:
    async with started(tmp_path / 'data', cluster.url(database)) as server, talking(server) as (talk, client):
        for _ in range(3):
            cluster.sql('SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid()')
            await more(talk, 10)
        other = await Server(tmp_path / 'other', free_port(), {'CELLWARDEN_DATABASE': cluster.url(database)}).command(
            'serve', '--port', '0'
        )
        assert (other.code, 'already served by process' in other.err) == (1, True)
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGINT):
            cluster.stop(how)
            cluster.start()
            took = await more(talk, 10)
            print(f'\ntaking changes {took:.2f} s after the restart')
            assert took < 5
        assert await ready(client) == 'ready\n'
        assert server.process is not None
        assert server.process.poll() is None, 'the same process, all along'


async def test_lost_commits_and_lost_answers_under_load(cluster: PostgresServer, database: str, tmp_path: Path) -> None:
    async with (
        fault_proxy(cluster) as proxy,
        started(tmp_path / 'data', proxy.url(database)) as server,
        talking(server) as (talk, client),
    ):
        for lost in (Lost.ANSWER, Lost.QUESTION) * 4:
            proxy.next_commit = lost
            await more(talk, 10)
        proxy.cut()
        await more(talk, 10)
        assert proxy.cut_commits == 8
        assert await ready(client) == 'ready\n'
        assert talk.slowest_s < 8


async def test_while_the_database_is_frozen_every_request_is_answered_and_afterwards_it_goes_on(
    cluster: PostgresServer, database: str, tmp_path: Path
) -> None:
    async with started(tmp_path / 'data', cluster.url(database)) as server, talking(server) as (talk, client):
        cluster.freeze()
        try:
            await asyncio.sleep(9)
            began = time.monotonic()
            answer = await client.post('/api/v1/checkins', json=checkin(1), headers=bearer(talk.credentials[0]))
            assert (answer.status_code, time.monotonic() - began < DEADLINE_S) == (503, True), (
                'no request waits any longer'
            )
            answer = await client.get('/readyz')
            assert (answer.status_code, 'retry-after' in answer.headers) == (503, True)
            slowest = talk.slowest_s
        finally:
            cluster.thaw()
        took = await more(talk, 10)
        print(f'\nlongest wait {slowest:.2f} s, taking changes {took:.2f} s after the end')
        assert slowest < 6.5
        assert took < 5


async def test_a_database_that_is_lost_while_the_fleet_is_read_ends_the_start_with_one_line(
    cluster: PostgresServer, database: str, tmp_path: Path
) -> None:
    async with fault_proxy(cluster) as proxy:
        server = Server(tmp_path / 'data', free_port(), {'CELLWARDEN_DATABASE': proxy.url(database)})
        assert (await server.command('enterprise', 'add', 'Delft')).code == 0
        proxy.last_words = b'SET LOCAL statement_timeout = 0'  # with which reading begins, behind the claim
        said = await server.command('serve', '--port', str(server.port))
    (line,) = [each for each in said.err.splitlines() if not each.startswith('{')]
    assert (said.code, line.startswith('cellwarden: the database does not answer')) == (1, True), said
    assert 'Traceback' not in said.out + said.err
