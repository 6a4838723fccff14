"""Who writes to PostgreSQL: one transaction per group of changes, one round trip for each table."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from domain.common.errors import Unavailable, Uncertain
from domain.journal.model import Recorded
from persistence.engine.lease import RENEW_S, TTL_S, Held, Lease, LeaseSql
from persistence.engine.pool import DEADLINE_S, DeadlineClient, Pool
from persistence.engine.rows import Target, Tuple
from persistence.engine.sql import count_on, head_on, postgres_write
from persistence.engine.writer import Batch, DatabaseInUse, Statement, said_by, translated
from persistence.journal.entries import ENTRIES_TARGET, entry_rows, number

SERVING = 4_909_223_872
"""Versions before the lease hold this advisory lock while they serve (an arbitrary number of ours), so this one holds it beside."""
_LOOK_AGAIN_S = 0.25
_LINE = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, OSError, TimeoutError)
_DOUBTFUL = (*_LINE, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError)
_LEASE = LeaseSql('extract(epoch FROM clock_timestamp())::float8', lambda number: f'${number}', locks=True)


class PostgresWriter:
    """A connection of the pool for each transaction, and one that keeps the lease."""

    floor = 'FLOOR({})'
    binary = ' COLLATE "C"'
    lines = 'string_agg({}, chr(10))'

    def __init__(self, client: DeadlineClient) -> None:
        self._client = client
        self._lease = Lease()
        self._turn = asyncio.Lock()
        self._doubt: list[Recorded] | None = None
        self._guard: asyncpg.Connection | None = None
        self._guarding = False

    def mark(self, number: int) -> str:
        """See :class:`persistence.engine.writer.Writer`."""
        return f'${number}'

    async def write(self, batch: Batch) -> list[Recorded]:
        """See :class:`persistence.engine.writer.Writer`."""
        async with self._turn:
            with translated():
                self._doubt = None
                async with self._transaction() as connection:
                    lease = self._lease
                    if await connection.execute(_LEASE.next_group, lease.name, lease.epoch, lease.groups) != 'UPDATE 1':
                        raise lease.superseded(await self._found(connection, _LEASE.look))
                    recorded = self._doubt = await _put(connection, batch)
                self._doubt = None
                lease.groups += 1
                return recorded

    async def change(self, statement: str, values: Sequence[Any], *more: Statement) -> int:
        """See :class:`persistence.engine.writer.Writer`."""
        with translated():
            async with self._transaction() as connection:
                await self._check(connection)
                done = await connection.execute(statement, *values)
                for other, its_values in more:
                    await connection.execute(other, *its_values)
                return int(done.rpartition(' ')[2])

    async def settle(self) -> list[Recorded] | None:
        """See :class:`persistence.engine.writer.Writer`. The transaction in question locks the row for as long as it is under way."""
        async with self._turn:
            with translated():
                async with self._transaction() as connection:
                    found = await self._found(connection, _LEASE.look_alone)
            doubt, self._doubt = self._doubt, None
            return doubt if self._lease.settled(found) else None

    async def claim(self) -> None:
        """See :class:`persistence.engine.writer.Writer`."""
        loop = asyncio.get_running_loop()
        first, patience = None, loop.time() + TTL_S + RENEW_S
        while (found := await self._take()) is not None:
            first = first or found
            is_renewed = found.epoch == first.epoch and found.until > first.until
            if is_renewed or loop.time() > patience:
                by = f'{found}' if found.epoch and not found.is_free else 'a server of an older version'
                raise DatabaseInUse(f'this database is already served by {by}; stop that one or name another')
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def _take(self) -> Held | None:
        """Take the lease; the row when another process has it."""
        lease = self._lease
        with translated():
            guard = await self._guarded()
            async with self._transaction() as connection:
                await connection.execute(_LEASE.row, lease.name)
                found = await self._found(connection, _LEASE.look_alone)
                if found is None:
                    raise Unavailable('the row of the lease is gone again')
                if not (found.is_free and self._guarding):
                    return found
                await connection.execute(_LEASE.take, lease.name, found.epoch, lease.holder)
            lease.taken(found)
            await guard.execute(f"SET idle_session_timeout = '{TTL_S:.0f}s'")  # a process that is stopped loses it
        return None

    async def renew(self) -> None:
        """See :class:`persistence.engine.writer.Writer`. On a connection of its own, so that it waits for no other."""
        with translated():
            guard = await self._guarded()
            try:
                done = await guard.execute(_LEASE.renew, self._lease.name, self._lease.epoch)
            except (asyncpg.PostgresError, *_LINE):
                await self._let_go()
                raise
            if done == 'UPDATE 0':
                raise self._lease.superseded(await self._found(guard, _LEASE.look))

    async def probe(self) -> None:
        """See :class:`persistence.engine.writer.Writer`."""
        lease = self._lease
        with translated():
            async with self._transaction() as connection:
                await self._check(connection)
                await connection.execute(_LEASE.renew, lease.name, lease.epoch)

    async def close(self) -> None:
        """See :class:`persistence.engine.writer.Writer`."""
        lease = self._lease
        if lease.epoch:
            with suppress(Unavailable), translated():  # it ends by itself then
                async with self._transaction() as connection:
                    await connection.execute(_LEASE.give_back, lease.name, lease.epoch)
        await self._let_go()

    async def _check(self, connection: asyncpg.Connection) -> None:
        lease = self._lease
        if await connection.fetchval(_LEASE.still_mine, lease.name, lease.epoch) is None:
            raise lease.superseded(await self._found(connection, _LEASE.look))

    async def _found(self, connection: asyncpg.Connection, look: str) -> Held | None:
        row = await connection.fetchrow(look, self._lease.name)
        return None if row is None else Held(*row)

    async def _guarded(self) -> asyncpg.Connection:
        """The connection that keeps the lease; with it the lock that older versions ask for, as soon as it can be had."""
        if self._guard is None or self._guard.is_closed():
            await self._let_go()
            self._guard = await (await self._pool()).acquire()
        try:
            if not self._guarding:
                self._guarding = await self._guard.fetchval('SELECT pg_try_advisory_lock($1)', SERVING)
                if self._lease.epoch:
                    await self._guard.execute(f"SET idle_session_timeout = '{TTL_S:.0f}s'")
        except (asyncpg.PostgresError, *_LINE):
            await self._let_go()
            raise
        return self._guard

    async def _let_go(self) -> None:
        guard, self._guard, self._guarding = self._guard, None, False
        if guard is not None:
            await (await self._pool()).release(guard, suspect=True)

    async def _pool(self) -> Pool:
        return await self._client.pool()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """A transaction that has a deadline. One whose commit fails says that it is not known whether it was kept."""
        pool = await self._pool()
        commits = False
        try:
            async with pool.writing() as connection:
                transaction = connection.transaction()
                try:
                    async with asyncio.timeout(DEADLINE_S):
                        await transaction.start()
                        yield connection
                except _DOUBTFUL:
                    raise  # it goes with its connection
                except Exception:
                    with suppress(asyncpg.PostgresError, *_LINE):  # what went wrong first is what counts
                        await transaction.rollback()
                    raise
                commits = True
                async with asyncio.timeout(DEADLINE_S):
                    await transaction.commit()
        except _DOUBTFUL as error:
            if commits:
                raise Uncertain(f'the database was lost while it committed: {said_by(error)}') from error
            raise


async def _put(connection: asyncpg.Connection, batch: Batch) -> list[Recorded]:
    used: dict[str, int] = {}
    heads: dict[str, str] = {}
    mark = '${}'.format
    for enterprise, count in batch.counts():
        used[enterprise], heads[enterprise] = await connection.fetchrow(count_on(mark), enterprise, count)
    recorded = number(batch.entries, used)
    await _unnest(connection, ENTRIES_TARGET, entry_rows(recorded, heads))
    for enterprise, newest in heads.items():
        await connection.execute(head_on(mark), newest, enterprise)
    for target, rows in batch.writes:
        await _unnest(connection, target, rows())
    return recorded


async def _unnest(connection: asyncpg.Connection, target: Target, rows: Sequence[Tuple]) -> None:
    if rows:
        await connection.execute(postgres_write(target), *zip(*rows, strict=True))
