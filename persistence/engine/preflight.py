"""What is looked at before a database is opened, so that one that cannot be served is reported in one line and left as it is."""

import asyncio
import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from domain.common.errors import Unavailable
from persistence.engine.lease import RENEW_S, TTL_S
from persistence.engine.pool import DEADLINE_S
from persistence.engine.postgres import SERVING
from persistence.engine.schema import known
from persistence.engine.writer import DatabaseInUse

_MAGIC = b'SQLite format 3\0'
_RESTORE = 'restore it from a backup'
_LEAST_VERSION = 14
_RECORDED = (
    "SELECT name, applied_at FROM tortoise_migrations WHERE app = 'cellwarden'"  # of the table, not of its index
)
_DAMAGED = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_open: Counter[Path] = Counter()
_LOOKS = 3
_LOOK_AGAIN_S = 0.25


@contextmanager
def has_open(path: Path) -> Iterator[None]:
    """This process has connections to that file for the length of the block, so nothing but SQLite may open it meanwhile.

    The locks of a file are dropped when the process closes any descriptor of it (POSIX.1-2017, fcntl; sqlite.org/howtocorrupt.html, 2.2).
    Another program that closes the file then takes itself for the last, and removes the log that this process goes on writing.
    """
    key = path.resolve()
    _open[key] += 1
    try:
        yield
    finally:
        _open[key] -= 1
        if not _open[key]:
            del _open[key]


def look_at_file(path: Path) -> set[str]:
    """The migrations that a SQLite file has had, none of a missing or empty one. Raises ``Unavailable`` when it cannot be served."""
    if path.is_dir():
        raise Unavailable(f'{path} is a folder; name a database file')
    if not path.exists() or not path.stat().st_size:
        return set()
    if path.resolve() not in _open:
        _check_head(path)
    if not os.access(path, os.W_OK):
        raise Unavailable(f'{path} cannot be written by this user; make it writable, its folder too')
    try:
        with closing(sqlite3.connect(f'{path.absolute().as_uri()}?mode=ro', uri=True, timeout=DEADLINE_S)) as found:
            tables = {row[0] for row in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and 'tortoise_migrations' not in tables:
                raise Unavailable(
                    f'{path} is not a database of Cellwarden: it has tables of its own; name another file'
                )
            if not tables:
                return set()
            return {row[0] for row in found.execute(_RECORDED)}
    except sqlite3.DatabaseError as error:
        is_damaged = (getattr(error, 'sqlite_errorcode', 0) & 0xFF) in _DAMAGED
        advice = _RESTORE if is_damaged else 'end what else has it open, and look at its disk'
        raise Unavailable(f'{path} cannot be read: {error}; {advice}') from error


def _check_head(path: Path) -> None:
    with path.open('rb') as file:
        head = file.read(100)
    if head[:16] != _MAGIC:
        raise Unavailable(f'{path} is not an SQLite database; {_RESTORE}, or name another file')
    page = int.from_bytes(head[16:18], 'big')
    page = 65_536 if page == 1 else page
    # the file's own count of pages holds when it was written together with the last change
    whole = page * int.from_bytes(head[28:32], 'big') if head[24:28] == head[92:96] else 0
    if path.stat().st_size < (whole := max(whole, page)):
        raise Unavailable(f'{path} is cut short: {path.stat().st_size} of {whole} bytes are there; {_RESTORE}')


async def look_at_server(credentials: Mapping[str, Any]) -> set[str]:
    """The migrations that a PostgreSQL database has had. Raises ``Unavailable`` when it cannot be served."""
    where = f'database "{credentials["database"]}" at {credentials.get("host") or "this machine"}'
    connections: list[asyncpg.Connection] = []
    try:
        async with asyncio.timeout(2 * DEADLINE_S):
            connections.append(one := await connect(credentials))
            connections.append(other := await connect(credentials))
            await _check_direct(one, other, where)
            return await _check_server(one, where)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError) as error:
        raise Unavailable(f'the {where} refuses user "{credentials.get("user")}": {error}') from error
    except asyncpg.InvalidCatalogNameError as error:
        raise Unavailable(f"there is no {where}; make it with CREATE DATABASE … ENCODING 'UTF8'") from error
    except asyncpg.ProtocolViolationError as error:
        raise Unavailable(f'a pooler before the {where} refuses the connection: {error}') from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError) as error:
        raise Unavailable(f'the {where} does not answer: {str(error) or "not in time"}') from error
    finally:
        for connection in connections:
            connection.terminate()


