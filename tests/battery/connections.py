"""Connections without a credential: silent ones, dripping ones, heads and bodies without an end, rubbish. Devices go on beside them."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

import httpx

from tests.battery.case import Stage, process_of
from tests.battery.figures import beside, log_mb, most, tracebacks
from tests.battery.honest import enough, honest
from tests.battery.wire import Crowd, Watched, connected, drip, get, say
from tests.bench.report import Figure
from tests.stopwatch import queued_s

QUIET_S = 3.0
MANY, FEW = 1000, 100
CLOSED_WITHIN_S = 30.0
ROOM_MB = 30.0
PIECE = 65_536
PLACES = 768
"""Of 1,024 files, see :func:`ui.server.process.places`."""
STRANGERS = 'cellwarden_connections{credential="none"}'
COMING_S = 1.0
"""Longest p99 while 1,100 come in at once: taking them in is work of the one loop, and they stand in one queue with all others."""
STRANGER = 'Authorization: Bearer cwe_0123456789abcdef0123456789abcdef\r\n'
"""A token that was never issued."""


async def slow(stage: Stage) -> AsyncIterator[Figure]:
    """1,000 silent connections from eight addresses, 100 that send a byte of a head each half second, 100 likewise with a body.
    Check-ins beside them: p99 within 100 ms; silent ones and heads are closed within 30 s, bodies within 60 s; `/healthz` answers."""
    place = await stage.place()
    async with (
        stage.server(place) as server,
        honest(server.port, place.seeded.devices, connect_anew=True) as devices,
    ):
        await asyncio.sleep(QUIET_S)
        began = time.monotonic()
        async with (
            connected(server.port, MANY) as silent,
            connected(server.port, FEW) as heads,
            connected(server.port, FEW) as bodies,
        ):
            groups = [Watched(silent), Watched(heads), Watched(bodies)]
            body = b'POST /api/v1/enrolments HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n'
            for _, writer in bodies:
                writer.write(body)
            drips = [
                asyncio.create_task(drip(heads, b'GET / HTTP/1.1\r\nX-A: ' + b'a' * 500, every_s=0.5)),
                asyncio.create_task(drip(bodies, b'{"name": "' + b'a' * 500, every_s=0.5)),
            ]
            try:
                await asyncio.sleep(max(0.0, CLOSED_WITHIN_S + 1 - (time.monotonic() - began)))
                ended = time.monotonic()
                yield most(
                    'silent connections that are open after 30 s',
                    groups[0].open,
                    0,
                    measured=f'of {len(silent)} that came in',
                )
                yield most('dripping heads that are open after 30 s', groups[1].open, 0, measured=f'of {len(heads)}')
                async with httpx.AsyncClient(base_url=server.address, timeout=2) as client:
                    yield most(
                        '/healthz without an answer', float((await client.get('/healthz')).status_code != 200), 0
                    )
                await asyncio.sleep(CLOSED_WITHIN_S if groups[2].open else 0)
                yield most('dripping bodies that are open after 60 s', groups[2].open, 0, measured=f'of {len(bodies)}')
            finally:
                for task in drips:
                    task.cancel()
                for group in groups:
                    await group.stop()
        for figure in beside(f'{MANY + 2 * FEW} slow connections', await devices.stop(), began, ended):
            yield figure
        yield tracebacks(server, 'slow connections')


async def descriptors(stage: Stage) -> AsyncIterator[Figure]:
    """The server may open 1,024 files; 1,100 strangers from eight addresses connect, say nothing, and come back when they are closed, so
    that its 768 places are taken by them for 15 s. Devices, each check-in on a new connection: p99 within 100 ms then, within 1 s while
    the 1,100 come in; `/healthz` answers within 1 s; the log grows by less than 0.1 MB."""
    place = await stage.place()
    async with (
        stage.server(place, most_files=1024) as server,
        honest(server.port, place.seeded.devices, connect_anew=True, timeout_s=5) as devices,
        httpx.AsyncClient(base_url=server.address, timeout=5) as client,
    ):
        await asyncio.sleep(QUIET_S)
        before, process, began = log_mb(server), process_of(server), time.monotonic()
        used = process.cpu_s
        crowd = Crowd(server.port, 1100)
        try:
            await crowd.all_came()
            held, used, queued = time.monotonic(), process.cpu_s - used, queued_s(server.pid)
            taken, waits = list[float](), list[float]()
            while time.monotonic() - held < 15:
                metrics = (await client.get('/metrics')).text
                taken += [float(line.split()[1]) for line in metrics.splitlines() if line.startswith(STRANGERS)]
                waits.append(await _healthy_after_s(server.address))
                await asyncio.sleep(1)
            ended, queued = time.monotonic(), queued_s(server.pid) - queued
        finally:
            await crowd.stop()
        told = await devices.stop()
        free = PLACES - median(taken)
        seen = f'{crowd.came} connections came in; the server waited {queued:.1f} s for a CPU that others had'
        yield most(f'places that strangers leave free, of {PLACES}, median', free, PLACES // 10, measured=seen)
        coming = f'1,100 strangers who come in {held - began:.1f} s ({used:.1f} CPU-s of the server)'
        for figure in beside(coming, told, began, held, least_s=COMING_S):
            yield figure
        quiet_or_held = [each for each in told if not began <= each.due < held]
        for figure in beside('strangers who hold every place', quiet_or_held, held, ended):
            yield figure
        yield most('longest wait for /healthz', max(waits), 1, ' s', measured=f'of {len(waits)}, by strangers')
        yield most('growth of the log', log_mb(server) - before, 0.1, ' MB')


async def _healthy_after_s(address: str) -> float:
    """How long a new client waits for ``/healthz``."""
    asked = time.monotonic()
    async with httpx.AsyncClient(base_url=address, timeout=5) as client:
        (await client.get('/healthz')).raise_for_status()
    return time.monotonic() - asked


async def heads(stage: Stage) -> AsyncIterator[Figure]:
    """40 MB of short headers on one connection, one header of 40 MB, a target of 10 MB. Each is answered with 431 or 414 or closed; the
    server's memory grows by less than 30 MB; check-ins beside it: p99 within 100 ms."""
    short = [f'X-{number}: {"a" * 40}\r\n'.encode() * 1200 for number in range(10)]
    attacks = [
        _Attack('endless headers', get('/')[:-2], short * 64),
        _Attack('one header without an end', get('/')[:-2] + b'X-A: ', [b'a' * PIECE] * 640),
        _Attack('a target without an end', b'GET /', [b'a' * PIECE] * 160),
    ]
    async for figure in _attacked(stage, attacks, {400, 414, 431}):
        yield figure


