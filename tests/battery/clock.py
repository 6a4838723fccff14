"""The wall clock steps while the server runs (libfaketime): a machine that slept, a first NTP answer, no battery for the clock."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from tests.battery.case import NotRun, Place, Stage
from tests.battery.figures import most, tracebacks
from tests.battery.honest import between, honest
from tests.bench.processes import ServerProcess
from tests.bench.report import Figure
from tests.real.server import bearer

HOUR_S = 3600
STEPS = {
    'an hour': HOUR_S,
    'a day': 24 * HOUR_S,
    '10 days': 240 * HOUR_S,
    'a year': 365 * 24 * HOUR_S,
    'an hour back': -HOUR_S,
}
DEVICES, INTERVAL_S = 120, 60
QUIET_S, AFTER_S = 3.0, 10.0


async def steps(stage: Stage) -> AsyncIterator[Figure]:
    """The clock of a running server steps by an hour, a day, 10 days, a year, and an hour back, while 120 devices that promised a
    check-in a minute send one every 3 s. Falsely offline: 0; longest wait of a check-in 1 s; memory + 30 MB at most; missed runs are
    not made up for: 2 CPU-s at most beyond the quiet ones in the 10 s after it."""
    library = _library()
    for words, by_s in STEPS.items():
        place = await stage.place(DEVICES, interval_s=INTERVAL_S)
        moved = stage.folder / f'moved-{by_s}'
        moved.write_text('+0')
        environment = {
            'LD_PRELOAD': library,
            'FAKETIME_TIMESTAMP_FILE': str(moved),
            'FAKETIME_CACHE_DURATION': '1',  # seconds until it looks at its file again
            'FAKETIME_DONT_FAKE_MONOTONIC': '1',
            'DONT_FAKE_MONOTONIC': '1',  # its name until 0.9.8
        }
        async with (
            stage.server(place, environment=environment) as server,
            honest(server.port, place.seeded.devices, per_s=DEVICES / 3) as devices,
        ):
            process = ServerProcess(server.port, server.pid)
            used = process.cpu_s
            await asyncio.sleep(QUIET_S)
            quiet = (process.cpu_s - used) / QUIET_S
            rss, used, began = process.rss_mb, process.cpu_s, time.monotonic()
            moved.write_text(f'{by_s:+d}')
            offline = await _offline(server.address, place, until=began + AFTER_S)
            used, rss = process.cpu_s - used, process.rss_mb - rss
            told = await devices.stop()
            waits = [each.waited_s for each in between(told, began, float('inf'))]
            yield most(
                f'{words}: devices falsely offline', offline, 0, measured=f'of {DEVICES}, the most seen within 10 s'
            )
            yield most(f'{words}: longest wait of a check-in', max(waits, default=float('inf')), 1, ' s')
            more = used - quiet * AFTER_S
            yield most(
                f'{words}: CPU time of the step in the 10 s after it', more, 2, ' s', measured=f'{used:.1f} s in all'
            )
            yield most(f'{words}: memory', rss, 30, ' MB')
            yield most(
                f'{words}: check-ins without a 200',
                sum(each.status != 200 for each in told),
                0,
                measured=f'of {len(told)}',
            )
            yield tracebacks(server, words)


async def _offline(address: str, place: Place, until: float) -> int:
    """The most devices that are offline at a time; all of them when the server does not answer at the end."""
    most_seen, answered = 0, False
    async with httpx.AsyncClient(base_url=address, timeout=3, headers=bearer(place.seeded.api_token)) as client:
        while time.monotonic() < until:
            try:
                answer = await client.get('/api/v1/devices', params={'presence': 'offline', 'limit': 1})
                most_seen, answered = max(most_seen, answer.json()['total']), True
            except (httpx.TransportError, KeyError):
                answered = False
            await asyncio.sleep(0.2)
    return most_seen if answered else DEVICES


def _library() -> str:
    for place in (Path('/usr/lib'), Path('/usr/local/lib')):
        for found in (*place.glob('faketime/libfaketimeMT.so.1'), *place.glob('*/faketime/libfaketimeMT.so.1')):
            return str(found)
    raise NotRun('libfaketime is not installed: apt-get install libfaketime')
