"""Figures that several cases tell: what honest devices had to wait, what was lost, how soon it is back, what a log says."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress

import httpx

from tests.battery.case import Place
from tests.battery.honest import Told, acknowledged, between, percentile
from tests.bench.report import Figure
from tests.real.server import Server, bearer

BESIDE_S = 0.1
"""Longest p99 of a check-in beside anything. On a shared machine three times the quiet p99 of the same run, where that is more."""


def most(work: str, value: float, at_most: float, unit: str = '', *, measured: str = '', against: str = '') -> Figure:
    """A figure that must not exceed its limit."""
    return Figure(work=work, measured=measured, against=against, ratio=value, unit=unit, at_most=at_most)


def beside(
    work: str, told: Iterable[Told], began: float, ended: float, *, times: float = 3.0, least_s: float = BESIDE_S
) -> list[Figure]:
    """What check-ins had to wait between ``began`` and ``ended``, against all that came before; and how many had no 200."""
    told = list(told)
    quiet = percentile((each.waited_s for each in between(told, 0, began)), 0.99)
    during = between(told, began, ended)
    waits = [each.waited_s for each in during]
    limit = max(least_s, times * quiet)
    refused = sum(each.status != 200 for each in during)
    return [
        most(
            f'a check-in beside {work}, p99',
            1000 * percentile(waits, 0.99) if waits else float('inf'),
            1000 * limit,
            ' ms',
            measured=f'{len(during)} check-ins, p50 {1000 * percentile(waits, 0.5):.0f} ms, worst {1000 * max(waits, default=0):.0f} ms',
            against=f'quiet p99 {1000 * quiet:.0f} ms',
        ),
        most(f'check-ins beside {work} without a 200', refused, 0, measured=f'of {len(during)}'),
    ]


def back(work: str, told: Iterable[Told], moment: float, within_s: float = 5.0) -> Figure:
    """How long after ``moment`` until a check-in that was sent then or later, or waited since before, was acknowledged."""
    first = min(
        (each.due + each.waited_s for each in told if each.status == 200 and each.due + each.waited_s >= moment),
        default=float('inf'),
    )
    return most(f'check-ins are acknowledged again after {work}', first - moment, within_s, ' s')


async def kept(server: Server, place: Place, told: Iterable[Told]) -> list[Figure]:
    """Acknowledged check-ins that are not there, or are there twice, and gaps in the journal; as the server tells."""
    acked = acknowledged(told)
    lost = twice = 0
    await up_again(server)
    headers = bearer(place.seeded.api_token)
    async with httpx.AsyncClient(base_url=server.address, timeout=20, headers=headers) as client:
        for device, sequences in acked.items():
            answer = (await client.get(f'/api/v1/devices/{device}/samples', params={'limit': 5000})).raise_for_status()
            samples = [item['radio'].get('arfcn') for item in answer.json()['items']]
            there = {number for number in samples if number in sequences}
            lost += len(sequences - there)
            twice += sum(number in sequences for number in samples) - len(there)
        gaps, newest = await _gaps(client)
    count = sum(map(len, acked.values()))
    return [
        most('acknowledged check-ins lost', lost if count else float('inf'), 0, measured=f'of {count}'),
        most('acknowledged check-ins kept twice', twice, 0, measured=f'of {count}'),
        most('gaps in the journal', gaps, 0, measured=f'{newest} entries'),
    ]


async def up_again(server: Server, within_s: float = 60.0) -> None:
    """Wait until it answers at all: a supervisor may be starting it."""
    async with httpx.AsyncClient(base_url=server.address, timeout=5) as client, asyncio.timeout(within_s):
        while True:
            with suppress(httpx.TransportError):
                await client.get('/healthz')
                return
            await asyncio.sleep(0.2)


async def _gaps(client: httpx.AsyncClient) -> tuple[int, int]:
    found: list[int] = []
    after: int | None = 0
    while after is not None:
        answer = (await client.get('/api/v1/journal', params={'after': after, 'limit': 200})).raise_for_status().json()
        found += [item['sequence'] for item in answer['items']]
        after = answer['next']
    newest = max(found, default=0)
    return len(set(range(1, newest + 1)) - set(found)), newest


def tracebacks(server: Server, work: str) -> Figure:
    """Lines of the log with a traceback."""
    lines = server.log.read_text(errors='replace').splitlines()
    found = [line for line in lines if 'Traceback (most recent call last)' in line]
    return most(f'tracebacks in the log after {work}', len(found), 0, measured=_event(found[0]) if found else '')


def log_mb(server: Server) -> float:
    """Size of the log."""
    return server.log.stat().st_size / 1e6


def _event(line: str) -> str:
    try:
        said = json.loads(line)
    except ValueError:
        return line[:60]
    return f'{said.get("event", "")[:60]}: {said.get("exception", "").strip().splitlines()[-1][:80]}'