async def bodies(stage: Stage) -> AsyncIterator[Figure]:
    """100 MB by length and in chunks, with a token that was never issued, at three routes: refused, memory grows by less than 30 MB. One
    POST of 248 KB with 22,500 names, the last one twice, with such a token: under 0.2 CPU-s. Check-ins beside them: p99 within 100
    ms."""
    chunk = f'{PIECE:x}\r\n'.encode() + b'a' * PIECE + b'\r\n'
    attacks = []
    for path in ('/api/v1/enrolments', '/api/v1/checkins', '/auth/sign-in'):
        head = f'POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{STRANGER}Content-Type: application/json\r\n'.encode()
        attacks += [
            _Attack(f'100 MB to {path}', head + b'Content-Length: 100000000\r\n\r\n', [b'a' * PIECE] * 1526),
            _Attack(f'endless chunks to {path}', head + b'Transfer-Encoding: chunked\r\n\r\n', [chunk] * 1526),
        ]
    names = b'{"name":"a","kind":"tablet",' + b''.join(b'"%06d":0,' % number for number in range(22_500))
    names += b'"022499":0}'
    head = f'POST /api/v1/enrolments HTTP/1.1\r\nHost: x\r\n{STRANGER}Content-Type: application/json\r\n'.encode()
    length = f'Content-Length: {len(names)}\r\n\r\n'.encode()
    attacks.append(_Attack('22,500 names and the last one twice', head + length, [names], cpu_s=0.2))
    async for figure in _attacked(stage, attacks, {303, 400, 401, 403, 404, 408, 411, 413, 415, 422}):
        yield figure


