"""The first picture: when it is painted, against a NiceGUI page with one label in the same browser, and what it costs the server.

Each row is a benchmark of its own; ``python -m tests.bench pictures`` asks them all.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.browsers import sign_in
from tests.bench.processes import ServerProcess, running_server
from tests.bench.report import Figure, p95
from tests.bench.seed import seed
from tests.browser.chromium import find_chromium
from tests.real.server import free_port
from ui.sign_in import COOKIE

PAGES = 100
RIDES = 84
FEW = 600


async def paints(folder: Path, devices: int = 100_000) -> list[Figure]:
    """First contentful paint, cold and warm, and when the figures are true, with few devices and with many."""
    few = await _paints(folder / 'few', FEW)
    many = few if devices == FEW else await _paints(folder / 'many', devices)
    sizes = [(FEW, few)] if many is few else [(FEW, few), (devices, many)]
    return [
        *(_paint(how, many, devices, at_most) for how, at_most in (('cold', 0.45), ('warm', 0.8))),
        *(
            Figure(
                work=f'true numbers on screen, {how}, {size:,} devices',
                measured=f'{found[f"figure_after_{how}"]:.0f} ms after the first contentful paint',
                against='that paint',
                ratio=found[f'figure_after_{how}'],
                unit=' ms',
                at_most=50,
            )
            for size, found in sizes
            for how in ('cold', 'warm')
        ),
    ]


async def server_time(folder: Path, devices: int = 100_000) -> list[Figure]:
    """The overview with its first picture and without it, in the same process."""
    async with _signed_in(folder, devices) as (server, cookie):
        with_it, without = await _times(server, cookie)
    return [
        Figure(
            work=f'server time of the overview with its first picture, {devices:,} devices, p95',
            measured=f'{with_it:.1f} ms',
            against=f'the same page without it, {without:.1f} ms',
            ratio=with_it - without,
            unit=' ms more',
            at_most=10,
        )
    ]


async def page_to_page(folder: Path, devices: int = FEW) -> list[Figure]:
    """From a link of the rail to the page behind it, which the browser has made ready while it was pointed at."""
    async with _signed_in(folder, devices) as (server, cookie):
        rides = [ride for ride in await _rides(server, cookie) if ride['turn'] >= 4 and ride['ms'] is not None]
    ready, loaded = ([ride['ms'] for ride in rides if ride['ready'] is is_ready] for is_ready in (True, False))
    frames, live = ([ride[at] for ride in rides if not ride['ready'] and ride[at]] for at in ('first', 'live'))
    assert len(ready) >= RIDES // 2 - 4, f'the browser made {len(ready)} of {RIDES // 2} pages ready'
    return [
        Figure(
            work='page to page by a link of the rail, warm, until its live rows are there, p95',
            measured=f'{p95(ready):.0f} ms, median {statistics.median(ready):.0f} ms',
            against=f'a full load until the same, {p95(live):.0f} ms, median {statistics.median(live):.0f} ms',
            ratio=p95(ready) / p95(live),
            at_most=0.4,
        ),
        Figure(
            work='the same, against what a full load shows before it is live',
            measured=f'{p95(ready):.0f} ms, median {statistics.median(ready):.0f} ms',
            against=f'the rows of its picture, {p95(loaded):.0f} ms, median {statistics.median(loaded):.0f} ms'
            f' (its frame {p95(frames):.0f} and {statistics.median(frames):.0f} ms)',
            ratio=p95(ready) / p95(loaded),
            at_most=0.4,
        ),
        Figure(
            work='the same',
            measured=f'{p95(ready):.0f} ms',
            against='150 ms',
            ratio=p95(ready),
            unit=' ms',
            at_most=150,
        ),
    ]


async def press(folder: Path, devices: int = FEW) -> list[Figure]:
    """From a press to what it did on screen."""
    async with _signed_in(folder, devices) as (server, cookie):
        found = await _browser('presses', server, cookie)
    return [
        Figure(
            work='from a press to what it did on screen, p95',
            measured=f'{found["press_p95"]:.0f} ms, median {found["press_median"]:.0f} ms',
            against='50 ms',
            ratio=found['press_p95'],
            unit=' ms',
            at_most=50,
        )
    ]


async def _rides(server: ServerProcess, cookie: str) -> list[dict[str, Any]]:
    """What a browser without DevTools, under which nothing is made ready, has told of its way."""
    base = f'http://127.0.0.1:{server.port}/api/bench/ride'
    with tempfile.TemporaryDirectory(prefix='cw-ride-', ignore_cleanup_errors=True) as profile:
        flags = ('--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', f'--user-data-dir={profile}')
        browser = await asyncio.create_subprocess_exec(
            find_chromium(),
            *flags,
            '--window-size=1280,800',
            f'{base}?session={cookie}',
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with aiohttp.ClientSession() as client, asyncio.timeout(10 * RIDES):
                while True:
                    await asyncio.sleep(1)
                    async with client.get(f'{base}s') as answer:
                        told: list[dict[str, Any]] = await answer.json()
                    if len(told) >= RIDES:
                        return told
        finally:
            browser.terminate()
            await browser.wait()


@asynccontextmanager
async def _signed_in(folder: Path, devices: int) -> AsyncIterator[tuple[ServerProcess, str]]:
    await seed(folder, devices)
    async with running_server(folder) as server:
        await asyncio.sleep(2)
        yield server, await sign_in(server.port)


def _paint(how: str, found: dict[str, float], devices: int, at_most: float) -> Figure:
    return Figure(
        work=f'first contentful paint of the overview, {how}, {devices:,} devices',
        measured=f'{found[f"ours_{how}"]:.0f} ms',
        against=f'a NiceGUI page with one label, {found[f"label_{how}"]:.0f} ms',
        ratio=found[f'ours_{how}'] / found[f'label_{how}'],
        at_most=at_most,
    )


async def _times(server: ServerProcess, cookie: str) -> tuple[float, float]:
    """The p95 of the overview in ms, with and without the picture; in turns, each page a new one."""
    times: dict[bool, list[float]] = {True: [], False: []}
    address = f'http://127.0.0.1:{server.port}/'
    async with aiohttp.ClientSession(cookies={COOKIE: cookie}) as client:
        for turn in range(PAGES + 5):
            for drawn in (True, False):
                headers = {} if drawn else {'x-bench-bare': '1'}
                began = time.perf_counter()
                async with client.get(address, headers=headers) as answer:
                    text = await answer.text()
                if turn >= 5:
                    times[drawn].append(time.perf_counter() - began)
                assert ('id="cw-first"' in text) is drawn
                await asyncio.sleep(0.02)  # pages that nobody opens are taken apart behind the answer
    with_it, without = (p95(times[drawn]) * 1000 for drawn in (True, False))
    return with_it, without


async def _paints(folder: Path, devices: int) -> dict[str, float]:
    async with _signed_in(folder, devices) as (server, cookie):
        port = free_port()
        label = await asyncio.create_subprocess_exec(sys.executable, '-m', 'tests.bench.label', str(port))
        address = f'http://127.0.0.1:{port}/'
        try:
            await _answers(address)
            return await _browser('paints', server, cookie, address)
        finally:
            label.terminate()
            await label.wait()


async def _answers(address: str) -> None:
    """Wait until something is served there."""
    async with aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(address):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def _browser(what: str, server: ServerProcess, cookie: str, *more: str) -> dict[str, float]:
    """What :mod:`tests.bench.paints` has found."""
    overview = f'http://127.0.0.1:{server.port}/'
    browser = await asyncio.create_subprocess_exec(
        sys.executable, '-m', 'tests.bench.paints', what, overview, cookie, *more, stdout=asyncio.subprocess.PIPE
    )
    told, _ = await browser.communicate()
    found: dict[str, float] = json.loads(told)
    return found
