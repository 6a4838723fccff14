"""Page views and sessions by the thousand without a browser, and what they leave in the server's memory.

``python -m tests.real.page_views`` measures a server of its own; the figures are those of ``docs/speed.md``.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from tests.page_line import page_line
from tests.real.server import PASSWORD, Server, running_server

AT_ONCE = 4
"""Views under way side by side; the server is busy all the time, and no view waits for longer than a browser would."""
EMAIL = 'ana@example.com'


@dataclass(frozen=True, slots=True)
class Growth:
    """Memory of the server in MB before, after the first of ``views`` and in the end; CPU seconds of the server a thousand views."""

    views: int
    first: int
    after_first_mb: float
    after_all_mb: float
    cpu_s_per_1000: float

    @property
    def grown_mb(self) -> float:
        """What all but the first have left behind."""
        return self.after_all_mb - self.after_first_mb


async def grown(server: Server, one: Callable[[], Awaitable[None]], views: int, first: int = 500) -> Growth:
    """Do ``one`` so many times, :data:`AT_ONCE` side by side."""
    process = psutil.Process(server.pid)
    await _many(one, first)
    before, cpu = process.memory_info().rss, _cpu_s(process)
    await _many(one, views - first)
    spent = (_cpu_s(process) - cpu) / (views - first) * 1000
    return Growth(views, first, before / 1e6, process.memory_info().rss / 1e6, spent)


@asynccontextmanager
async def without_session(server: Server, path: str = '/login') -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Views of a page by a client that has no session and never connects a socket."""
    async with aiohttp.ClientSession(server.address, cookie_jar=aiohttp.DummyCookieJar()) as client:

        async def view() -> None:
            async with client.get(path) as answer:
                assert answer.status == 200, answer.status
                await answer.read()

        yield view


@asynccontextmanager
async def with_session(server: Server, path: str = '/devices') -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Sessions that are opened, look at one page with its connection, close it, and sign out."""
    async with aiohttp.ClientSession(server.address, cookie_jar=aiohttp.DummyCookieJar()) as client:

        async def visit() -> None:
            async with looking(client, server.address, path) as headers:
                pass
            async with client.post('/auth/sign-out', headers=headers, allow_redirects=False) as answer:
                assert answer.status == 303, answer.status

        yield visit


async def furnish(server: Server) -> None:
    """An enterprise and a person who signs in to it."""
    await server.operate('enterprise add', name='Delft', starter=False)
    await server.operate('user add', enterprise='Delft', email=EMAIL, name='Ana', role='admin', password=PASSWORD)


@asynccontextmanager
async def looking(client: aiohttp.ClientSession, address: str, path: str) -> AsyncIterator[dict[str, str]]:
    """Sign in and have one page open, as a browser does. The headers that show the session."""
    form = {'email': EMAIL, 'password': PASSWORD, 'next': path}
    origin = {'Origin': address}
    async with client.post('/auth/sign-in', data=form, headers=origin, allow_redirects=False) as answer:
        assert answer.headers['location'] == path, answer.headers['location']
        cookie = '; '.join(f'{name}={morsel.value}' for name, morsel in answer.cookies.items() if morsel.value)
    headers = {**origin, 'Cookie': cookie}
    async with page_line(client, headers, path) as line:
        await line.say({'op': 'follow', 't': 'counters'})
        await line.packet()
        yield headers


async def _many(one: Callable[[], Awaitable[None]], times: int) -> None:
    left = iter(range(times))

    async def worker() -> None:
        for _ in left:
            await one()

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def main(views: int, sessions: int) -> None:
    """Print both figures of one server each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, of, count in (('no session', without_session, views), ('session', with_session, sessions)):
            if not count:
                continue
            async with running_server(Path(folder) / name) as server:
                await furnish(server)
                began = time.monotonic()
                async with of(server) as one:
                    found = await grown(server, one, count)
                print(
                    f'{name}: {found.after_first_mb:.0f} MB after {found.first}, {found.after_all_mb:.0f} MB after {count}, '
                    f'{found.cpu_s_per_1000:.2f} CPU-s/1000, {time.monotonic() - began:.0f} s',
                    flush=True,
                )


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--views', type=int, default=20_000)
    parser.add_argument('--sessions', type=int, default=2_000)
    given = parser.parse_args()
    asyncio.run(main(given.views, given.sessions))
