"""Who writes: one transaction per group of changes, in one call of the database's own driver."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import asyncpg
import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import DBConnectionError, OperationalError

from domain.errors import NotStorable, Unavailable, Uncertain
from domain.journal import Entry, Recorded
from persistence.journal import ENTRIES_TARGET, entry_rows, number
from persistence.sql import (
    count_on,
    head_on,
    in_pieces,
    postgres_write,
    sqlite_write,
)
from persistence.tables import Target, Tuple

Statement = tuple[str, Sequence[Any]]
"""SQL and its parameters."""


@dataclass(slots=True)
class Batch:
    """What one transaction writes. Rows are built by functions that run where the writer wants them to, in this order."""

    entries: Sequence[Entry] = ()
    writes: list[tuple[Target, Callable[[], list[Tuple]]]] = field(default_factory=list)

    def counts(self) -> list[tuple[str, int]]:
        """How many entries each enterprise gets; sorted, so that two transactions never wait for each other in a circle."""
        counts: dict[str, int] = {}
        for entry in self.entries:
            counts[entry.enterprise] = counts.get(entry.enterprise, 0) + 1
        return sorted(counts.items())


class Writer(Protocol):
    """Writes with full durability; raises ``Unavailable`` when the database would not, and then nothing was written.

    ``NotStorable`` when it would not for what is in the batch: then nothing was written either, and will not be at another time.
    ``Uncertain`` when the database was lost in the middle of a commit.
    """

    floor: str
    """A number without its fraction, in SQL, with ``{}`` for the number."""

    def mark(self, number: int) -> str:
        """The n-th parameter, counted from 1, in SQL."""

    async def write(self, batch: Batch) -> list[Recorded]:
        """Write the batch in one transaction and number its entries without a gap."""

    async def change(self, statement: str, values: Sequence[Any], *more: Statement) -> int:
        """Run one statement in a transaction of its own, or several in one; how many rows the first changed."""

    async def close(self) -> None:
        """Finish what is under way and let go of the database."""


class SqliteWriter:
    """A connection of its own in a thread of its own: reads never queue behind it and the event loop never waits for the disk."""

    floor = 'CAST({} AS INTEGER)'  # FLOOR is an option of SQLite's build

    def __init__(self, path: Path, pragmas: Mapping[str, object]) -> None:
        self._path = path
        self._pragmas = pragmas
        self._thread = ThreadPoolExecutor(1, thread_name_prefix='sqlite-writer')
        self._open: sqlite3.Connection | None = None

    def mark(self, number: int) -> str:
        """See :class:`Writer`."""
        return f'?{number}'

    async def write(self, batch: Batch) -> list[Recorded]:
        """See :class:`Writer`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, batch)

    async def change(self, statement: str, values: Sequence[Any], *more: Statement) -> int:
        """See :class:`Writer`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._change, (statement, values), *more)

    async def close(self) -> None:
        """See :class:`Writer`."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _write(self, batch: Batch) -> list[Recorded]:
        with self._transaction() as connection:
            used: dict[str, int] = {}
            heads: dict[str, str] = {}
            for enterprise, count in batch.counts():
                counted = connection.execute(count_on(self.mark), (enterprise, count)).fetchone()
                used[enterprise], heads[enterprise] = counted
            recorded = number(batch.entries, used)
            _insert(connection, ENTRIES_TARGET, entry_rows(recorded, heads))
            for enterprise, newest in heads.items():
                connection.execute(head_on(self.mark), (newest, enterprise))
            for target, rows in batch.writes:
                _insert(connection, target, rows())
        return recorded

    def _change(self, *statements: Statement) -> int:
        with self._transaction() as connection:
            changed = [connection.execute(*statement).rowcount for statement in statements]
            return changed[0]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._open is None:
                self._open = self._connect()
            # IMMEDIATE: a deferred one that reads before it writes can meet "database is locked" without any waiting
            self._open.execute('BEGIN IMMEDIATE')
            try:
                yield self._open
                self._open.execute('COMMIT')
            except BaseException:
                if self._open.in_transaction:
                    self._open.execute('ROLLBACK')
                raise
        except _UNFIT as error:
            raise NotStorable('the database does not take what is in it') from error
        except (
            sqlite3.DatabaseError
        ) as error:  # disk full, I/O error, locked by a foreign program: start afresh next time
            self._close()
            raise Unavailable(f'the database cannot be written: {error}') from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, cached_statements=256)
        try:
            for name, value in self._pragmas.items():
                connection.execute(f'PRAGMA {name}={value}')
        except BaseException:
            connection.close()
            raise
        return connection

    def _close(self) -> None:
        if self._open is not None:
            connection, self._open = self._open, None
            connection.close()


