"""One suite, both databases."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from persistence.database import opened_store
from persistence.store import TortoiseStore
from tests.persistence.reused import Reused
from tests.real.postgres import PostgresServer, fresh_database


@pytest.fixture(params=['sqlite', 'postgres'])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without even a schema."""
    if request.param == 'sqlite':
        return f'sqlite://{tmp_path}/fleet.sqlite3'
    return str(request.getfixturevalue('postgres'))


@pytest.fixture(params=['sqlite', 'postgres'])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without rows, its schema up to date: a copy, since to migrate one takes the better part of a second."""
    if request.param == 'sqlite':
        shutil.copy(request.getfixturevalue('migrated_file'), tmp_path / 'fleet.sqlite3')
        return f'sqlite://{tmp_path}/fleet.sqlite3'
    return str(request.getfixturevalue('migrated_postgres'))


@pytest.fixture
async def store(url: str) -> AsyncIterator[TortoiseStore]:
    """An open store without rows."""
    async with opened_store(url) as store:
        yield store


@pytest.fixture(scope='session')
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a new SQLite file begins as."""
    path = tmp_path_factory.mktemp('migrated') / 'fleet.sqlite3'
    _migrate(f'sqlite://{path}')
    return path


@pytest.fixture(scope='session')
def template(postgres_server: PostgresServer) -> Iterator[str]:
    """What a new database of PostgreSQL begins as; its name."""
    with fresh_database(postgres_server) as name:
        _migrate(postgres_server.url(name))
        yield name


@pytest.fixture(scope='session')
def reused(postgres_server: PostgresServer, template: str) -> Iterator[Reused]:
    """Such a database, for one test after the other."""
    found = Reused(postgres_server, template)
    yield found
    found.end()


@pytest.fixture
def migrated_postgres(postgres_server: PostgresServer, reused: Reused) -> Iterator[str]:
    """The URL of such a database."""
    yield postgres_server.url(reused.take())
    reused.give_back()


def _migrate(url: str) -> None:
    """In a thread, which may have a loop of its own."""

    async def visit() -> None:
        async with opened_store(url):
            pass

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, visit()).result()
