"""Memory that has to be given back, and sockets of pages that are not well-behaved."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import aiohttp

from tests.battery.case import Stage, process_of
from tests.battery.figures import beside, most, tracebacks
from tests.battery.honest import enough, honest
from tests.battery.wire import get
from tests.bench.browsers import sign_in
from tests.bench.http_load import load
from tests.bench.report import Figure
from tests.page_line import PATH, page_line

QUIET_S = 3.0
FIRST, VIEWS = 500, 20_000
ROOM_MB = 30.0
LOST_MB = 400.0
"""More than this is lost already: the rest of the views would show nothing new."""


async def views(stage: Stage) -> AsyncIterator[Figure]:
    """20,000 times `GET /login` without a session over two connections, for 80 s at most. Resident memory is within 30 MB of what it was
    after the first 500; check-ins beside it: p99 within 100 ms."""
    place = await stage.place()
    async with stage.server(place) as server, honest(server.port, place.seeded.devices) as devices:
        process, count, first, failed = process_of(server), 0, 0.0, 0
        await asyncio.sleep(QUIET_S)
        began = time.monotonic()
        while count < VIEWS and time.monotonic() - began < 80 and process.rss_mb - (first or 1e9) < LOST_MB:
            done = await load(server.port, [lambda: get('/login')] * 2, 1.0)
            count, failed = count + done.requests, failed + done.failed
            if not first and count >= FIRST:
                first = process.rss_mb
        ended = time.monotonic()
        told = await devices.stop()
        yield most('views that were not answered with 200', failed, 0, measured=f'of {count}')
        yield most(
            'memory since the first 500 views',
            process.rss_mb - first,
            ROOM_MB,
            ' MB',
            measured=f'after {count} views, {first:.0f} MB then',
        )
        for figure in beside('views without a session', told, began, ended):
            yield figure


async def sockets(stage: Stage) -> AsyncIterator[Figure]:
    """A signed-in page sends 200,000 messages of rubbish on its socket within 8 s, and the socket of pages is asked for 1,000 times
    without a session.
    Check-ins beside them: p99 within 100 ms; memory + 30 MB at most; no traceback."""
    place = await stage.place()
    async with (
        stage.server(place) as server,
        honest(server.port, place.seeded.devices) as devices,
        aiohttp.ClientSession() as client,
    ):
        cookie = await sign_in(server.port)
        await asyncio.sleep(QUIET_S)
        process, began = process_of(server), time.monotonic()
        rss = process.rss_mb
        headers = {'Cookie': f'cellwarden_session={cookie}', 'Origin': server.address}
        sent = 0
        async with aiohttp.ClientSession(server.address) as browser, page_line(browser, headers) as line:
            rubbish = [
                '42["live","x"]',
                '42["live",{}]',
                f'42["live",{"[" * 500}',
                f'42["live",{json.dumps({"op": "follow", "t": "nothing"})}]',
                f'42["live",{json.dumps({"op": "follow", "t": "x" * 1900})}]',
            ]
            try:
                while sent < 200_000 and time.monotonic() - began < 8:
                    await asyncio.wait_for(line.raw(rubbish[sent % len(rubbish)]), 8)
                    sent += 1
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                pass  # it was shut out, or is not read any more
        ended = await enough(began)
        await asyncio.sleep(1)
        second = time.monotonic()
        refused = 0
        for _ in range(20):
            answers = await asyncio.gather(
                *(_knock(client, f'ws://127.0.0.1:{server.port}{PATH}', server.address) for _ in range(50))
            )
            refused += sum(answers)
        third = await enough(second)
        told = await devices.stop()
        without_rubbish = [each for each in told if not began <= each.due < second]
        for figure in (
            *beside(f'{sent} messages of rubbish', told, began, ended),
            *beside('1,000 sockets without a session', without_rubbish, second, third),
        ):
            yield figure
        yield most('sockets without a session that were let in', 1000 - refused, 0)
        yield most('memory', process.rss_mb - rss, ROOM_MB, ' MB')
        yield tracebacks(server, 'rubbish on sockets')


async def _knock(client: aiohttp.ClientSession, address: str, origin: str) -> bool:
    """True when it was refused or closed, or is sent no frame: it is no page's."""
    try:
        params = {'EIO': '4', 'transport': 'websocket'}
        async with client.ws_connect(address, params=params, headers={'Origin': origin}) as socket:
            await socket.send_str('40')
            await socket.send_str('42["live",{"op":"follow","t":"counters"}]')
            async with asyncio.timeout(0.5):
                while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    if message.data.startswith('42'):
                        return False
            return True
    except (aiohttp.ClientError, ConnectionError, TimeoutError):
        return True
