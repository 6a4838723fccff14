"""What open pages cost the server while nothing moves: those that came with a first picture, against those that came without one."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from tests.bench.browsers import sign_in
from tests.bench.processes import ServerProcess, running_server
from tests.bench.report import Figure
from tests.bench.seed import seed
from tests.page_line import EndedError, PageLine, page_line

OPEN = 100
SECONDS = 8.0
CALM_S = 3.0
ROUNDS = 3
TOPICS = ('counters', 'announcements', 'feed', 'towers?need=true&size=8')


async def bench(folder: Path, devices: int = 600) -> list[Figure]:
    """The budget of a page that is left open."""
    await seed(folder, devices)
    shares: dict[bool, list[float]] = {True: [], False: []}
    async with running_server(folder) as server:
        cookie = await sign_in(server.port)
        for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hurts both
            for drawn, found in shares.items():
                found.append(await _share(server, cookie, drawn=drawn))
    ours, bare = (sorted(found)[ROUNDS // 2] for found in shares.values())
    return [
        Figure(
            work=f'what {OPEN} idle open pages cost the server',
            measured=f'{100 * ours:.2f} % of a core',
            against=f'the same pages without their first pictures, {100 * bare:.2f} %',
            ratio=ours / bare,
            at_most=1.1,
        )
    ]


async def _share(server: ServerProcess, cookie: str, *, drawn: bool) -> float:
    """The share of a core that the server takes while the pages are open."""
    address = f'http://127.0.0.1:{server.port}'
    headers = {'Cookie': f'cellwarden_session={cookie}', 'Origin': address}
    async with aiohttp.ClientSession(address) as client, AsyncExitStack() as stack:
        for _ in range(OPEN):
            bare = {} if drawn else {'x-bench-bare': '1'}
            line = await stack.enter_async_context(page_line(client, {**headers, **bare}, '/'))
            await line.say(*({'op': 'follow', 't': topic} for topic in TOPICS))
            reader = asyncio.create_task(_read(line))
            stack.callback(reader.cancel)
        await asyncio.sleep(CALM_S)
        before, began = server.cpu_s, time.perf_counter()
        await asyncio.sleep(SECONDS)
        return (server.cpu_s - before) / (time.perf_counter() - began)


async def _read(line: PageLine) -> None:
    """Take what comes, as an open page does."""
    try:
        while True:
            await line.packet()
    except EndedError:
        return
