"""What a fleet of 100,000 live devices costs: memory, the device list, live delivery to 100 browsers."""

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.browsers import sign_in
from tests.bench.processes import ServerProcess, running_server
from tests.bench.report import Figure, p95
from tests.bench.seed import seed
from tests.page_line import PageLine, page_line
from ui.live.hub import FLUSH_S

BROWSERS = 100
SECONDS = 8.0
QUERIES = 300
SOCKETS = 4
"""Together they ask all of it, each less than :data:`ui.live.MESSAGES_AT_ONCE`: beyond, a socket waits, and no browser asks as often."""


async def bench(folder: Path, devices: int = 100_000) -> list[Figure]:
    """List, memory and live delivery."""
    small = await _list_p95(folder / 'small', 1000)
    await seed(folder / 'large', devices)
    async with running_server(folder / 'large') as server:
        await asyncio.sleep(2)
        memory = server.rss_mb
        large = await _queries(server)
        live = await _live(server)
    return [
        Figure(
            work=f'device list page, any page, sort or filter, {devices:,} devices, p95',
            measured=f'{large:.1f} ms',
            against=f'the same queries at 1,000 devices, {small:.1f} ms',
            ratio=large / small,
            unit='x',
            at_most=3,
        ),
        Figure(
            work=f'device list page, {devices:,} devices, p95',
            measured=f'{large:.1f} ms',
            against='150 ms',
            ratio=large,
            unit=' ms',
            at_most=150,
        ),
        *live,
        Figure(
            work=f'resident memory with {devices:,} devices live',
            measured=f'{memory:.0f} MB after start',
            against='400 MB',
            ratio=memory,
            unit=' MB',
            at_most=400,
        ),
    ]


async def _list_p95(folder: Path, devices: int) -> float:
    await seed(folder, devices)
    async with running_server(folder) as server:
        return await _queries(server)


async def _queries(server: ServerProcess) -> float:
    """p95 in milliseconds of a page of the device list, asked as the page asks: follow, and wait for the whole state."""
    cookie = await sign_in(server.port)
    address = f'http://127.0.0.1:{server.port}'
    headers = {'Cookie': f'cellwarden_session={cookie}', 'Origin': address}
    chance = random.Random(4)
    times = []
    async with aiohttp.ClientSession(address) as session:
        for _ in range(SOCKETS):
            async with page_line(session, headers) as line:
                for _ in range(QUERIES // SOCKETS):
                    topic = _topic(chance)
                    started = time.perf_counter()
                    await line.say({'op': 'follow', 't': topic})
                    frame = await _frame(line, topic)
                    times.append(time.perf_counter() - started)
                    assert frame['v']['rows'] or frame['v']['matched'] <= 50 * 20, topic
                    await line.say({'op': 'unfollow', 't': topic})
    return p95(times) * 1000


def _topic(chance: random.Random) -> str:
    sort = chance.choice(('name', 'presence', 'compliance', 'kind', 'rat', 'rsrp', 'imei', 'tower', 'last_seen'))
    minus = chance.choice(('', '-'))
    narrow = chance.choice(
        ('', '', '&kind=phone', '&compliance=compliant', '&label=site=port-3', '&presence=online,late', '&rat=LTE')
    )
    page = 0 if 'label' in narrow else chance.choice((0, 0, 1, 3))
    if not narrow:
        page = chance.randrange(20) if chance.random() < 0.5 else page
    return f'devices?sort={minus}{sort}&page={page}&size=50{narrow}'


async def _frame(line: PageLine, topic: str) -> dict[str, Any]:
    while True:
        for frame in await line.frames():
            if frame['t'] == topic and (frame.get('full') or 'error' in frame):
                assert 'error' not in frame, frame
                return frame


async def _live(server: ServerProcess) -> list[Figure]:
    figures = []
    idle_none = await _cpu(server, 0, 0)
    idle_all = await _cpu(server, BROWSERS, 0)
    for rate in (1000, 10_000):
        alone = await _cpu(server, 0, rate)
        all_in = await _cpu(server, BROWSERS, rate)
        share = 100 * ((all_in['cpu'] - alone['cpu']) - (idle_all['cpu'] - idle_none['cpu']))
        figures.append(
            Figure(
                work=f'CPU of live delivery, {BROWSERS} browsers, {rate:,} changes/s',
                measured=f'{100 * all_in["cpu"]:.1f} % of a core, {100 * alone["cpu"]:.1f} % of it for making the changes',
                against=f'{BROWSERS} idle browsers, {100 * idle_all["cpu"]:.1f} %',
                ratio=share,
                unit=' % of a core',
                at_most=15,
            )
        )
        if rate == 1000:
            seen = all_in['seen']
            figures.append(
                Figure(
                    work=f'change committed to frame at the browser, p95, {BROWSERS} browsers, {rate:,} changes/s',
                    measured=f'{seen["own_p95_ms"]} ms for rows in view, {seen["pushed_p95_ms"]} ms for rows that others push into '
                    f'view, from the change that pushed ({seen["p95_ms"]} ms from their own), {seen["frames"]:,} frames',
                    against=f'the flush interval, {1000 * FLUSH_S:.0f} ms, and 100 ms',
                    ratio=max(seen['own_p95_ms'], seen['pushed_p95_ms']),
                    unit=' ms',
                    at_most=1000 * FLUSH_S + 100,
                )
            )
    return figures


async def _cpu(server: ServerProcess, browsers: int, rate: int) -> dict[str, Any]:
    """Share of a core that the server takes, and what the browsers saw."""
    child = None
    if browsers:
        child = await asyncio.create_subprocess_exec(
            sys.executable, '-m', 'tests.bench.browsers', str(server.port), str(browsers), str(SECONDS + 1),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert child.stdout is not None
        assert child.stdin is not None
        assert (await asyncio.wait_for(child.stdout.readline(), 60)).strip() == b'ready'
    async with aiohttp.ClientSession() as session:
        await session.post(f'http://127.0.0.1:{server.port}/api/bench/changes?rate={rate}')
        await asyncio.sleep(1)
        if child is not None and child.stdin is not None:
            child.stdin.write(b'go\n')
        before, started = server.cpu_s, time.perf_counter()
        await asyncio.sleep(SECONDS)
        share = (server.cpu_s - before) / (time.perf_counter() - started)
        await session.post(f'http://127.0.0.1:{server.port}/api/bench/changes?rate=0')
    seen: dict[str, Any] = {}
    if child is not None and child.stdout is not None:
        seen = json.loads(await asyncio.wait_for(child.stdout.readline(), 60))
        await child.wait()
    return {'cpu': share, 'seen': seen}
