"""How a database stands, asked over a connection of its own: beside a running server, and when none runs or it does not answer.

Nothing is written, nothing is migrated, and each step has a deadline. Whether another program keeps the database from being written is
found by beginning a transaction and ending it at once.
"""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg

from domain.changes.store import StoreCondition
from domain.common.errors import Unavailable
from persistence.database import connection_config
from persistence.engine.lease import INSTALLATION, Held
from persistence.engine.preflight import check_version, connect, look_at_file

WITHIN_S = 3.0
"""For all of it."""
LOCKED_AFTER_S = 1.0
"""A group of changes is written in milliseconds: what keeps the database locked for this long is another program."""
_LOCKS = Path('/proc/locks')
_LEASE = 'SELECT holder, epoch, groups, since, until, EXTRACT(EPOCH FROM clock_timestamp())::float8 FROM lease WHERE name = $1'
_SIZE = 'SELECT pg_database_size(current_database())'  # of a table it would wait for a lock on that
_BLOCKED = 'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0'


async def condition_of(url: str) -> StoreCondition:
    """The condition of the database at ``url``; one that cannot be used has its ``trouble``, and nothing is raised for that."""
    connection = connection_config(url)
    path = connection['credentials'].get('file_path')
    kind = 'PostgreSQL' if path is None else 'SQLite'
    try:
        async with asyncio.timeout(WITHIN_S):
            if path is not None:
                return await _in_thread(Path(path))
            return await _of_server(connection['credentials'])
    except Unavailable as error:
        return StoreCondition(kind=kind, trouble=error.detail)
    except (
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        sqlite3.Error,
        OSError,
    ) as error:
        # its words alone: some drivers put the whole address into them
        return StoreCondition(kind=kind, trouble=_words(error))
    except TimeoutError:
        return StoreCondition(kind=kind, trouble=f'it does not answer within {WITHIN_S:g} s')


async def _in_thread(path: Path) -> StoreCondition:
    """In a thread that is not waited for: a disk or network file system that hangs must not keep the process from ending."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[StoreCondition] = loop.create_future()

    def settle(found: StoreCondition | Exception) -> None:
        if not done.done():
            if isinstance(found, Exception):
                done.set_exception(found)
            else:
                done.set_result(found)

    def run() -> None:
        found: StoreCondition | Exception
        try:
            found = _of_file(path)
        except Exception as error:  # noqa: BLE001 it is raised where it is waited for
            found = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=run, name='condition', daemon=True).start()
    return await done


def _of_file(path: Path) -> StoreCondition:
    recorded = look_at_file(path)
    if not recorded:
        raise Unavailable(f'{path} is {"empty" if path.exists() else "missing"}')
    check_version(recorded, path)
    log = path.with_name(f'{path.name}-wal')
    locked = False
    with closing(sqlite3.connect(f'{path.absolute().as_uri()}?mode=rw', uri=True, isolation_level=None)) as found:
        found.execute(f'PRAGMA busy_timeout = {int(LOCKED_AFTER_S * 1000)}')
        try:
            found.execute('BEGIN IMMEDIATE')
            found.execute('ROLLBACK')
        except sqlite3.OperationalError as error:
            if (error.sqlite_errorcode & 0xFF) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            locked = True
        return StoreCondition(
            kind='SQLite',
            version=sqlite3.sqlite_version,
            size=path.stat().st_size,
            log=log.stat().st_size if log.exists() else 0,
            holder=_holder(path.with_name(f'{path.name}.lock')),
            locked=locked,
        )


def _holder(lock: Path) -> str:
    """What the server that has the lock wrote into its file. The table of locks is read, none is taken: a server may be starting."""
    try:
        inode = f':{lock.stat().st_ino} '
        held = any(inode in line and ' FLOCK ' in f' {line}' for line in _LOCKS.read_text().splitlines())
        return f'process {lock.read_text().strip()}' if held else ''
    except OSError:
        return ''


async def _of_server(credentials: dict[str, Any]) -> StoreCondition:
    settings = {**credentials.get('server_settings', {}), 'default_transaction_read_only': 'on'}
    connection = await connect({**credentials, 'server_settings': settings})
    try:
        if await connection.fetchval("SELECT to_regclass('lease') IS NULL"):
            raise Unavailable('it has no tables of this version of Cellwarden')
        lease = await connection.fetchrow(_LEASE, INSTALLATION)
        found = Held(*lease) if lease is not None else None
        version = connection.get_server_version()
        return StoreCondition(
            kind='PostgreSQL',
            version=f'{version.major}.{version.minor}',
            size=await connection.fetchval(_SIZE),
            holder='' if found is None or found.is_free else str(found),
            blocked=await connection.fetchval(_BLOCKED),
        )
    finally:
        connection.terminate()


def _words(error: BaseException) -> str:
    code = getattr(error, 'strerror', None)
    return str(code or error).partition('\n')[0][:200] or type(error).__name__
