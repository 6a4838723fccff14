"""Kills, a second server, a server that was paused: what was acknowledged stays, and one server writes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import httpx
import psutil

from tests.battery.case import Place, Stage, Store
from tests.battery.figures import kept, most
from tests.battery.honest import honest
from tests.bench.report import Figure
from tests.real.server import Server, bearer, free_port

KILLS = 5
START_WITHIN_S = 40.0
"""A start takes 3 s; others may have the machine meanwhile."""
LEASE_S = 40.0
"""A second server has the database within this long after the first was paused, or never."""


async def kill(stage: Stage) -> AsyncIterator[Figure]:
    """`kill -9` five times under 200 check-ins/s, started again at once. Lost, kept twice, gaps: 0; ready in under 5 s of its own time."""
    place, chance = await stage.place(), Random(5)
    async with stage.server(place) as server, honest(server.port, place.seeded.devices, per_s=200) as devices:
        ready = []
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.4, 1.2))
            server.kill()
            ready.append(await server.start())
        await asyncio.sleep(1)
        told = await devices.stop()
        for figure in await kept(server, place, told):
            yield figure
    slowest = max(ready, key=lambda one: one.own_s)
    yield most(
        'ready again after kill -9, without waiting for a CPU', slowest.own_s, 5, ' s',
        measured=f'worst of {KILLS}; {max(one.wall_s for one in ready):.1f} s by the clock',
    )  # fmt: skip
    yield most('kills that interrupted nothing', float(all(each.status == 200 for each in told)), 0)


async def second(stage: Stage) -> AsyncIterator[Figure]:
    """A second server is started on the database of a running one. It ends with one line and a code; the first goes on."""
    place = await stage.place()
    async with stage.server(place) as first:
        other = rival(stage, place)
        try:
            took = await starts(other, START_WITHIN_S)
            yield most('servers ready on one database', 1 + took, 1)
            assert other.process is not None
            yield most('lines that the second one leaves', lines_left(other), 1, measured=last_line(other))
            yield most('the second one ends with code 0', float(other.process.poll() in (0, None)), 0)
            async with httpx.AsyncClient(base_url=first.address) as client:
                yield most('changes that the first one refuses', float(not await changes(client, place, 2)), 0)
        finally:
            end(other)


async def beside_after_restart(stage: Stage) -> AsyncIterator[Figure]:
    """PostgreSQL is stopped and started under a server, then a second server is started and both are asked to write for 5 s, at the
    same moments. Moments at which both did: 0."""
    place = await stage.place()
    async with stage.server(place, supervised=True) as first:
        stage.postgres.stop()
        stage.postgres.start()
        other = rival(stage, place)
        try:
            took = await starts(other, START_WITHIN_S)
            yield most('moments at which two servers took changes', await _both(first, other, place) if took else 0, 0,
                       measured='the second one became ready' if took else 'the second one was refused')  # fmt: skip
        finally:
            end(other)


async def paused(stage: Stage) -> AsyncIterator[Figure]:
    """The server is stopped with SIGSTOP (and the database drops its sessions, as it does with a dead peer), a second one is started,
    then the first goes on with SIGCONT and is asked to write. Writes of the first one: 0, and within 3 s it says it is not ready."""
    place = await stage.place()
    async with stage.server(place) as first:
        process = psutil.Process(first.pid)
        process.suspend()
        if stage.store is Store.POSTGRES:
            dropped = f"FROM pg_stat_activity WHERE datname = '{place.database}'"
            stage.postgres.sql(f'SELECT pg_terminate_backend(pid) {dropped}')
        other = rival(stage, place)
        try:
            began, took = time.monotonic(), False
            while not took and time.monotonic() - began < (LEASE_S if stage.store is Store.POSTGRES else 5):
                took = await starts(other, START_WITHIN_S)
            process.resume()
            if not took:
                async with httpx.AsyncClient(base_url=first.address, timeout=10) as client:
                    yield most('writes that the first one refuses, since no second came', float(not await changes(client, place, 2)), 0,
                               measured='the second one was refused, the lock is held')  # fmt: skip
                return
            stale, unready_s = await _stale(first, place)
            yield most('writes of the server that was paused', stale, 0, measured='after a second one had begun')
            yield most('the paused one says that it is not ready', unready_s, 3, ' s')
            async with _client(other) as client:
                yield most('changes that the second one refuses', float(not await changes(client, place, 500)), 0)
            for figure in (await kept(other, place, []))[2:]:
                yield figure
        finally:
            process.resume()
            end(other)


def rival(stage: Stage, place: Place) -> Server:
    """Another server for the same database, with a data folder of its own."""
    url = place.url or f'sqlite:///{place.file}'
    return Server(stage.folder / 'rival', free_port(), {'CELLWARDEN_DATABASE': url})


def end(server: Server) -> None:
    """Kill what still runs."""
    if server.process is not None and server.process.poll() is None:
        server.kill()


async def changes(client: httpx.AsyncClient, place: Place, sequence: int, device: int = 0) -> bool:
    """True when a check-in was acknowledged as a change."""
    _, credential = place.seeded.devices[device]
    body = {'sequence': sequence, 'observed_at': '2026-01-01T00:00:00Z', 'radio': None}
    try:
        answer = await client.post('/api/v1/checkins', json=body, headers=bearer(credential))
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and answer.json()['accepted'] != 'duplicate'


@asynccontextmanager
async def _client(server: Server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.address, timeout=10) as client:
        yield client


async def starts(server: Server, within_s: float) -> bool:
    """True when it was ready in time; its log says why not."""
    server.data.mkdir(exist_ok=True)
    try:
        await asyncio.wait_for(server.start(), within_s)
    except (RuntimeError, TimeoutError):
        return False
    return True


async def _both(first: Server, other: Server, place: Place) -> int:
    count, until = 0, time.monotonic() + 5
    async with _client(first) as one, _client(other) as two:
        sequence = 10
        while time.monotonic() < until:
            sequence += 1
            answers = await asyncio.gather(changes(one, place, sequence, 0), changes(two, place, sequence, 1))
            count += all(answers)
            await asyncio.sleep(0.05)
    return count


async def _stale(server: Server, place: Place) -> tuple[int, float]:
    """Writes that it takes within 5 s, and after how long it was not ready, or gone."""
    count, began, unready = 0, time.monotonic(), float('inf')
    async with httpx.AsyncClient(base_url=server.address, timeout=2) as client:
        while (passed := time.monotonic() - began) < 5:
            count += await changes(client, place, 100 + int(passed * 50))
            if unready == float('inf') and not await is_ready(client):
                unready = time.monotonic() - began
            await asyncio.sleep(0.05)
    return count, unready


async def is_ready(client: httpx.AsyncClient) -> bool:
    """What ``/readyz`` says."""
    try:
        return (await client.get('/readyz')).status_code == 200
    except httpx.TransportError:
        return False


def lines_left(server: Server) -> int:
    """Lines of its log that are no log lines of a normal start; a traceback has many."""
    return len([line for line in server.log.read_text().splitlines() if not line.startswith('{')])


def last_line(server: Server) -> str:
    """Of its log."""
    return (server.log.read_text(errors='replace').splitlines() or [''])[-1]
