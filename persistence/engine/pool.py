"""PostgreSQL with a deadline on every step, as a backend of Tortoise: connections that are suspected dead are not used again.

asyncpg's own pool asks a frozen server to cancel, to reset and to say good-bye before it gives a connection up, each with a
deadline of its own; it keeps connections that have become read-only; and after a network has lost its connections it tries them
one by one. See ``docs/decisions/0018-one-writer-by-lease.md``.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient

DEADLINE_S = 5.0
"""The longest that a connection, a statement, a commit or a free place in the pool is waited for."""
_RESERVED = 2
"""Connections that readers leave to the writer and to the lease."""
_SESSION = (
    "SET statement_timeout = '4500ms'; SET lock_timeout = '4s'; "  # a living server is the first to give up, in its own words
    # a process that is stopped in the middle of a transaction must not keep what it has locked
    "SET idle_in_transaction_session_timeout = '3s'"
)
_LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, OSError, TimeoutError)
_SUSPECT = (
    *_LOST,
    asyncpg.ReadOnlySQLTransactionError,  # a former primary, or a role that was set so: a new connection asks again
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)


class Pool:
    """Open connections, newest first. One that met an error of the line is ended at once, and with it all that lie idle."""

    def __init__(self, connect: Mapping[str, Any], size: int, session: str = _SESSION) -> None:
        self._connect = connect
        self._session = session
        self._idle: list[asyncpg.Connection] = []
        self._out: set[asyncpg.Connection] = set()
        self._readers = asyncio.Semaphore(max(1, size - _RESERVED))
        self._closed = False

    async def acquire(self) -> asyncpg.Connection:
        """A connection that no other caller has. Raises ``TimeoutError`` after the deadline."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                break
            connection.terminate()
        else:
            connection = await self._new()
        self._out.add(connection)
        return connection

    async def release(self, connection: asyncpg.Connection, *, suspect: bool = False) -> None:
        """Give it back; ``suspect`` when it should not be used again."""
        self._out.discard(connection)
        if suspect or self._closed or connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
        else:
            self._idle.append(connection)

    def forget(self) -> None:
        """End what lies idle: what happened to one connection has probably happened to all."""
        while self._idle:
            self._idle.pop().terminate()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for a reader. Readers leave some for the writer."""
        async with asyncio.timeout(DEADLINE_S):
            await self._readers.acquire()
        try:
            async with self.writing() as connection:
                yield connection
        finally:
            self._readers.release()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection at once, however many read."""
        connection = await self.acquire()
        suspect = True
        try:
            yield connection
            suspect = False
        except _SUSPECT:
            self.forget()
            raise
        except Exception:
            suspect = False  # what was refused was refused on a connection that is well
            raise
        finally:
            await self.release(connection, suspect=suspect)

    async def close(self) -> None:
        """End all connections, in order where they answer."""
        self._closed = True
        for connection in self._idle:
            with suppress(*_LOST, asyncpg.PostgresError):
                await connection.close(timeout=1)
        self.terminate()

    def terminate(self) -> None:
        """End all connections at once."""
        self._closed = True
        self.forget()
        for connection in [*self._out]:
            connection.terminate()

    async def expire_connections(self) -> None:
        """As Tortoise calls it after the schema has changed."""
        self.forget()

    async def _new(self) -> asyncpg.Connection:
        async with asyncio.timeout(DEADLINE_S):
            connection = await asyncpg.connect(**self._connect)
            try:
                if self._session:
                    await connection.execute(self._session)
            except BaseException:
                connection.terminate()
                raise
        return connection


class DeadlineClient(AsyncpgDBClient):
    """Tortoise's client of PostgreSQL on such a pool."""

    _pool: Pool | None

    async def create_pool(self, **options: Any) -> Pool:
        """See :class:`tortoise.backends.asyncpg.client.AsyncpgDBClient`."""
        size = options.pop('max_size')
        for name in ('min_size', 'loop', 'max_queries', 'max_inactive_connection_lifetime'):
            options.pop(name, None)
        limit = options.get('command_timeout')
        patient = limit is None or float(limit) > DEADLINE_S  # who may take longer here may do so there
        return Pool(options, size, '' if patient else _SESSION)

    def acquire_connection(self) -> Any:
        """A connection for a reader."""
        return self._reading()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[asyncpg.Connection]:
        pool = await self.pool()
        async with pool.reading() as connection:
            yield connection

    async def pool(self) -> Pool:
        """The pool, which opens connections when they are needed."""
        if self._pool is None:
            await self.create_connection(with_db=True)
        return cast(Pool, self._pool)


client_class = DeadlineClient
