"""From a URL to an open store: configuration, a look at what is there, migrations, and the claim that keeps a second server off."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import structlog
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext

from domain.common.errors import Unavailable
from persistence.engine.pool import DEADLINE_S, DeadlineClient
from persistence.engine.postgres import PostgresWriter
from persistence.engine.preflight import check_unserved, check_version, has_open, look_at_file, look_at_server
from persistence.engine.schema import known, migrate
from persistence.engine.sqlite import SqliteWriter
from persistence.engine.writer import DatabaseInUse, Writer, translated
from persistence.journal.archive import StoredTrail
from persistence.store import TortoiseStore

__all__ = ['APPS', 'CONFIG', 'DatabaseInUse', 'connection_config', 'opened_store', 'opened_trail']

log = structlog.get_logger(__name__)
_NOUNS = (
    'accounts',
    'alert_rules',
    'alerts',
    'channels',
    'desks',
    'triage',
    'devices',
    'enforcement',
    'engine.lease',
    'enrolment',
    'incidents',
    'journal.models',
    'measurements',
    'maintenance',
    'oncall',
    'own_rules',
    'people',
    'policies',
    'sign_in',
    'signal_history',
    'status_page',
    'tokens',
    'towers',
    'unknown_cells',
    'verdicts',
)
APPS: dict[str, dict[str, Any]] = {
    'cellwarden': {
        'models': [f'persistence.{noun}' for noun in _NOUNS],
        'default_connection': 'default',
        'migrations': 'persistence.migrations',
    }
}
CONFIG = {'connections': {'default': 'sqlite://:memory:'}, 'apps': APPS}
"""For ``python -m tortoise -c persistence.database.CONFIG makemigrations``, which compares models with migrations, not with a database."""

_SQLITE_OPTIONS: dict[str, Any] = {
    'journal_mode': 'WAL',
    'synchronous': 'FULL',  # a reply is a promise; group commit makes it affordable
    'busy_timeout': int(DEADLINE_S * 1000),
    'foreign_keys': 'ON',
    'wal_autocheckpoint': 4_000,  # pages: an index page that several groups touch is copied home once
    'journal_size_limit': 67_108_864,  # Tortoise's 16 KiB would cut the log after every checkpoint, to be grown again
}
_WRITING: dict[str, Any] = {
    'cache_size': -16_384,  # KiB: it comes back to the same pages group after group; readers do with SQLite's own 2 MB
    'temp_store': 'MEMORY',  # what undoes a single statement; beyond 64 KB it would be a file, a fifth of what a group costs
}
_POSTGRES_OPTIONS: dict[str, Any] = {'maxsize': 10, 'timeout': DEADLINE_S, 'command_timeout': DEADLINE_S}


@asynccontextmanager
async def opened_store(url: str, *, serving: bool = True, trace: Path | None = None) -> AsyncIterator[TortoiseStore]:
    """The store at ``url``, its schema up to date, until the block ends.

    ``sqlite:///absolute/path`` or ``sqlite://relative/path``, with PRAGMAs as its query; ``asyncpg://`` or ``postgres://`` as Tortoise
    takes them. ``serving`` claims the database for this process; leave it off for a short visit beside a running server, which reads.
    ``trace`` is a file that shows that a database was there before, ``None`` for none: an empty one is then not taken for a new one.
    Raises ``DatabaseInUse``, ``Unavailable`` with a line for the operator when it cannot be opened, ``ValueError`` for a URL of no known
    database.
    """
    connection = connection_config(url)
    path = _file(connection)
    async with AsyncExitStack() as stack:
        if path is not None and serving:
            stack.enter_context(_only_server(path, trace))
        recorded = look_at_file(path) if path is not None else await look_at_server(connection['credentials'])
        check_version(recorded, path or 'this database')
        if not recorded and trace is not None:
            raise Unavailable(_gone(path, trace))
        if path is None and serving and recorded and recorded < known():
            await check_unserved(connection['credentials'])
        if path is not None:
            stack.enter_context(has_open(path))
        client = await stack.enter_async_context(_migrated(connection, path))
        writer: Writer = (
            PostgresWriter(cast(DeadlineClient, client))
            if path is None
            else SqliteWriter(path, _WRITING | _pragmas(connection))
        )
        stack.push_async_callback(writer.close)
        store = TortoiseStore(client, writer)
        if serving:
            await writer.claim()
            await stack.enter_async_context(_kept(store))
        yield store


@asynccontextmanager
async def _migrated(connection: dict[str, Any], path: Path | None) -> AsyncIterator[BaseDBAsyncClient]:
    """The database, its schema up to date: that may take as long as it has to, all that follows has a deadline."""
    # NOTE: the context is entered for the migrations alone. The store reads and writes through its clients, so that pages, sockets
    # and jobs, which run in other contexts, can use it, and so that one process can hold several stores.
    context = TortoiseContext()
    patient = connection if path is not None else _patient(connection)
    try:
        with context, translated(), _one_at_a_time(path) if path else nullcontext():
            await context.init(config={'connections': {'default': patient}, 'apps': APPS})
            client = context.db('default')
            await migrate(client, APPS)
        if path is not None:
            yield client
            return
    finally:
        await context.close_connections()
    serving = DeadlineClient(connection_name='serving', **connection['credentials'])
    try:
        yield serving
    finally:
        await serving.close()


@asynccontextmanager
async def _kept(store: TortoiseStore) -> AsyncIterator[None]:
    """The right to write is renewed for the length of the block."""
    keeping = asyncio.create_task(store.keep(), name='lease')
    try:
        yield
    finally:
        keeping.cancel()
        await asyncio.wait({keeping})


@asynccontextmanager
async def opened_trail(url: str) -> AsyncIterator[StoredTrail]:
    """The journals at ``url`` until the block ends; nothing there is changed, not even brought up to date.

    Raises ``Unavailable`` when there is no such database or one that this version has never served, ``ValueError`` for a URL of no
    known database.
    """
    connection = connection_config(url)
    path = _file(connection)
    if path is None:
        check_version(await look_at_server(connection['credentials']))
        connection = _patient(connection)
        connection['credentials']['server_settings'] = {'default_transaction_read_only': 'on'}
    elif path.exists():
        check_version(look_at_file(path), path)
        connection['credentials']['query_only'] = 'ON'
    else:
        raise Unavailable(f'there is no database {path}')
    context = TortoiseContext()
    with nullcontext() if path is None else has_open(path):
        try:
            with context, translated():
                await context.init(config={'connections': {'default': connection}, 'apps': APPS})
                client = context.db('default')
            yield StoredTrail(client, '?{}' if path is not None else '${}')
        finally:
            await context.close_connections()


def connection_config(url: str) -> dict[str, Any]:
    """Engine and credentials as Tortoise's configuration has them, with our defaults where the URL says nothing."""
    scheme, _, rest = url.partition('://')
    if scheme == 'sqlite':
        if rest.partition('?')[0] in ('', ':memory:'):
            raise ValueError(
                'name a file, as in sqlite:///var/lib/cellwarden/fleet.sqlite3; memory cannot be shared by two connections'
            )
        defaults, given = _SQLITE_OPTIONS, expand_db_url(url)
        named = {pair.partition('=')[0] for pair in rest.partition('?')[2].split('&')}
        # Tortoise mixes its own defaults into what the URL says; only the latter is stronger than ours
        kept = {name: value for name, value in given['credentials'].items() if name == 'file_path' or name in named}
        kept['file_path'] = '/' + str(Path(kept['file_path']).absolute()).lstrip(
            '/'
        )  # of sqlite:////var too, as others spell it
        return {'engine': given['engine'], 'credentials': defaults | kept}
    if scheme in ('asyncpg', 'postgres', 'postgresql'):
        given = expand_db_url(url)
        return {'engine': 'persistence.engine.pool', 'credentials': _POSTGRES_OPTIONS | given['credentials']}
    raise ValueError(f'a database URL begins with sqlite:// or postgres://, not with {scheme[:20]!r}')


