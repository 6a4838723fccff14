"""Opening: URLs, settings, one server for each SQLite file; and what happens when the database is full, busy or gone."""

import asyncio
import importlib
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tortoise.models import Model

from domain.common.errors import Superseded, Unavailable, Uncertain
from domain.devices.model import Device
from domain.journal.model import Entry
from persistence.database import APPS, DatabaseInUse, connection_config, opened_store
from persistence.devices import VITALS
from persistence.engine.interning import Interner
from persistence.engine.sql import in_pieces
from persistence.engine.sqlite import SqliteWriter
from persistence.journal.entries import ENTRIES_TARGET
from persistence.kinds import tables
from persistence.signal_history import SAMPLES
from persistence.store import TortoiseStore
from persistence.towers import RESULTS
from persistence.verdicts import PARTS, REPORTS, Parts
from tests.persistence.samples import DEVICE, HARBOUR, STATE, changes, entry, loaded
from tests.real.postgres import PostgresServer

HOLD = """
import asyncio, sys
from persistence.database import opened_store
from tests.persistence.samples import changes, entry
async def main():
    async with opened_store(sys.argv[1]) as store:
        while True:
            for item in await store.commit(changes(entries=(entry(), entry()))):
                print(item.sequence, flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize(
    ('url', 'path'),
    [
        ('sqlite:///var/x.sqlite3', '/var/x.sqlite3'),
        ('sqlite:////var/x.sqlite3', '/var/x.sqlite3'),
        ('sqlite://data/x.sqlite3', str(Path.cwd() / 'data/x.sqlite3')),
        ('sqlite://data/x.sqlite3?cache_size=-1', str(Path.cwd() / 'data/x.sqlite3')),
    ],
)
def test_a_sqlite_url_names_a_file(url: str, path: str) -> None:
    assert connection_config(url)['credentials']['file_path'] == path


def test_the_url_is_stronger_than_our_settings_and_ours_stronger_than_tortoises() -> None:
    credentials = connection_config('sqlite:///x?cache_size=-1')['credentials']
    assert (credentials['cache_size'], credentials['journal_size_limit']) == ('-1', 67_108_864)


@pytest.mark.parametrize('scheme', ['asyncpg', 'postgres', 'postgresql'])
def test_a_postgres_url_names_a_server(scheme: str) -> None:
    credentials = connection_config(f'{scheme}://ann:secret@db:5433/fleet?maxsize=3')['credentials']
    assert (credentials['host'], credentials['port'], credentials['database'], credentials['maxsize']) == (
        'db',
        5433,
        'fleet',
        '3',
    )


@pytest.mark.parametrize('url', ['mysql://x/y', 'fleet.sqlite3', '', 'sqlite://:memory:', 'sqlite://'])
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r'begins with|name a file'):
        connection_config(url)


async def test_both_sqlite_connections_have_the_durable_settings(tmp_path: Path) -> None:
    wanted = {'journal_mode': 'wal', 'synchronous': 2, 'busy_timeout': 5_000, 'foreign_keys': 1}
    async with opened_store(f'sqlite://{tmp_path}/x.sqlite3') as store:
        await store.commit(changes(DEVICE))
        assert isinstance(store._writer, SqliteWriter)
        for name, value in wanted.items():
            _, rows = await store._client.execute_query(f'PRAGMA {name}')
            assert rows[0][0] == value
            assert await _of_the_writer(store._writer, f'PRAGMA {name}') == value


async def test_a_file_is_served_by_one_process_which_is_named(tmp_path: Path) -> None:
    url = f'sqlite://{tmp_path}/x.sqlite3'
    async with opened_store(url):
        with pytest.raises(DatabaseInUse, match=f'x.sqlite3 is already served by process {os.getpid()}'):
            async with opened_store(url):
                pass
        async with opened_store(url, serving=False) as visitor:
            with pytest.raises(Superseded):
                await visitor.commit(changes(DEVICE))
    async with opened_store(url) as store:
        assert await loaded(store, Device) == []


async def test_nothing_acknowledged_is_lost_and_the_file_is_free_after_kill_9(tmp_path: Path) -> None:
    url = f'sqlite://{tmp_path}/x.sqlite3'
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', HOLD, url, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    told: list[bytes] = []
    while sum(line.strip().isdigit() for line in told) < 10:  # behind what the migrations say
        told.append(await process.stdout.readline())
        assert told[-1], 'it ended'
    process.send_signal(signal.SIGKILL)
    told += (await process.stdout.read()).splitlines()
    await process.wait()
    async with opened_store(url) as store:
        kept = [item.sequence for item in await store.journal_after(HARBOUR, 0, 99_999)]
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) % 2 == 0, 'a group is kept as a whole or not at all'
    answered = [int(line) for line in told if line.strip().isdigit()]
    assert answered
    assert answered == kept[: len(answered)]


async def test_reads_do_not_wait_for_a_write_under_way(tmp_path: Path) -> None:
    url = f'sqlite://{tmp_path}/x.sqlite3'
    async with opened_store(url) as store:
        await store.commit(changes(DEVICE))
        stranger = sqlite3.connect(tmp_path / 'x.sqlite3', isolation_level=None)
        stranger.execute('BEGIN IMMEDIATE')
        writing = asyncio.create_task(store.commit(changes(STATE)))
        assert await loaded(store, Device) == [DEVICE]
        assert not writing.done()
        stranger.execute('COMMIT')
        stranger.close()
        await writing


async def test_a_locked_file_is_unavailable_and_then_works_again(tmp_path: Path) -> None:
    async with opened_store(f'sqlite://{tmp_path}/x.sqlite3?busy_timeout=20') as store:
        await store.commit(changes(DEVICE))
        stranger = sqlite3.connect(tmp_path / 'x.sqlite3', isolation_level=None)
        stranger.execute('BEGIN IMMEDIATE')
        with pytest.raises(Unavailable, match='locked'):
            await store.commit(changes(STATE))
        stranger.close()
        await store.commit(changes(STATE))


async def test_a_full_disk_is_unavailable_keeps_what_was_there_and_takes_more_later(tmp_path: Path) -> None:
    url = f'sqlite://{tmp_path}/x.sqlite3'
    async with opened_store(f'{url}?max_page_count=200') as store:
        done = 0
        while await _takes(store, (entry(),) * 50):
            done += 1
        assert done > 0
        assert await store.sequences() == {HARBOUR: done * 50}
    async with opened_store(url) as store:
        assert [item.sequence for item in await store.commit(changes(entries=(entry(),)))] == [done * 50 + 1]


async def test_a_postgres_database_is_served_by_one_process_and_visited_by_others(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres), opened_store(migrated_postgres, serving=False):
        with pytest.raises(DatabaseInUse, match='already served'):
            async with opened_store(migrated_postgres):
                pass
    async with opened_store(migrated_postgres):
        pass


async def test_lost_connections_are_replaced(migrated_postgres: str, postgres_server: PostgresServer) -> None:
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))
        postgres_server.sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname LIKE 'test_%'")

        async def works() -> bool:
            try:
                await store.commit(changes(STATE))
            except Unavailable:
                return False
            return True

        tries = 0
        while not await works():
            tries += 1
            assert tries < 20
        assert await loaded(store, Device) == [DEVICE]


async def test_a_connection_lost_in_the_middle_of_a_commit_leaves_its_outcome_uncertain(
    migrated_postgres: str, postgres_server: PostgresServer
) -> None:
    async with opened_store(migrated_postgres) as store:
        connection = store._client
        await connection.execute_script(
            """
            CREATE FUNCTION hang_up() RETURNS trigger LANGUAGE plpgsql AS
              $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER hang_up AFTER INSERT ON device DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW EXECUTE FUNCTION hang_up();
            """
        )
        with pytest.raises(Uncertain):
            await store.commit(changes(DEVICE))


async def test_a_server_that_refuses_is_unavailable_and_then_works_again(
    migrated_postgres: str, postgres_server: PostgresServer
) -> None:
    name = migrated_postgres.split('@/')[1].split('?')[0]
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))
        postgres_server.sql(f'ALTER DATABASE {name} ALLOW_CONNECTIONS false')
        postgres_server.sql(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'")
        with pytest.raises(Unavailable):
            await _until_refused(store)
        with pytest.raises(Unavailable):
            await loaded(store, Device)
        postgres_server.sql(f'ALTER DATABASE {name} ALLOW_CONNECTIONS true')
        await store.commit(changes(STATE))
        assert await loaded(store, Device) == [DEVICE]


async def _of_the_writer(writer: SqliteWriter, question: str) -> object:
    def ask() -> object:
        assert writer._open is not None
        return writer._open.execute(question).fetchone()[0]

    return await asyncio.get_running_loop().run_in_executor(writer._thread, ask)


async def _takes(store: TortoiseStore, entries: tuple[Entry, ...]) -> bool:
    try:
        await store.commit(changes(entries=entries))
    except Unavailable:
        return False
    return True


async def _until_refused(store: TortoiseStore) -> None:
    for _ in range(20):
        await store.commit(changes(STATE))


async def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        async with opened_store(f'asyncpg://postgres:@/fleet?host={tmp_path}'):
            pass


def test_a_thousand_rows_are_two_statements() -> None:
    rows = [(number,) for number in range(1000)]
    pieces = list(in_pieces(rows))
    assert [(room, len(piece)) for room, piece in pieces] == [(512, 512), (512, 488)]
    assert [row for _, piece in pieces for row in piece] == rows


def test_few_different_statements_have_room_for_any_number_of_rows() -> None:
    rooms = {count: next(in_pieces([(0,)] * count))[0] for count in range(1, 513)}
    assert all(count <= room <= count * 1.25 for count, room in rooms.items())
    assert len(set(rooms.values())) == 32


def test_no_row_begins_with_null_which_says_that_there_is_none() -> None:
    kinds = tables(Interner(Parts()), 'max({})').values()
    targets = [VITALS, REPORTS, PARTS, SAMPLES, RESULTS, ENTRIES_TARGET, *(table.target for table in kinds)]
    models = {model._meta.db_table: model for model in _models()}
    for target in targets:
        assert not models[target.table]._meta.fields_map[target.columns[0]].null


def _models() -> Iterator[type[Model]]:
    for noun in APPS['cellwarden']['models']:
        found = vars(importlib.import_module(noun)).values()
        yield from (each for each in found if isinstance(each, type) and issubclass(each, Model) and each is not Model)
