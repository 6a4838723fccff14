"""A fleet that comes back: 5,000 devices speak within 10 s of a restart, after a break in which each of them missed several check-ins."""

import asyncio
import json
import random
import time
from pathlib import Path

import httpx

from domain.devices.presence import offline_after
from tests.bench.checkins import checkin
from tests.bench.http_load import post
from tests.bench.processes import running_server
from tests.bench.report import Figure
from tests.bench.seed import Seeded, seed

DEVICES, INTERVAL_S, WITHIN_S = 5000, 10, 10.0
FIRST_S = 5.0
"""In this time after the restart waits are not counted."""


async def bench(folder: Path) -> list[Figure]:
    """Seeded by a process that has stopped since; the break is longer than a silence that makes a device offline."""
    seeded = await seed(folder, DEVICES, spoken=DEVICES, interval_s=INTERVAL_S)
    await asyncio.sleep(offline_after(INTERVAL_S))
    async with running_server(folder) as server:
        began = time.perf_counter()
        asked = [
            asyncio.create_task(_check_in(server.port, began + number * WITHIN_S / DEVICES, credential, number))
            for number, (_, credential) in enumerate(seeded.devices)
        ]
        waits = await asyncio.gather(*asked)
        offline = await _offline(server.port, seeded)
    answered = [(due, wait) for due, wait in waits if wait is not None]
    later = sorted(wait for due, wait in answered if due - began >= FIRST_S)
    return [
        Figure(
            work='5,000 devices return within 10 s of a restart, each on a new connection: not answered with 200',
            measured=f'{DEVICES - len(answered)} of {DEVICES:,}',
            against='none',
            ratio=DEVICES - len(answered),
            at_most=0,
        ),
        Figure(
            work='the same, p99 of a check-in after the first 5 s',
            measured=f'{later[len(later) * 99 // 100] * 1000:.0f} ms, p50 {later[len(later) // 2] * 1000:.0f} ms',
            against='1 s',
            ratio=later[len(later) * 99 // 100],
            unit=' s',
            at_most=1,
        ),
        Figure(
            work='the same, entries of the journal that call one of them offline',
            measured=str(offline),
            against='none',
            ratio=offline,
            at_most=0,
        ),
    ]


async def _check_in(port: int, due: float, credential: str, number: int) -> tuple[float, float | None]:
    """When it was due, and the seconds from then until the answer; ``None`` without a 200."""
    await asyncio.sleep(max(0.0, due - time.perf_counter()))
    try:
        async with asyncio.timeout(30):
            reader, writer = await asyncio.open_connection('127.0.0.1', port)
            writer.write(post('/api/v1/checkins', credential, json.dumps(checkin(2, random.Random(number))).encode()))
            head = await reader.readuntil(b'\r\n\r\n')
            writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return due, None
    return due, time.perf_counter() - due if head.startswith(b'HTTP/1.1 200') else None


async def _offline(port: int, seeded: Seeded) -> int:
    """How many entries say that a device went offline."""
    found, after = 0, 0
    headers = {'Authorization': f'Bearer {seeded.api_token}'}
    async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{port}', headers=headers, timeout=30) as client:
        while after is not None:
            answer = await client.get('/api/v1/journal', params={'after': after, 'limit': 500})
            page = answer.raise_for_status().json()
            found += sum(item['data'].get('after') == 'offline' for item in page['items'])
            after = page['next']
    return found
