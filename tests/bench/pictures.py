"""The first picture: when it is painted, against a NiceGUI page with one label in the same browser, and what it costs the server."""

import asyncio
import json
import sys
import time
from pathlib import Path

import aiohttp

from tests.bench.browsers import sign_in
from tests.bench.processes import ServerProcess, running_server
from tests.bench.report import Figure
from tests.bench.seed import seed
from tests.real.server import free_port
from ui.sign_in import COOKIE

PAGES = 100


async def bench(folder: Path, devices: int = 100_000) -> list[Figure]:
    """Paints and server time on the same fleet."""
    await seed(folder, devices)
    async with running_server(folder) as server:
        await asyncio.sleep(2)
        cookie = await sign_in(server.port)
        with_it, without = await _server_time(server, cookie)
        paints = await _paints(server, cookie)
    cold, warm = (paints[f'ours_{name}'] / paints[f'label_{name}'] for name in ('cold', 'warm'))
    return [
        _paint('cold', paints, cold, 0.45),
        _paint('warm', paints, warm, 0.8),
        Figure(
            work=f'true numbers on screen, {devices:,} devices',
            measured=f'{paints["figure_after"]:.0f} ms after the first contentful paint',
            against='that paint',
            ratio=paints['figure_after'],
            unit=' ms',
            at_most=50,
        ),
        Figure(
            work=f'server time of the overview with its first picture, {devices:,} devices, p95',
            measured=f'{with_it:.1f} ms',
            against=f'the same page without it, {without:.1f} ms',
            ratio=with_it - without,
            unit=' ms more',
            at_most=10,
        ),
        Figure(
            work='page to page by a link of the rail, warm, p95',
            measured=f'{paints["click_p95"]:.0f} ms',
            against=f'a full load of the same page, {paints["load_p95"]:.0f} ms',
            ratio=paints['click_p95'] / paints['load_p95'],
            at_most=0.4,
        ),
        Figure(
            work='the same',
            measured=f'{paints["click_p95"]:.0f} ms',
            against='150 ms',
            ratio=paints['click_p95'],
            unit=' ms',
            at_most=150,
        ),
        Figure(
            work='from a press to what it did on screen, p95',
            measured=f'{paints["press_p95"]:.0f} ms',
            against='50 ms',
            ratio=paints['press_p95'],
            unit=' ms',
            at_most=50,
        ),
    ]


def _paint(name: str, paints: dict[str, float], ratio: float, at_most: float) -> Figure:
    return Figure(
        work=f'first contentful paint of the overview, {name}',
        measured=f'{paints[f"ours_{name}"]:.0f} ms',
        against=f'a NiceGUI page with one label, {paints[f"label_{name}"]:.0f} ms',
        ratio=ratio,
        at_most=at_most,
    )


async def _server_time(server: ServerProcess, cookie: str) -> tuple[float, float]:
    """The p95 of the overview in ms, with and without the picture; in turns, each page a new one."""
    times: dict[bool, list[float]] = {True: [], False: []}
    address = f'http://127.0.0.1:{server.port}/'
    async with aiohttp.ClientSession(cookies={COOKIE: cookie}) as client:
        for _ in range(PAGES):
            for drawn in (True, False):
                headers = {} if drawn else {'x-bench-bare': '1'}
                began = time.perf_counter()
                async with client.get(address, headers=headers) as answer:
                    text = await answer.text()
                times[drawn].append(time.perf_counter() - began)
                assert ('id="cw-first"' in text) is drawn
    with_it, without = (sorted(times[drawn])[PAGES * 95 // 100] * 1000 for drawn in (True, False))
    return with_it, without


async def _paints(server: ServerProcess, cookie: str) -> dict[str, float]:
    port = free_port()
    label = await asyncio.create_subprocess_exec(sys.executable, '-m', 'tests.bench.label', str(port))
    address = f'http://127.0.0.1:{port}/'
    try:
        async with aiohttp.ClientSession() as client:
            while True:
                try:
                    async with client.get(address):
                        break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)
        overview = f'http://127.0.0.1:{server.port}/'
        browser = await asyncio.create_subprocess_exec(
            sys.executable, '-m', 'tests.bench.paints', overview, address, cookie, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await browser.communicate()
        found: dict[str, float] = json.loads(told)
        return found
    finally:
        label.terminate()
        await label.wait()
