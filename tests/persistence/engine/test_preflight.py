"""A database that cannot be served is told in one line, and left as it is."""

import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from domain.common.errors import Unavailable
from persistence.database import opened_store, opened_trail
from persistence.engine.postgres import SERVING
from persistence.engine.preflight import check_version
from persistence.engine.schema import known
from persistence.engine.writer import DatabaseInUse
from tests.persistence.engine.test_lease import name_of
from tests.real.pooler import transaction_pooler
from tests.real.postgres import PostgresServer

NEWER = "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('cellwarden', '9999_later', '2030-01-01')"


async def refusal(url: str, trace: Path | None = None) -> str:
    with pytest.raises(Unavailable) as refused:
        async with opened_store(url, trace=trace):
            pass
    assert '\n' not in str(refused.value)
    return str(refused.value)


async def test_a_file_that_is_no_database_is_told_and_stays_as_it_is(migrated_file: Path, tmp_path: Path) -> None:
    whole = migrated_file.read_bytes()
    for content, words in (
        (b'rubbish' * 1000, 'is not an SQLite database; restore it from a backup'),
        (whole[: len(whole) // 2], 'is cut short'),
        (whole[:100], 'is cut short'),
        (whole[:50], 'is cut short'),
        (whole[:4096] + b'\xff' * 4096 + whole[8192:], 'restore it from a backup'),
    ):
        path = tmp_path / 'x.sqlite3'
        path.write_bytes(content)
        assert words in await refusal(f'sqlite://{path}')
        assert path.read_bytes() == content
    (tmp_path / 'folder').mkdir()
    assert 'is a folder; name a database file' in await refusal(f'sqlite://{tmp_path / "folder"}')


async def test_a_database_of_a_newer_version_is_told_and_stays_as_it_is(
    url: str, postgres_server: PostgresServer
) -> None:
    if url.startswith('sqlite'):
        path = Path(url.removeprefix('sqlite://'))
        with closing(sqlite3.connect(path)) as file, file:
            file.execute(NEWER)
    else:
        postgres_server.sql(NEWER, database=name_of(url))
    assert '(it has 9999_later); start that version' in await refusal(url)
    with pytest.raises(Unavailable, match='start that version'):
        async with opened_trail(url):
            pass


async def test_an_empty_database_where_there_was_one_is_not_taken_for_a_new_one(empty: str, tmp_path: Path) -> None:
    trace = tmp_path / 'secret.key'
    trace.touch()
    file = tmp_path / 'fleet.sqlite3'
    for there in (False, True) if empty.startswith('sqlite') else (False,):
        if there:
            file.touch()
        words = await refusal(empty, trace)
        assert f'{trace} tells of one; restore it from a backup, or begin anew with another data folder' in words
        assert not file.exists() or not file.stat().st_size
    async with opened_store(empty):
        pass
    async with opened_store(empty, trace=trace):  # it is not empty any more
        pass


async def test_a_database_that_was_just_read_only_is_told(url: str, postgres_server: PostgresServer) -> None:
    if url.startswith('sqlite'):
        assert 'cannot be written: attempt to write a readonly database' in await refusal(f'{url}?query_only=ON')
    else:
        postgres_server.sql(f'ALTER DATABASE {name_of(url)} SET default_transaction_read_only = on')
        assert 'can only be read: name the primary' in await refusal(url)


async def test_a_server_that_cannot_be_had_is_told_in_words(postgres: str, postgres_server: PostgresServer) -> None:
    name = name_of(postgres)
    assert f'there is no database "x{name}"' in await refusal(postgres.replace(name, f'x{name}'))
    assert 'refuses user "nobody"' in await refusal(postgres.replace('postgres:@', 'nobody:@'))
    assert 'does not answer' in await refusal('postgres://postgres:@127.0.0.1:1/fleet')
    postgres_server.sql('CREATE ROLE poor LOGIN')
    try:
        assert 'user "poor" may not make tables' in await refusal(postgres.replace('postgres:@', 'poor:@'))
    finally:
        postgres_server.sql('DROP ROLE poor')
    postgres_server.sql(f"CREATE DATABASE latin_{name} ENCODING 'LATIN1' TEMPLATE template0")
    try:
        assert 'keeps text as LATIN1' in await refusal(postgres.replace(name, f'latin_{name}'))
    finally:
        postgres_server.sql(f'DROP DATABASE latin_{name}')


async def test_a_pooler_in_transaction_mode_is_refused_at_the_first_start(
    postgres: str, postgres_server: PostgresServer
) -> None:
    name = name_of(postgres)
    async with transaction_pooler(postgres_server, name) as port:
        words = await refusal(f'postgres://postgres:@127.0.0.1:{port}/{name}')
        assert words.startswith(f'a pooler in transaction mode stands before the database "{name}"')
    assert postgres_server.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database=name) == '0'


async def test_tables_are_not_changed_under_a_server_of_an_earlier_version(
    postgres: str, postgres_server: PostgresServer
) -> None:
    async with opened_store(postgres):
        pass
    database = name_of(postgres)
    postgres_server.sql("DELETE FROM tortoise_migrations WHERE name = '0008_chained_from'", database=database)
    earlier = await asyncpg.connect(host=str(postgres_server.folder), user='postgres', database=database)
    assert await earlier.fetchval('SELECT pg_try_advisory_lock($1)', SERVING)
    with pytest.raises(DatabaseInUse, match='served by an earlier version'):
        async with opened_store(postgres):
            pass
    await earlier.close()
    counted = postgres_server.sql(
        "SELECT COUNT(*) FROM tortoise_migrations WHERE name = '0008_chained_from'", database=database
    )
    assert counted == '0'


def test_every_migration_of_this_version_is_known() -> None:
    check_version(known())
    assert {'0001_initial', '0007_lease'} <= known()