def _insert(connection: sqlite3.Connection, target: Target, rows: Sequence[Tuple]) -> None:
    # Many rows to a statement, since sqlite3 gives up the interpreter lock twice for each: row by row (executemany) a busy event
    # loop makes the thread wait sys.getswitchinterval() for every single row, and itself a little whenever the lock changes hands.
    for room, piece in in_pieces(rows):
        values = [*chain.from_iterable(piece)]
        values += [None] * (room * len(target.columns) - len(values))
        connection.execute(sqlite_write(target, room), values)


class PostgresWriter:
    """A connection of Tortoise's pool for each transaction; one round trip for each table."""

    floor = 'FLOOR({})'

    def __init__(self, client: BaseDBAsyncClient) -> None:
        self._client = client

    def mark(self, number: int) -> str:
        """See :class:`Writer`."""
        return f'${number}'

    async def write(self, batch: Batch) -> list[Recorded]:
        """See :class:`Writer`."""
        with translated():
            async with self._client.acquire_connection() as connection, _transaction(connection):
                used: dict[str, int] = {}
                heads: dict[str, str] = {}
                for enterprise, count in batch.counts():
                    counted = await connection.fetchrow(count_on(self.mark), enterprise, count)
                    used[enterprise], heads[enterprise] = counted
                recorded = number(batch.entries, used)
                await _unnest(connection, ENTRIES_TARGET, entry_rows(recorded, heads))
                for enterprise, newest in heads.items():
                    await connection.execute(head_on(self.mark), newest, enterprise)
                for target, rows in batch.writes:
                    await _unnest(connection, target, rows())
                return recorded

    async def change(self, statement: str, values: Sequence[Any], *more: Statement) -> int:
        """See :class:`Writer`."""
        with translated():
            async with self._client.acquire_connection() as connection, _transaction(connection):
                done = await connection.execute(statement, *values)
                for other, its_values in more:
                    await connection.execute(other, *its_values)
                return int(done.rpartition(' ')[2])

    async def close(self) -> None:
        """See :class:`Writer`."""


@asynccontextmanager
async def _transaction(connection: Any) -> AsyncIterator[None]:
    """A transaction whose failing commit says that nobody knows whether it was kept."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except BaseException:
        with suppress(*_AWAY):  # what went wrong first is what counts
            await transaction.rollback()
        raise
    try:
        await transaction.commit()
    except _LOST as error:
        raise Uncertain(f'the database was lost while it committed: {error}') from error


async def _unnest(connection: Any, target: Target, rows: Sequence[Tuple]) -> None:
    if rows:
        await connection.execute(postgres_write(target), *zip(*rows, strict=True))


_UNFIT = (
    sqlite3.IntegrityError,
    sqlite3.DataError,  # longer than the database takes
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,  # of a type that no column has
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.ProgramLimitExceededError,  # longer than an index takes
    msgspec.MsgspecError,
    OverflowError,  # a number beyond 64 bits
    ValueError,  # text that is no UTF-8
    TypeError,
)
"""What is said of the content of a change, by the drivers and by what turns it into rows."""


_AWAY = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that is just being lost
    OperationalError,
    DBConnectionError,
    OSError,
    TimeoutError,
)


_LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, OSError, TimeoutError)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's word for a database that is away or full into ``Unavailable``, and for a value that it does not take into
    ``NotStorable``; a broken statement stays what it is."""
    try:
        yield
    except asyncpg.SyntaxOrAccessError:
        raise  # a defect of ours, not an outage
    except _UNFIT as error:
        raise NotStorable('the database does not take what is in it') from error
    except _AWAY as error:
        if isinstance(error.__cause__, _UNFIT):  # as Tortoise passes it on
            raise NotStorable('the database does not take what is asked of it') from error
        raise Unavailable(f'the database does not answer: {error}') from error
