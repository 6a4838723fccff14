"""Simulated browsers: signed-in pages with their connections that count frames and their age. Runs as a process of its own."""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

import aiohttp

from tests.bench.places import Places
from tests.bench.report import p95
from tests.bench.seed import EMAIL, PASSWORD
from tests.page_line import page_line

TOPICS = ('counters', 'feed', 'towers?need=true&size=8', 'devices?sort={sort}&page={page}&size=50')
SORTS = ('name', 'name', '-last_seen', 'rsrp')
"""Every browser looks at a page of its own; half of them at an order that moves all the time."""


async def main(port: int, count: int, seconds: float) -> None:
    """Open ``count`` pages, say "ready", watch for ``seconds``, print what was seen."""
    cookie = await sign_in(port)
    ages: list[float] = []
    own: list[float] = []
    places = Places()
    frames = [0]
    opened = asyncio.Semaphore(20)
    all_open = asyncio.Event()
    pages = [
        asyncio.create_task(_page(port, cookie, number, opened, all_open, ages, own, places, frames))
        for number in range(count)
    ]
    while frames[0] < count * len(TOPICS):
        await asyncio.sleep(0.05)
    print('ready', flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    ages.clear()
    frames[0] = 0
    all_open.set()
    await asyncio.sleep(seconds)
    for page in pages:
        page.cancel()
    await asyncio.gather(*pages, return_exceptions=True)
    ages.sort()
    found = {'frames': frames[0], 'rows': len(ages)}
    if ages:
        found |= {'p50_ms': int(ages[len(ages) // 2] * 1000), 'p95_ms': _p95_ms(ages)}
        found |= {'own_p95_ms': _p95_ms(own), 'pushed_p95_ms': _p95_ms(places.ages())}
    print(json.dumps(found), flush=True)


async def sign_in(port: int) -> str:
    async with aiohttp.ClientSession() as session:
        form = {'email': EMAIL, 'password': PASSWORD, 'next': '/'}
        async with session.post(f'http://127.0.0.1:{port}/auth/sign-in', data=form, allow_redirects=False) as answer:
            return answer.cookies['cellwarden_session'].value


async def _page(
    port: int,
    cookie: str,
    number: int,
    opened: asyncio.Semaphore,
    measuring: asyncio.Event,
    ages: list[float],
    own: list[float],
    places: Places,
    frames: list[int],
) -> None:
    address = f'http://127.0.0.1:{port}'
    headers = {'Cookie': f'cellwarden_session={cookie}', 'Origin': address}
    topics = [topic.format(sort=SORTS[number % 4], page=number // 4) for topic in TOPICS]
    async with aiohttp.ClientSession(address) as session, AsyncExitStack() as stack:
        async with opened:
            line = await stack.enter_async_context(page_line(session, headers))
            await line.say(*({'op': 'follow', 't': topic} for topic in topics))
        while True:
            text = await line.packet()
            now = time.time()
            frames[0] += text.count('"t":"')
            if '"devices?' in text:
                for frame in json.loads(text):
                    if frame['t'].startswith('devices?'):
                        places.take(frame, now, counting=measuring.is_set())
                        if measuring.is_set():
                            _count(frame, now, ages, own)


def _count(frame: dict[str, Any], now: float, ages: list[float], own: list[float]) -> None:
    """Ages of what a frame tells, rows that came into view included; ``own`` are those of rows that were in view before."""
    if not frame.get('full'):
        told = [row for row in frame['v'].get('rows', ()) if 'last_seen' in row]
        ages.extend(now - row['last_seen'] for row in told)
        own.extend(now - row['last_seen'] for row in told if 'name' not in row)


def _p95_ms(ages: list[float]) -> int:
    return int(p95(ages) * 1000) if ages else 0


if __name__ == '__main__':
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
