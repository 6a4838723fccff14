"""Does the server's memory settle under steady work? ``python -m tests.battery.soak --minutes 60``.

Devices of one enterprise check in at a steady rate, pages hold their connection, and once a minute the server's memory is read. Printed
are the memory after a third and in the end, and the slope of the second half by least squares, in MB an hour.
"""

import argparse
import asyncio
import itertools
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from tests.page_line import page_line
from tests.real.page_views import EMAIL, furnish
from tests.real.server import PASSWORD, Server, bearer, running_server

TOPICS = ('counters', 'feed', 'towers?need=true&size=8', 'devices?sort=-last_seen&page=0&size=50')
BATCH = 20
"""Devices that are sent for at once, each with a request of its own."""
MOST_MB_PER_HOUR = 3.0


async def soak(minutes: float, *, devices: int, per_s: int, pages: int, every_s: float) -> dict[str, Any]:
    """Work for so many minutes on a server of its own; what was measured."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_server(Path(folder) / 'data') as server:
            await furnish(server)
            connector = aiohttp.TCPConnector(limit=BATCH * 2)
            async with aiohttp.ClientSession(server.address, connector=connector) as client:
                secrets = await _enrol(server, client, devices)
                stop = asyncio.Event()
                failed = [0]
                taken = [0]
                cookie = await _cookie(client, server)
                work = [asyncio.create_task(_watch(client, server, cookie, stop)) for _ in range(pages)]
                work.append(asyncio.create_task(_report(client, secrets, per_s, stop, taken, failed)))
                seen = await _read(server, minutes * 60, every_s)
                stop.set()
                for task in work[:-1]:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)
    half = [point for point in seen if point[0] >= minutes * 30]
    return {
        'minutes': minutes,
        'taken': taken[0],
        'failed': failed[0],
        'first_mb': round(seen[0][1], 1),
        'third_mb': round(seen[len(seen) // 3][1], 1),
        'last_mb': round(seen[-1][1], 1),
        'slope_mb_per_hour': round(slope(half) * 3600, 2),
        'course_mb': [round(mb, 1) for _, mb, _ in seen[:: max(1, len(seen) // 12)]],
        'descriptors': seen[-1][2],
    }


def slope(points: list[tuple[float, float, int]]) -> float:
    """MB a second by least squares."""
    at, mb = [point[0] for point in points], [point[1] for point in points]
    middle, mean = sum(at) / len(at), sum(mb) / len(mb)
    spread = sum((x - middle) ** 2 for x in at)
    return sum((x - middle) * (y - mean) for x, y in zip(at, mb, strict=True)) / spread if spread else 0.0


async def _enrol(server: Server, client: aiohttp.ClientSession, devices: int) -> list[str]:
    token = (await server.operate('token enrolment', enterprise='Delft', name='soak'))['secret']
    secrets = []
    for number in range(devices):
        body = {'name': f'device-{number}', 'kind': 'tablet', 'identifiers': {'serial': f'SN-{number:06d}'}}
        async with client.post('/api/v1/enrolments', json=body, headers=bearer(token)) as answer:
            assert answer.status == 201, await answer.text()
            secrets.append(str((await answer.json())['credential']))
    return secrets


async def _cookie(client: aiohttp.ClientSession, server: Server) -> str:
    form = {'email': EMAIL, 'password': PASSWORD, 'next': '/'}
    origin = {'Origin': server.address}
    async with client.post('/auth/sign-in', data=form, headers=origin, allow_redirects=False) as answer:
        return '; '.join(f'{name}={morsel.value}' for name, morsel in answer.cookies.items() if morsel.value)


async def _watch(client: aiohttp.ClientSession, server: Server, cookie: str, stop: asyncio.Event) -> None:
    headers = {'Cookie': cookie, 'Origin': server.address}
    async with page_line(client, headers) as line:
        await line.say(*({'op': 'follow', 't': topic} for topic in TOPICS))
        while not stop.is_set():
            await line.packet()


async def _report(
    client: aiohttp.ClientSession,
    secrets: list[str],
    per_s: int,
    stop: asyncio.Event,
    taken: list[int],
    failed: list[int],
) -> None:
    """``per_s`` check-ins a second, in turns; what cannot be kept up with is not made up for."""
    numbers = itertools.count(1)
    turns = itertools.cycle(range(len(secrets)))
    pause = BATCH / per_s
    due = time.monotonic()
    while not stop.is_set():
        await asyncio.gather(
            *(_check_in(client, secrets, next(turns), next(numbers), taken, failed) for _ in range(BATCH))
        )
        due = max(due + pause, time.monotonic() - 1)
        await asyncio.sleep(max(0.0, due - time.monotonic()))


async def _check_in(
    client: aiohttp.ClientSession, secrets: list[str], device: int, number: int, taken: list[int], failed: list[int]
) -> None:
    now = datetime.now(UTC).isoformat()
    cell = {'rat': 'LTE', 'mcc': '204', 'mnc': '08', 'tac': 7, 'cell_id': 1 + number % 50, 'rsrp': -60 - number % 40}
    body = {'sequence': number, 'observed_at': now, 'sent_at': now, 'radio': cell}
    try:
        async with client.post('/api/v1/checkins', json=body, headers=bearer(secrets[device])) as answer:
            await answer.read()
            (taken if answer.status == 200 else failed)[0] += 1
    except aiohttp.ClientError:
        failed[0] += 1


async def _read(server: Server, seconds: float, every_s: float) -> list[tuple[float, float, int]]:
    """Seconds since the start, memory in MB, open descriptors."""
    process, began = psutil.Process(server.pid), time.monotonic()
    seen = []
    while (at := time.monotonic() - began) < seconds:
        seen.append((at, process.memory_info().rss / 1e6, process.num_fds()))
        await asyncio.sleep(min(every_s, max(0.0, seconds - at)))
    return seen


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--minutes', type=float, default=60)
    parser.add_argument('--devices', type=int, default=1000)
    parser.add_argument('--per-s', type=int, default=200)
    parser.add_argument('--pages', type=int, default=20)
    parser.add_argument('--every-s', type=float, default=15)
    given = parser.parse_args()
    found = asyncio.run(
        soak(
            min(given.minutes, 180), devices=given.devices, per_s=given.per_s, pages=given.pages, every_s=given.every_s
        )
    )
    print(json.dumps(found))
    raise SystemExit(found['slope_mb_per_hour'] > MOST_MB_PER_HOUR or found['failed'] > 0)
