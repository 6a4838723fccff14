"""A TCP proxy before PostgreSQL that loses what a network loses: a COMMIT or its answer, all connections, every byte for a while."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import Enum
from typing import cast

from tests.real.postgres import PostgresServer

_Pair = tuple[asyncio.StreamWriter, asyncio.StreamWriter]
"""Towards the client, and towards the database."""


class Lost(Enum):
    """What a cut COMMIT loses: the question (nothing is kept) or the answer (all of it is)."""

    QUESTION = 'question'
    ANSWER = 'answer'


class FaultProxy:
    """Hands on every byte until told otherwise. Connections are those that the server under test has opened."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._pairs: set[_Pair] = set()
        self._swallowed: set[_Pair] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        """One for each connection, until it has ended."""
        self.port = 0
        self.next_commit: Lost | None = None
        """The next COMMIT that comes by is lost in this way, and its connection with it."""
        self.cut_commits = 0
        """How many were."""
        self.last_words = b''
        """A question with these words is not answered, and none from then on: all connections end, new ones too."""

    def url(self, database: str) -> str:
        """The address of ``database`` through the proxy as Tortoise takes it."""
        return f'asyncpg://postgres:@127.0.0.1:{self.port}/{database}'

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._pairs)

    def freeze(self) -> None:
        """Keep everything back, in both directions, on old and new connections, until :meth:`thaw`: neither side is told."""
        self._flowing.clear()

    def swallow(self) -> None:
        """Lose everything for good, as a firewall that has forgotten its connections: those that are open now never speak again."""
        for pair in self._pairs:
            for writer in pair:
                cast(asyncio.Transport, writer.transport).pause_reading()
        self._swallowed |= self._pairs
        self._pairs.clear()

    def thaw(self) -> None:
        """Let it flow again, with what was kept back."""
        self._flowing.set()

    def cut(self) -> None:
        """End every connection at once."""
        for pair in [*self._pairs]:
            _abort(pair)

    async def refuse(self) -> None:
        """End every connection and take no new one until :meth:`listen`."""
        assert self._listener is not None
        self._listener.close()
        self.cut()

    async def listen(self) -> None:
        """Take connections, at the same port as before."""
        self._listener = await asyncio.start_server(self._connected, '127.0.0.1', self.port)
        self.port = self._listener.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening, end every connection, and wait until they have: the loop that ends next would cancel them."""
        self.thaw()
        await self.refuse()
        for pair in self._swallowed:
            _abort(pair)
        while self._tasks:  # one that was on its way to the database opens its pair now
            await asyncio.wait(self._tasks, timeout=0.05)
            self.cut()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._connect(reader, writer), name='fault proxy')
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flowing.wait()
        try:
            there, back = await asyncio.open_unix_connection(self._server.folder / '.s.PGSQL.5432')
        except OSError:
            writer.transport.abort()
            return
        pair = (writer, back)
        self._pairs.add(pair)
        try:
            await asyncio.gather(self._pump(reader, back, pair), self._pump(there, writer, None))
        finally:
            self._pairs.discard(pair)
            _abort(pair)

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        asking: '_Pair | None',
    ) -> None:
        """``asking`` is the pair when this is the direction of the questions."""
        with suppress(OSError):
            while data := await reader.read(65_536):
                await self._flowing.wait()
                if asking is not None and self.last_words and self.last_words in data:
                    await self.refuse()
                    return
                if asking is not None and self.next_commit is not None and b'COMMIT' in data:
                    lost, self.next_commit = self.next_commit, None
                    self.cut_commits += 1
                    asking[0].transport.abort()  # before the answer can come back
                    if lost is Lost.QUESTION:
                        asking[1].transport.abort()
                        return
                writer.write(data)
                await writer.drain()
            writer.close()


def _abort(pair: _Pair) -> None:
    for writer in pair:
        writer.transport.abort()


@asynccontextmanager
async def fault_proxy(server: PostgresServer) -> AsyncIterator[FaultProxy]:
    """A proxy in front of ``server`` for the length of the block."""
    proxy = FaultProxy(server)
    await proxy.listen()
    try:
        yield proxy
    finally:
        await proxy.close()