def check_version(recorded: set[str], name: object = 'this database') -> None:
    """Raises ``Unavailable`` for a database that a newer version has changed."""
    if newer := sorted(recorded - known()):
        raise Unavailable(f'{name} is of a newer version of Cellwarden (it has {newer[-1]}); start that version')


async def check_unserved(credentials: Mapping[str, Any]) -> None:
    """Tables are not changed under a server that uses them. Raises ``DatabaseInUse`` while one does."""
    connection = await connect(credentials)
    try:
        for _ in range(round((TTL_S + RENEW_S) / _LOOK_AGAIN_S)):  # one that was told to stop may be about to let go
            if await connection.fetchval('SELECT pg_try_advisory_lock($1)', SERVING):
                return
            await asyncio.sleep(_LOOK_AGAIN_S)
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
        raise Unavailable(f'the database does not answer: {str(error) or "not in time"}') from error
    finally:
        connection.terminate()
    raise DatabaseInUse(
        'this database is served by an earlier version, and this one would change its tables: stop that one first'
    )


async def connect(credentials: Mapping[str, Any]) -> asyncpg.Connection:
    """One connection with these credentials, outside of every pool. Raises what asyncpg raises."""
    ours = ('minsize', 'maxsize', 'schema', 'application_name', 'command_timeout', 'timeout', 'connection_name')
    given = {name: value for name, value in credentials.items() if name not in ours}
    settings = dict(given.pop('server_settings', {}))
    if credentials.get('schema'):
        settings['search_path'] = credentials['schema']
    given['statement_cache_size'] = 0  # a pooler may hand each question to another session
    return await asyncpg.connect(**given, server_settings=settings, timeout=DEADLINE_S, command_timeout=DEADLINE_S)


async def _check_direct(one: asyncpg.Connection, other: asyncpg.Connection, where: str) -> None:
    """Behind a pooler that lends sessions for a transaction, two connections are seen in one session, or one in two."""
    seen: list[set[int]] = [set(), set()]
    for _ in range(_LOOKS):
        for connection, its in zip((one, other), seen, strict=True):
            async with connection.transaction():
                its.add(await connection.fetchval('SELECT pg_backend_pid()'))
    if seen[0] & seen[1] or max(map(len, seen)) > 1:
        raise Unavailable(
            f'a pooler in transaction mode stands before the {where}; name the database itself, or a pooler in session mode'
        )


async def _check_server(connection: asyncpg.Connection, where: str) -> set[str]:
    async with connection.transaction():
        version = connection.get_server_version()
        if version.major < _LEAST_VERSION:
            raise Unavailable(f'the {where} is PostgreSQL {version.major}; {_LEAST_VERSION} or newer is needed')
        encoding = await connection.fetchval("SELECT current_setting('server_encoding')")
        if encoding != 'UTF8':
            raise Unavailable(f"the {where} keeps text as {encoding}; make one with CREATE DATABASE … ENCODING 'UTF8'")
        if await connection.fetchval("SELECT current_setting('transaction_read_only')") == 'on':
            raise Unavailable(f'the {where} can only be read: name the primary, or end default_transaction_read_only')
        if await connection.fetchval("SELECT to_regclass('tortoise_migrations') IS NULL"):
            if not await connection.fetchval("SELECT has_schema_privilege(current_schema(), 'CREATE')"):
                raise Unavailable(
                    f'user "{await connection.fetchval("SELECT current_user")}" may not make tables in the {where}; '
                    'let it: GRANT CREATE ON SCHEMA … TO …'
                )
            if await connection.fetchval("SELECT to_regclass('journal_entry') IS NOT NULL"):
                raise Unavailable(f'the {where} does not tell what version it is of; {_RESTORE}')
            return set()
        return {row[0] for row in await connection.fetch(_RECORDED)}