def _pragmas(connection: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in connection['credentials'].items() if name != 'file_path'}


def _file(connection: dict[str, Any]) -> Path | None:
    """Of an SQLite database its file."""
    file = connection['credentials'].get('file_path')
    return None if file is None else Path(file)


def _patient(connection: dict[str, Any]) -> dict[str, Any]:
    return {**connection, 'credentials': connection['credentials'] | {'command_timeout': None}}


def _gone(path: Path | None, trace: Path) -> str:
    found = 'the database is empty' if path is None else f'{path} is {"empty" if path.exists() else "missing"}'
    return f'{found}, but {trace} tells of one; restore it from a backup, or begin anew with another data folder'


@contextmanager
def _only_server(path: Path, trace: Path | None) -> Iterator[None]:
    if trace is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + '.lock')
    with lock.open('a+') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise DatabaseInUse(
                f'{path} is already served by process {file.read().strip()}; stop that one or name another file'
            ) from None
        file.truncate(0)
        file.write(f'{os.getpid()} since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC')
        file.flush()
        yield  # NOTE: the file stays; removing it would let a third process lock a new one beside a waiting second


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Visits of a command beside a starting server must not migrate at once; a kill frees the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + '.migrating').open('a') as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info('waiting', until='another process has brought the database up to date')
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
