"""Raw connections: what no well-behaved client sends, and what came back."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
ADDRESSES = [f'127.0.0.{number}' for number in range(2, 10)]
"""Where strangers come from, in turn; honest devices come from 127.0.0.1."""
AT_ONCE = 50
"""Connections that are being opened at a time: the backlog of a listener is not what is tried here."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the server said, whether it closed, how many bytes it took, how long it lasted (s)."""

    answer: bytes
    closed: bool
    sent: int
    seconds: float

    @property
    def status(self) -> int:
        """Of the first answer; 0 without one."""
        parts = self.answer.split(b' ', 2)
        return int(parts[1]) if len(parts) > 1 and parts[0].startswith(b'HTTP/') and parts[1].isdigit() else 0


async def say(port: int, parts: Iterable[bytes], *, within_s: float = 10.0) -> Heard:
    """Send ``parts`` until they end or the server closes, and hear its first answer, for at most ``within_s`` seconds."""
    began, sent, answer, closed = time.monotonic(), 0, b'', False
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection('127.0.0.1', port)
            hearing = asyncio.create_task(_hear(reader))
            try:
                for part in parts:
                    if hearing.done():
                        break
                    writer.write(part)
                    await writer.drain()
                    sent += len(part)
                answer, closed = await asyncio.shield(hearing)
            except ConnectionError:
                closed = True
                answer, _ = await hearing
            finally:
                hearing.cancel()
                writer.transport.abort()
    except TimeoutError:
        pass
    except OSError:
        closed = True
    return Heard(answer, closed, sent, time.monotonic() - began)


async def _hear(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """The first piece of an answer, and whether the end came instead."""
    try:
        answer = await reader.read(65_536)
    except ConnectionError:
        return b'', True
    return answer, not answer


def get(target: str, *lines: str) -> bytes:
    """A request without a body."""
    return '\r\n'.join([f'GET {target} HTTP/1.1', 'Host: 127.0.0.1', *lines, '', '']).encode()


@asynccontextmanager
async def connected(port: int, count: int) -> AsyncIterator[list[Streams]]:
    """``count`` open connections, or as many as were taken."""
    opening = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Streams | None:
        source = (ADDRESSES[number % len(ADDRESSES)], 0)
        async with opening:
            try:
                return await asyncio.wait_for(asyncio.open_connection('127.0.0.1', port, local_addr=source), 5)
            except (OSError, TimeoutError):
                return None

    found = [streams for streams in await asyncio.gather(*map(one, range(count))) if streams is not None]
    try:
        yield found
    finally:
        for _, writer in found:
            writer.transport.abort()


class Crowd:
    """Strangers who say nothing and come back within two seconds after they were closed, each at a moment of its own."""

    def __init__(self, port: int, count: int) -> None:
        self.came = 0
        """Connections that were taken in, all told."""
        self._tasks = [asyncio.create_task(self._one(port, number)) for number in range(count)]
        self._opening = asyncio.Semaphore(AT_ONCE)

    async def all_came(self, within_s: float = 30.0) -> None:
        """Wait until each has been in once."""
        async with asyncio.timeout(within_s):
            while self.came < len(self._tasks):
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """All leave."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _one(self, port: int, number: int) -> None:
        source, chance = (ADDRESSES[number % len(ADDRESSES)], 0), Random(number)
        while True:
            with contextlib.suppress(OSError):
                async with self._opening:
                    reader, writer = await asyncio.open_connection('127.0.0.1', port, local_addr=source)
                self.came += 1
                try:
                    while await reader.read(65_536):
                        pass
                finally:
                    writer.transport.abort()
            await asyncio.sleep(2 * chance.random())


class Watched:
    """Connections whose end is waited for; what the server says on them is thrown away."""

    def __init__(self, streams: Iterable[Streams]) -> None:
        self._tasks = [asyncio.create_task(self._end(reader)) for reader, _ in streams]

    @property
    def open(self) -> int:
        """How many the server has not closed."""
        return sum(not task.done() for task in self._tasks)

    async def stop(self) -> None:
        """Look no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _end(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while await reader.read(65_536):
                pass


async def drip(streams: Iterable[Streams], text: bytes, *, every_s: float) -> None:
    """A byte of ``text`` on every connection, again and again, until cancelled."""
    writers = [writer for _, writer in streams]
    for at in range(len(text)):
        for writer in writers:
            if not writer.is_closing():
                writer.write(text[at : at + 1])
        await asyncio.sleep(every_s)
    await asyncio.Event().wait()
