"""PostgreSQL freezes, stops, and loses a connection inside COMMIT, under load."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx

from tests.battery.case import Stage
from tests.battery.figures import back, kept, most
from tests.battery.honest import between, honest
from tests.bench.report import Figure
from tests.real.fault_proxy import Lost, fault_proxy
from tests.real.postgres import PostgresServer
from tests.real.server import Server

CUTS = 4
OUT_S = 10.0
"""How long the database is away."""
REFUSED_WITHIN_S = 6.0
"""A frozen database: a deadline of 5 s at every step and a second for the rest."""


async def frozen(stage: Stage) -> AsyncIterator[Figure]:
    """All processes of PostgreSQL are stopped with SIGSTOP for 10 s under 50 check-ins/s. Every request has an answer within 6 s,
    `/healthz` answers, `/readyz` says 503; acknowledged again within 5 s; lost, kept twice, gaps: 0."""
    async for figure in _outage(stage, PostgresServer.freeze, PostgresServer.thaw):
        yield figure


async def stopped(stage: Stage) -> AsyncIterator[Figure]:
    """PostgreSQL is stopped and started 10 s later under 50 check-ins/s. The same figures as for a frozen one."""
    async for figure in _outage(stage, PostgresServer.stop, PostgresServer.start):
        yield figure


async def lost_commit(stage: Stage) -> AsyncIterator[Figure]:
    """A proxy before PostgreSQL loses a COMMIT, or its answer, twice each under 100 check-ins/s. Acknowledged again within 5 s each
    time; lost, kept twice, gaps: 0."""
    place = await stage.place()
    async with fault_proxy(stage.postgres) as proxy:
        through = replace(place, url=proxy.url(place.database))
        async with (
            stage.server(through, supervised=True) as server,
            honest(server.port, place.seeded.devices, per_s=100) as devices,
        ):
            await asyncio.sleep(2)
            moments: list[float] = []
            for number in range(CUTS):
                proxy.next_commit = Lost.QUESTION if number % 2 else Lost.ANSWER
                until = time.monotonic() + 5
                while proxy.cut_commits <= number and time.monotonic() < until:
                    await asyncio.sleep(0.01)
                if proxy.cut_commits <= number:
                    break  # no commit comes by any more
                moments.append(time.monotonic())
                await asyncio.sleep(6)
            told = await devices.stop()
            yield most('COMMITs that could not be lost, since none came any more', CUTS - proxy.cut_commits, 0)
            found = [back(f'each of {len(moments)} lost COMMITs', told, moment) for moment in moments]
            yield max(found, key=lambda one: one.ratio)
            yield most('restarts that a supervisor had to do', stage.restarts, CUTS, measured='may end with a word')
            if found[-1].ratio == float('inf') and not stage.restarts:
                server.kill()  # it does not come back: what was acknowledged is looked for after a new start
            for figure in await kept(server, place, told):
                yield figure


async def _outage(
    stage: Stage, out: Callable[[PostgresServer], None], up: Callable[[PostgresServer], None]
) -> AsyncIterator[Figure]:
    place = await stage.place()
    async with (
        stage.server(place, supervised=True) as server,
        honest(server.port, place.seeded.devices, per_s=50) as devices,
    ):
        await asyncio.sleep(2)
        began = time.monotonic()
        await asyncio.to_thread(out, stage.postgres)
        try:
            alive, unready = await _health(server, began + OUT_S)
        finally:
            await asyncio.to_thread(up, stage.postgres)
        ended = time.monotonic()
        await asyncio.sleep(6)
        told = await devices.stop()
        waits = [each.waited_s for each in between(told, began, ended)]
        yield most(
            'longest wait for an answer while the database is away', max(waits), REFUSED_WITHIN_S, ' s',
            measured=f'{len(waits)} check-ins, {stage.restarts} restarts of the server',
        )  # fmt: skip
        yield most('/healthz without an answer in 2 s', alive, 0)
        yield most('/readyz says that changes are not taken after', unready, REFUSED_WITHIN_S, ' s')
        yield back(f'{OUT_S:g} s without a database', told, ended)
        if not any(each.status == 200 for each in between(told, ended, float('inf'))):
            server.kill()  # it does not come back: what was acknowledged is looked for after a new start
        for figure in await kept(server, place, told):
            yield figure


async def _health(server: Server, until: float) -> tuple[int, float]:
    """How often ``/healthz`` said nothing within 2 s, and after how long ``/readyz`` said 503 (s, from now)."""
    silent, unready, began = 0, float('inf'), time.monotonic()
    async with httpx.AsyncClient(base_url=server.address, timeout=2) as client:
        while time.monotonic() < until:
            try:
                silent += (await client.get('/healthz')).status_code != 200
                if unready == float('inf') and (await client.get('/readyz', timeout=10)).status_code == 503:
                    unready = time.monotonic() - began
            except httpx.TransportError:
                silent += 1
            await asyncio.sleep(0.2)
    return silent, unready