@dataclass(frozen=True, slots=True)
class _Attack:
    name: str
    first: bytes
    rest: Sequence[bytes]
    cpu_s: float = 1.0


async def _attacked(stage: Stage, attacks: Iterable[_Attack], statuses: set[int]) -> AsyncIterator[Figure]:
    place = await stage.place()
    async with stage.server(place) as server, honest(server.port, place.seeded.devices) as devices:
        await asyncio.sleep(QUIET_S)
        process, began = process_of(server), time.monotonic()
        first = process.rss_mb
        for attack in attacks:
            name = attack.name
            rss, used = process.rss_mb, process.cpu_s
            heard = await say(server.port, [attack.first, *attack.rest], within_s=20)
            refused = heard.status in statuses or (heard.status == 0 and heard.closed)
            seen = f'{heard.status or ("closed" if heard.closed else "no answer")} after {heard.sent / 1e6:.1f} MB, {heard.seconds:.1f} s'
            yield most(f'{name}: not refused', float(not refused), 0, measured=seen)
            yield most(f'{name}: memory', process.rss_mb - rss, ROOM_MB, ' MB')
            yield most(
                f'{name}: CPU time', process.cpu_s - used, attack.cpu_s, ' s', measured='with the check-ins beside it'
            )
        ended = await enough(began)
        for figure in beside('them all', await devices.stop(), began, ended):
            yield figure
        yield most('memory after them all', process.rss_mb - first, ROOM_MB, ' MB')
        yield tracebacks(server, 'them all')


async def rubbish(stage: Stage) -> AsyncIterator[Figure]:
    """Random bytes, a TLS greeting, HTTP/2, SSH, NULs, broken request lines, chunks and lengths, 20 times each, and 300 sign-ins that
    are aborted in their form: refused or closed, no answer of 5xx, no traceback, the log grows by less than 0.1 MB."""
    place = await stage.place()
    async with stage.server(place) as server, honest(server.port, place.seeded.devices) as devices:
        await asyncio.sleep(QUIET_S)
        before, began = log_mb(server), time.monotonic()
        heard = [
            await asyncio.gather(*(say(server.port, [text], within_s=3) for _ in range(20))) for text in _rubbish()
        ]
        answers = [each for group in heard for each in group]
        yield most('answers of 5xx or 2xx to rubbish', sum(each.status >= 500 or 200 <= each.status < 300 for each in answers), 0,
                   measured=f'of {len(answers)}')  # fmt: skip
        form = b'POST /auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n'
        form += b'Content-Length: 90\r\n\r\nemail=a'
        for _ in range(6):
            async with connected(server.port, 50) as torn:
                for _, writer in torn:
                    writer.write(form)
                await asyncio.sleep(0.2)
        await asyncio.sleep(0.5)
        ended = await enough(began)
        for figure in beside('rubbish', await devices.stop(), began, ended):
            yield figure
        yield tracebacks(server, 'rubbish and aborted forms')
        yield most('growth of the log', log_mb(server) - before, 0.1, ' MB')


def _rubbish() -> Iterable[bytes]:
    post = b'POST /api/v1/enrolments HTTP/1.1\r\nHost: x\r\n'
    return [
        *islice(iter(lambda: os.urandom(2000), b''), 3),
        bytes.fromhex('16030100c8010000c40303') + os.urandom(192),  # TLS: ClientHello
        b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' + bytes(30),
        b'SSH-2.0-OpenSSH_9.6\r\n',
        bytes(5000),
        b'GET\r\n\r\n',
        b'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
        b'GET / HTTP/1.1\r\nno colon\r\n\r\n',
        b'GET / HTTP/1.1\r\nHost: x\r\nX: \x00\x01\r\n\r\n',
        b'G\xc3\x8bT / HTTP/1.1\r\nHost: x\r\n\r\n',
        post + b'Content-Length: -1\r\n\r\n',
        post + b'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
        post + b'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        post + b'Transfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n',
        post + b'Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n',
    ]
