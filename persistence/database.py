"""From a URL to an open store: configuration, migrations, and the lock that keeps a second server off the same SQLite file."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.context import TortoiseContext

from domain.errors import Conflict, Unavailable
from persistence.schema import migrate
from persistence.store import TortoiseStore
from persistence.trail import StoredTrail
from persistence.writers import PostgresWriter, SqliteWriter, Writer, translated

_NOUNS = ('access', 'devices', 'journal', 'policies', 'towers')
APPS: dict[str, dict[str, Any]] = {
    'cellwarden': {
        'models': [f'persistence.models.{noun}' for noun in _NOUNS],
        'default_connection': 'default',
        'migrations': 'persistence.migrations',
    }
}
CONFIG = {'connections': {'default': 'sqlite://:memory:'}, 'apps': APPS}
"""For ``python -m tortoise -c persistence.database.CONFIG makemigrations``, which compares models with migrations, not with a database."""

_SQLITE_OPTIONS: dict[str, Any] = {
    'journal_mode': 'WAL',
    'synchronous': 'FULL',  # a reply is a promise; group commit makes it affordable
    'busy_timeout': 10_000,
    'foreign_keys': 'ON',
    'wal_autocheckpoint': 4_000,  # pages: an index page that several groups touch is copied home once
    'journal_size_limit': 67_108_864,  # Tortoise's 16 KiB would cut the log after every checkpoint, to be grown again
}
_WRITING: dict[str, Any] = {'cache_size': -16_384}
"""KiB. It comes back to the same pages group after group; whoever reads passes through once and does with SQLite's own 2 MB."""
_POSTGRES_OPTIONS: dict[str, Any] = {'minsize': 2, 'maxsize': 10, 'timeout': 10, 'command_timeout': 60}


_SERVING = 4_909_223_872
"""Whoever serves from a PostgreSQL database holds this advisory lock (an arbitrary number of ours)."""


class DatabaseInUse(Conflict):
    """Another process serves from this database."""


@asynccontextmanager
async def opened_store(url: str, *, serving: bool = True) -> AsyncIterator[TortoiseStore]:
    """The store at ``url``, its schema up to date, until the block ends.

    ``sqlite:///absolute/path`` or ``sqlite://relative/path``, with PRAGMAs as its query; ``asyncpg://`` or ``postgres://`` as Tortoise
    takes them. ``serving`` claims the database for this process; leave it off for a short visit beside a running server.
    Raises ``DatabaseInUse``, ``Unavailable`` when the database does not answer, ``ValueError`` for a URL of no known database.
    """
    connection = connection_config(url)
    file = connection['credentials'].get('file_path')
    path = None if file is None else Path(file)
    # NOTE: the context is entered for the migrations alone. The store reads and writes through its clients, so that pages, sockets
    # and jobs, which run in other contexts, can use it, and so that one process can hold several stores.
    context = TortoiseContext()
    with _only_server(path) if serving and path else nullcontext():
        try:
            with context, translated(), _one_at_a_time(path) if path else nullcontext():
                await context.init(config={'connections': {'default': connection}, 'apps': APPS})
                client = context.db('default')
                await migrate(client, APPS)
            writer: Writer = (
                PostgresWriter(client) if path is None else SqliteWriter(path, _WRITING | _pragmas(connection))
            )
            async with _only_server_of(client) if serving and path is None else nullcontext():
                try:
                    yield TortoiseStore(client, writer)
                finally:
                    await writer.close()
        finally:
            await context.close_connections()


@asynccontextmanager
async def opened_trail(url: str) -> AsyncIterator[StoredTrail]:
    """The journals at ``url`` until the block ends; nothing there is changed, not even brought up to date.

    Raises ``Unavailable`` when there is no such database or one that this version has never served, ``ValueError`` for a URL of no
    known database.
    """
    connection = connection_config(url)
    credentials = connection['credentials']
    file = credentials.get('file_path')
    if file is None:
        credentials['server_settings'] = {'default_transaction_read_only': 'on'}
    elif Path(file).exists():  # noqa: ASYNC240 (one look at a local file, by a command)
        credentials['query_only'] = 'ON'
    else:
        raise Unavailable(f'there is no database {file}')
    context = TortoiseContext()
    try:
        with context, translated():
            await context.init(config={'connections': {'default': connection}, 'apps': APPS})
            client = context.db('default')
        yield StoredTrail(client, '?{}' if file is not None else '${}')
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
        return {'engine': given['engine'], 'credentials': _POSTGRES_OPTIONS | given['credentials']}
    raise ValueError(f'a database URL begins with sqlite:// or postgres://, not with {scheme[:20]!r}')


def _pragmas(connection: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in connection['credentials'].items() if name != 'file_path'}


@contextmanager
def _only_server(path: Path) -> Iterator[None]:
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
        file.write(str(os.getpid()))
        file.flush()
        yield  # NOTE: the file stays; removing it would let a third process lock a new one beside a waiting second


@asynccontextmanager
async def _only_server_of(client: BaseDBAsyncClient) -> AsyncIterator[None]:
    """Hold PostgreSQL's word that no other server serves from this database; it ends with the connection, so a kill frees it."""
    async with client.acquire_connection() as connection:
        with translated():
            alone = await connection.fetchval('SELECT pg_try_advisory_lock($1)', _SERVING)
        if not alone:
            raise DatabaseInUse('this database is already served by another process; stop that one or name another')
        yield


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Visits of a command beside a starting server must not migrate at once; a kill frees the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + '.migrating').open('a') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
