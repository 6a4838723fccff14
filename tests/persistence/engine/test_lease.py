"""One process writes: the lease, its epoch in every transaction, and what a lost COMMIT leaves behind."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from domain.changes.store import Retention
from domain.common.errors import Superseded, Unavailable, Uncertain
from domain.devices.model import Device
from domain.journal.model import Recorded
from persistence.database import DatabaseInUse, opened_store
from persistence.engine import lease
from persistence.engine.pool import DEADLINE_S
from persistence.store import TortoiseStore
from tests.persistence.samples import DEVICE, HARBOUR, STATE, changes, entry, loaded
from tests.real.fault_proxy import FaultProxy, Lost, fault_proxy
from tests.real.postgres import PostgresServer
from tests.stopwatch import Stopwatch

STEAL = "UPDATE lease SET holder = 'process 1 on elsewhere', epoch = epoch + 1"


def name_of(url: str) -> str:
    return url.split('@/')[1].split('?')[0]


@pytest.fixture
async def proxy(postgres_server: PostgresServer) -> AsyncIterator[FaultProxy]:
    async with fault_proxy(postgres_server) as found:
        yield found


async def through(proxy: FaultProxy, url: str) -> str:
    return proxy.url(name_of(url))


async def test_a_superseded_writer_writes_nothing_more_by_any_way(url: str) -> None:
    async with opened_store(url) as store:
        await store.commit(changes(DEVICE, entries=(entry(),)))
        await _run(store, STEAL)
        for writing in (
            store.commit(changes(STATE, entries=(entry(),))),
            store.thin(2e9, Retention()),
            store.probe(),
            store._writer.change('DELETE FROM device', ()),
        ):
            with pytest.raises(Superseded, match='another server has taken over this database: process 1 on elsewhere'):
                await writing
        assert await loaded(store, Device) == [DEVICE]
        assert [item.sequence for item in await store.journal_after(HARBOUR, 0, 9)] == [1]


async def test_a_holder_that_was_superseded_is_told_without_writing(url: str) -> None:
    async with opened_store(url) as store:
        lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        store.lost.subscribe(lost.set_result)
        await store.commit(changes(DEVICE))
        await _run(store, STEAL)
        assert 'process 1 on elsewhere' in await asyncio.wait_for(lost, 30)


async def test_a_database_that_was_put_back_under_a_running_server_is_not_written(url: str) -> None:
    async with opened_store(url) as store:
        await store.commit(changes(DEVICE))
        await _run(store, 'UPDATE lease SET groups = groups - 1')
        with pytest.raises(Superseded, match='put back'):
            await store.commit(changes(STATE))


async def test_sqlite_without_its_lock_file_is_written_by_the_newest_alone(tmp_path: Path) -> None:
    url = f'sqlite://{tmp_path}/x.sqlite3'
    async with opened_store(url) as older:
        await older.commit(changes(DEVICE))
        (tmp_path / 'x.sqlite3.lock').unlink()
        async with opened_store(url) as newer:
            await newer.commit(changes(entries=(entry(),)))
            with pytest.raises(Superseded, match=f'taken over this database: process {os.getpid()}'):
                await older.commit(changes(entries=(entry(),)))


@pytest.mark.parametrize('replaced', [False, True])
async def test_an_sqlite_file_that_is_gone_is_noticed(tmp_path: Path, replaced: bool) -> None:
    path = tmp_path / 'x.sqlite3'
    async with opened_store(f'sqlite://{path}') as store:
        lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        store.lost.subscribe(lost.set_result)
        path.rename(tmp_path / 'moved')
        if replaced:
            path.touch()
        assert 'moved, removed or replaced' in await asyncio.wait_for(lost, 30)


async def test_a_free_lease_is_taken_at_once_and_one_that_ran_out_too(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))
    watch = Stopwatch()
    async with opened_store(migrated_postgres) as store:
        assert watch.own_s < lease.TTL_S
        await store.commit(changes(STATE))


async def test_the_holder_is_named_to_the_second_with_since_when(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres):
        watch = Stopwatch()
        with pytest.raises(
            DatabaseInUse, match=rf'already served by process {os.getpid()} on \S+ since \d{{4}}-.* UTC; stop'
        ):
            async with opened_store(migrated_postgres):
                pass
        assert watch.own_s < 2 * lease.TTL_S


async def test_a_clock_of_the_database_that_stepped_back_keeps_no_writer_out(
    migrated_postgres: str, postgres_server: PostgresServer
) -> None:
    async with opened_store(migrated_postgres):
        pass
    postgres_server.sql(
        'UPDATE lease SET until = extract(epoch FROM clock_timestamp()) + 86400', database=name_of(migrated_postgres)
    )
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))


async def test_a_loop_that_stands_still_for_a_second_loses_nothing(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))
        waiting = asyncio.create_task(_refused(migrated_postgres))
        await asyncio.sleep(0.3)
        time.sleep(1.0)
        assert 'already served' in await waiting
        await store.commit(changes(STATE))


async def test_a_process_that_stood_still_renews_the_lease_at_once_and_warns_of_nothing(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))
        with capture_logs() as logs:
            time.sleep(lease.TTL_S + 0.5)  # the session that keeps the lease is ended meanwhile
            renewed = asyncio.create_task(_renewed(store))
            await asyncio.wait_for(renewed, 30)
        assert [line['event'] for line in logs if line['log_level'] == 'warning'] == []
        await store.commit(changes(STATE))


async def test_a_server_of_a_version_before_the_lease_keeps_out_and_is_kept_out(
    migrated_postgres: str, postgres_server: PostgresServer
) -> None:
    async with opened_store(migrated_postgres) as store, store._client.acquire_connection() as older:
        assert not await older.fetchval('SELECT pg_try_advisory_lock(4909223872)')
    async with opened_store(migrated_postgres, serving=False) as visit, visit._client.acquire_connection() as older:
        assert await older.fetchval('SELECT pg_try_advisory_lock(4909223872)')
        assert 'a server of an older version' in await _refused(migrated_postgres)


@pytest.mark.parametrize(('lost', 'kept'), [(Lost.QUESTION, False), (Lost.ANSWER, True)])
async def test_whether_a_lost_commit_was_kept_is_found_out(
    migrated_postgres: str, proxy: FaultProxy, lost: Lost, kept: bool
) -> None:
    async with opened_store(await through(proxy, migrated_postgres)) as store:
        await store.commit(changes(entries=(entry(),)))
        for group in (changes(DEVICE, entries=(entry(), entry())), changes(STATE)):  # one without entries, too
            proxy.next_commit = lost
            with pytest.raises(Uncertain):
                await store.commit(group)
            told = await _settled(store)
            assert (None if told is None else [item.sequence for item in told]) == (
                ([2, 3] if group.entries else []) if kept else None
            )
        assert proxy.cut_commits == 2
        assert await loaded(store, Device) == ([DEVICE] if kept else [])
        assert [item.sequence for item in await store.commit(changes(entries=(entry(),)))] == [4 if kept else 2]


@pytest.mark.parametrize('how', ['freeze', 'swallow'])
async def test_a_database_that_says_nothing_is_given_up_in_time_and_used_again_at_once(
    migrated_postgres: str, proxy: FaultProxy, how: str
) -> None:
    async with opened_store(await through(proxy, migrated_postgres)) as store:
        await store.commit(changes(DEVICE))
        await asyncio.gather(*(store.sequences() for _ in range(8)))  # several connections, all of which are lost
        getattr(proxy, how)()
        watch = Stopwatch()
        with suppress(Unavailable):
            await store.commit(changes(STATE))
        assert watch.own_s < 1.2 * DEADLINE_S
        if how == 'freeze':
            with pytest.raises(Unavailable):
                await store.sequences()
            assert watch.own_s < 2.4 * DEADLINE_S
            proxy.thaw()
        back = Stopwatch()
        with suppress(Unavailable):
            await store.settle()
        await store.probe()
        await store.commit(changes(entries=(entry(),)))
        assert back.own_s < DEADLINE_S


async def test_connections_that_became_read_only_leave_the_pool(
    migrated_postgres: str, postgres_server: PostgresServer
) -> None:
    name = name_of(migrated_postgres)
    async with opened_store(migrated_postgres) as store:
        await store.commit(changes(DEVICE))
        postgres_server.sql(f'ALTER DATABASE {name} SET default_transaction_read_only = on')
        postgres_server.sql(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'")
        with pytest.raises(Unavailable, match='read-only'):
            await _until_refused(store)
        with pytest.raises(Unavailable, match='read-only'):
            await store.probe()
        postgres_server.sql(f'ALTER DATABASE {name} RESET default_transaction_read_only')
        await store.probe()
        await store.commit(changes(STATE))


async def test_readers_leave_connections_to_the_writer(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres) as store:
        slow = [asyncio.create_task(store._client.execute_query('SELECT pg_sleep(60)', [])) for _ in range(30)]
        await asyncio.sleep(0.1)
        await store.commit(changes(DEVICE))
        assert not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


async def _settled(store: TortoiseStore) -> list[Recorded] | None:
    async with asyncio.timeout(30):
        while True:
            try:
                return await store.settle()
            except Unavailable:
                await asyncio.sleep(0.05)


async def _refused(url: str) -> str:
    with pytest.raises(DatabaseInUse) as refused:
        async with opened_store(url):
            pass
    return str(refused.value)


async def _until_refused(store: TortoiseStore) -> None:
    for _ in range(20):
        try:
            await store.commit(changes(STATE))
        except Unavailable as error:
            if 'read-only' in str(error):
                raise


async def _renewed(store: TortoiseStore) -> None:
    """Wait until the lease ends later than now by the clock of the database."""
    ends = 'SELECT until > extract(epoch FROM clock_timestamp()) AS held FROM lease'
    while not (await store._client.execute_query_dict(ends, []))[0]['held']:
        await asyncio.sleep(0.02)


async def _run(store: TortoiseStore, statement: str) -> None:
    """As another program does it."""
    if store._writer.mark(1) == '?1':
        with sqlite3.connect(store._writer._path, isolation_level=None) as other:  # type: ignore[attr-defined]
            other.execute(statement)
        other.close()
    else:
        await store._client.execute_query(statement, [])
