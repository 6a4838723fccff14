"""Who writes to SQLite: one connection in one thread, many rows to a statement."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from domain.common.errors import NotStorable, Superseded, Unavailable, Uncertain
from domain.journal.model import Recorded
from persistence.engine.lease import Held, Lease, LeaseSql
from persistence.engine.rows import Target, Tuple
from persistence.engine.sql import count_on, head_on, in_pieces, sqlite_write
from persistence.engine.writer import UNFIT, Batch, Statement
from persistence.journal.entries import ENTRIES_TARGET, entry_rows, number

T = TypeVar('T')
_UNFIT = 'the database does not take what is in it'
_LEASE = LeaseSql("(julianday('now') - 2440587.5) * 86400.0", lambda number: f'?{number}', locks=False)


class SqliteWriter:
    """A connection of its own in a thread of its own: reads never queue behind it and the event loop never waits for the disk.

    The lease is taken from the process that had it, since the file's lock says that none does; should the lock file be removed, or the
    file system not keep locks, the epoch still lets one process write, the newest.
    """

    floor = 'CAST({} AS INTEGER)'  # FLOOR is an option of SQLite's build
    binary = ' COLLATE BINARY'
    lines = 'group_concat({}, char(10))'

    def __init__(self, path: Path, pragmas: Mapping[str, object]) -> None:
        self._path = path
        self._pragmas = pragmas
        self._lease = Lease()
        self._doubt: list[Recorded] | None = None
        self._file: tuple[int, int] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix='sqlite-writer')
        self._open: sqlite3.Connection | None = None

    def mark(self, number: int) -> str:
        """See :class:`Writer`."""
        return f'?{number}'

    async def write(self, batch: Batch) -> list[Recorded]:
        """See :class:`Writer`. The thread is handed finished statements: row by row it would ask a busy event loop for the interpreter
        again and again, and each change of hands costs both of them."""
        try:
            statements = [each for target, rows in batch.writes for each in _inserts(target, rows())]
        except UNFIT as error:
            raise NotStorable(_UNFIT) from error
        return await self._run(self._write, batch, statements)

    async def change(self, statement: str, values: Sequence[Any], *more: Statement) -> int:
        """See :class:`Writer`."""
        return await self._run(self._change, (statement, values), *more)

    async def settle(self) -> list[Recorded] | None:
        """See :class:`Writer`."""
        return await self._run(self._settle)

    async def claim(self) -> None:
        """See :class:`Writer`."""
        await self._run(self._claim)

    async def renew(self) -> None:
        """See :class:`Writer`. The lock says it; here is seen that no other process wrote anyway, and that the file is where it was."""
        if self._file != _identity(self._path):  # what is written into a removed one is lost
            raise Superseded(f'{self._path} was moved, removed or replaced while this server had it open')
        await self._run(self._look)

    async def probe(self) -> None:
        """See :class:`Writer`."""
        await self._run(self._change, (_LEASE.renew, (self._lease.name, self._lease.epoch)))

    async def close(self) -> None:
        """See :class:`Writer`."""
        with suppress(Unavailable):
            await self._run(self._give_back)
        await self._run(self._close)
        self._thread.shutdown()

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def _claim(self) -> None:
        with self._transaction() as connection:
            connection.execute(_LEASE.row, (self._lease.name,))
            found = Held(*connection.execute(_LEASE.look, (self._lease.name,)).fetchone())
            connection.execute(_LEASE.take, (self._lease.name, found.epoch, self._lease.holder))
        self._lease.taken(found)
        self._file = _identity(self._path)

    def _look(self) -> None:
        if self._open is not None:
            try:
                found = self._open.execute(_LEASE.look, (self._lease.name,)).fetchone()
            except sqlite3.DatabaseError:
                return  # the next write tells
            if found is None or Held(*found).epoch != self._lease.epoch:
                raise self._lease.superseded(found and Held(*found))

    def _give_back(self) -> None:
        if self._lease.epoch:
            with self._transaction() as connection:
                connection.execute(_LEASE.give_back, (self._lease.name, self._lease.epoch))

    def _settle(self) -> list[Recorded] | None:
        doubt, self._doubt = self._doubt, None
        try:
            with self._transaction() as connection:
                found = connection.execute(_LEASE.look, (self._lease.name,)).fetchone()
        except Unavailable:
            self._doubt = doubt
            raise
        return doubt if self._lease.settled(found and Held(*found)) else None

    def _write(self, batch: Batch, statements: Sequence[Statement]) -> list[Recorded]:
        self._doubt = None
        with self._transaction() as connection:
            lease = self._lease
            if _write_one(connection, _LEASE.next_group, (lease.name, lease.epoch, lease.groups)) != 1:
                found = connection.execute(_LEASE.look, (lease.name,)).fetchone()
                raise lease.superseded(found and Held(*found))
            used: dict[str, int] = {}
            heads: dict[str, str] = {}
            for enterprise, count in batch.counts():
                counted = connection.execute(count_on(self.mark), (enterprise, count)).fetchone()
                used[enterprise], heads[enterprise] = counted
            recorded = number(batch.entries, used)
            for statement in _inserts(ENTRIES_TARGET, entry_rows(recorded, heads)):
                _write_one(connection, *statement)
            for enterprise, newest in heads.items():
                _write_one(connection, head_on(self.mark), (newest, enterprise))
            for statement in statements:
                _write_one(connection, *statement)
            self._doubt = recorded
        self._doubt = None
        self._lease.groups += 1
        return recorded

    def _change(self, *statements: Statement) -> int:
        with self._transaction() as connection:
            if connection.execute(_LEASE.still_mine, (self._lease.name, self._lease.epoch)).fetchone() is None:
                found = connection.execute(_LEASE.look, (self._lease.name,)).fetchone()
                raise self._lease.superseded(found and Held(*found))
            changed = [connection.execute(*statement).rowcount for statement in statements]
            return changed[0]

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            if self._open is None:
                self._open = self._connect()
            # IMMEDIATE: a deferred one that reads before it writes can meet "database is locked" without any waiting
            self._open.executescript('BEGIN IMMEDIATE')
            try:
                yield self._open
                self._open.commit()
            except BaseException:
                if self._open.in_transaction:
                    self._open.execute('ROLLBACK')
                raise
        except UNFIT as error:
            raise NotStorable(_UNFIT) from error
        except (
            sqlite3.DatabaseError
        ) as error:  # disk full, I/O error, locked by a foreign program: start afresh next time
            self._close()
            if self._doubt is not None and _code(error) == sqlite3.SQLITE_IOERR:  # it may be in the log all the same
                raise Uncertain(f'the disk failed while the database committed: {error}') from error
            self._doubt = None
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


def _code(error: sqlite3.Error) -> int:
    return getattr(error, 'sqlite_errorcode', 0) & 0xFF


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _write_one(connection: sqlite3.Connection, statement: str, values: Sequence[Any]) -> int:
    """How many rows it changed. Run in the way in which sqlite3 gives up the interpreter lock least often: ``execute`` gives it up three
    times, ``executemany`` twice, ``commit`` and ``executescript`` once; each time a busy event loop takes it, and has to be waited for."""
    return connection.executemany(statement, (values,)).rowcount


def _inserts(target: Target, rows: Sequence[Tuple]) -> Iterator[Statement]:
    # Many rows to a statement, since sqlite3 gives up the interpreter lock twice for each: row by row (executemany) a busy event
    # loop makes the thread wait sys.getswitchinterval() for every single row, and itself a little whenever the lock changes hands.
    for room, piece in in_pieces(rows):
        values = [*chain.from_iterable(piece)]
        values += [None] * (room * len(target.columns) - len(values))
        yield sqlite_write(target, room), values
