"""Check-ins, one by one and in batches, with diff, 10 policies and a durable commit."""

import asyncio
import itertools
import json
import random
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.http_load import NextRequest, load, post
from tests.bench.processes import ServerProcess, running_server
from tests.bench.report import Figure
from tests.bench.seed import PLMN, TOWERS, Seeded, seed

CONNECTIONS = 256
SECONDS = 1.5
TURNS = 12
PAUSE_S = 0.2
"""Between two loads, so that none pays for what another has left to be done."""


async def bench(folder: Path) -> list[Figure]:
    """The budgets of ingest."""
    seeded = await seed(folder, 2000)
    async with running_server(folder) as server:
        single, odd = await _single(server, seeded)
        batch = await _batch(server, seeded)
    raw = _raw_upserts(folder)
    return [
        single,
        odd,
        Figure(
            work='devices/s by batch of 1,000, with diff, 10 policies and durable commit',
            measured=f'{batch:,.0f} devices/s',
            against=f'raw sqlite3 executemany upsert of the same rows, {raw:,.0f} devices/s',
            ratio=batch / raw,
            at_least=0.15,
        ),
    ]


async def _single(server: ServerProcess, seeded: Seeded) -> tuple[Figure, Figure]:
    clean, echo, odd = ('/api/v1/checkins', False), ('/api/v1/checkins/echo', False), ('/api/v1/checkins', True)
    rates: dict[tuple[str, bool], list[float]] = {clean: [], echo: [], odd: []}
    sequences = {device: itertools.count(2) for device, _ in seeded.devices}
    for turn in range(TURNS):  # short ones, forth and back: a machine that is fast and slow by the second is so for all
        for (path, is_odd), found in list(rates.items())[:: 1 if turn % 2 else -1]:
            makers = [_talker(path, seeded, part, sequences, is_odd) for part in range(CONNECTIONS)]
            result = await load(server.port, makers, SECONDS)
            assert not result.failed, f'{result.failed} of {result.requests} check-ins failed'
            found.append(result.rate)
            await asyncio.sleep(PAUSE_S)
    single = _against(rates[clean], rates[echo])
    messy = _against(rates[odd], rates[clean])
    return Figure(
        work='single check-ins/s over HTTP, with diff, 10 policies and durable commit',
        measured=f'{median(rates[clean]):,.0f} check-ins/s over {CONNECTIONS} connections',
        against=f'the same server answering the same body without any of it, {median(rates[echo]):,.0f}/s, {_spread(single)}',
        ratio=median(single),
        at_least=0.38,
    ), Figure(
        work='single check-ins/s with three odd values, each of them left out and named',
        measured=f'{median(rates[odd]):,.0f} check-ins/s',
        against=f'clean ones, {median(rates[clean]):,.0f}/s, {_spread(messy)}',
        ratio=median(messy),
        at_least=0.8,
    )


def _against(ours: Sequence[float], others: Sequence[float]) -> list[float]:
    """The ratio of each turn: both were measured within seconds of each other."""
    return sorted(one / other for one, other in zip(ours, others, strict=True))


def _spread(ratios: Sequence[float]) -> str:
    quarter = len(ratios) // 4
    return (
        f'the middle of {len(ratios)} turns, half of which lie from {ratios[quarter]:.3f} to {ratios[-1 - quarter]:.3f}'
    )


def _talker(path: str, seeded: Seeded, part: int, sequences: Mapping[str, Iterator[int]], is_odd: bool) -> NextRequest:
    chance = random.Random(part)
    devices = itertools.cycle(seeded.devices[part::CONNECTIONS])

    def following() -> bytes:
        device, credential = next(devices)
        said = checkin(next(sequences[device]), chance)
        return post(path, credential, json.dumps(_odd(said) if is_odd else said).encode())

    return following


def _odd(said: dict[str, Any]) -> dict[str, Any]:
    """The same with two values out of range and one of another type, which costs the strict reading."""
    facts, radio = said['facts'], said['radio']
    facts['battery'] |= {'level': 255}
    facts['os'] |= {'patch_level': 20_261_105.5}
    radio |= {'tac': 2**31 - 1}
    return said


def checkin(sequence: int, chance: random.Random) -> dict[str, Any]:
    """What a device says when nothing but its signal, battery and free storage moved."""
    now = datetime.now(UTC).isoformat()
    cell = chance.randrange(TOWERS) * 256 if chance.random() < 0.02 else 512
    return {
        'sequence': sequence,
        'observed_at': now,
        'sent_at': now,
        'facts': {
            'os': {'name': 'Android', 'version': '14', 'patch_level': '2026-11-05'},
            'storage': {
                'encrypted': True,
                'total_bytes': 64_000_000_000,
                'free_bytes': 30_000_000_000 + chance.randrange(10**6),
            },
            'battery': {'level': chance.randrange(20, 100), 'health': 91, 'charging': False},
            'agent': {'name': 'cellwarden', 'version': '1.0'},
            'security': {'screen_lock': True, 'rooted': False},
        },
        'radio': {
            'rat': 'LTE',
            'mcc': PLMN[0],
            'mnc': PLMN[1],
            'tac': 4417,
            'cell_id': cell,
            'rsrp': -60 - chance.randrange(60),
            'rsrq': -11,
            'sinr': 8,
            'registration': 'home',
        },
    }


async def _batch(server: ServerProcess, seeded: Seeded) -> float:
    chance = random.Random(3)
    prepared = []
    for step in range(60):
        lines = [
            json.dumps({'device': device, **checkin(1_000_000 + step, chance)})
            for device, _ in seeded.devices[(step % 2) * 1000 : (step % 2 + 1) * 1000]
        ]
        prepared.append(
            post('/api/v1/checkins:batch', seeded.api_token, '\n'.join(lines).encode(), 'application/x-ndjson')
        )
    halves = [iter(prepared[0::2]), iter(prepared[1::2])]
    started = time.perf_counter()

    async def collector(requests: Iterator[bytes]) -> int:
        reader, writer = await asyncio.open_connection('127.0.0.1', server.port, limit=2**22)
        taken = 0
        for request in requests:
            writer.write(request)
            head = await reader.readuntil(b'\r\n\r\n')
            length = int(head.lower().split(b'content-length: ')[1].split(b'\r')[0])
            answer = json.loads(await reader.readexactly(length))
            assert answer['accepted'] == 1000, answer
            taken += answer['accepted']
        writer.close()
        return taken

    taken = sum(await asyncio.gather(*map(collector, halves)))
    return taken / (time.perf_counter() - started)


def _raw_upserts(folder: Path) -> float:
    """The rows that such batches leave, upserted by bare sqlite3 into an equal schema, 1,000 devices a synchronous transaction."""
    source = sqlite3.connect(folder / 'cellwarden.sqlite3')
    tables = [
        name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type='table' AND name LIKE 'device_%'")
    ]
    target = sqlite3.connect(folder / 'raw.sqlite3', isolation_level=None)
    target.execute('PRAGMA journal_mode=WAL')
    target.execute('PRAGMA synchronous=FULL')
    work = []
    for table in [*tables, 'radio_sample']:
        schema = source.execute(
            'SELECT sql FROM sqlite_master WHERE tbl_name=? AND sql IS NOT NULL', (table,)
        ).fetchall()
        if not schema:
            continue
        for (sql,) in schema:
            target.execute(sql)
        rows = source.execute(f'SELECT * FROM "{table}" LIMIT 2000').fetchall()
        if rows:
            work.append((f'INSERT OR REPLACE INTO "{table}" VALUES ({",".join("?" * len(rows[0]))})', rows))
    started = time.perf_counter()
    for step in range(60):
        target.execute('BEGIN IMMEDIATE')
        for sql, rows in work:
            half = rows[(step % 2) * 1000 : (step % 2 + 1) * 1000]
            target.executemany(sql, half)
        target.execute('COMMIT')
    spent = time.perf_counter() - started
    source.close()
    target.close()
    return 60_000 / spent
