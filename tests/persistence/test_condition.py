"""How a database stands, seen from beside the server that writes to it."""

import asyncio
import sys
from pathlib import Path

import asyncpg
import pytest

from persistence.condition import condition_of
from persistence.database import opened_store, opened_trail
from persistence.engine.lease import this_process


async def test_a_served_database_names_its_holder_and_its_size(url: str) -> None:
    async with opened_store(url):
        found = await condition_of(url)
        assert (found.trouble, found.locked, found.blocked) == ('', False, 0)
        assert found.kind == ('SQLite' if url.startswith('sqlite') else 'PostgreSQL')
        assert found.size is not None
        assert found.size > 100_000
        assert str(this_process().split()[1]) in found.holder
        assert (found.log is None) is (found.kind == 'PostgreSQL')
    assert (await condition_of(url)).holder == ''


async def test_looking_leaves_the_locks_of_the_server_in_place(migrated_file: Path) -> None:
    """Else the next program that closes the file removes the log that the server goes on writing: what is acknowledged then is lost."""
    url, log = f'sqlite://{migrated_file}', migrated_file.with_name(f'{migrated_file.name}-wal')
    close_it = (
        f'import sqlite3; c = sqlite3.connect({str(migrated_file)!r}); c.execute("SELECT 1 FROM device"); c.close()'
    )
    async with opened_store(url) as store:
        await store.probe()
        inode = log.stat().st_ino
        assert not (await condition_of(url)).trouble
        async with opened_trail(url):
            pass
        await (await asyncio.create_subprocess_exec(sys.executable, '-c', close_it)).wait()
        assert log.stat().st_ino == inode
        assert not (await condition_of(url)).trouble


async def test_looking_again_and_again_takes_nothing_from_the_server(url: str) -> None:
    async with opened_store(url) as store:
        for _ in range(5):
            await asyncio.gather(store.probe(), condition_of(url))
        await store.probe()


async def test_what_cannot_be_used_has_its_trouble(empty: str, tmp_path: Path) -> None:
    assert (await condition_of(empty)).trouble
    assert 'empty' in empty or not (tmp_path / 'fleet.sqlite3').exists(), 'none was made by looking'


@pytest.mark.parametrize(
    'url', ['postgres://cellwarden:canary-81@127.0.0.1:1/none', 'postgres://cellwarden:canary-81@192.0.2.1/none']
)
async def test_a_server_that_is_away_is_told_in_time_and_without_its_password(url: str) -> None:
    async with asyncio.timeout(20):
        found = await condition_of(url)
    assert found.trouble
    assert 'canary' not in found.trouble


async def test_sessions_that_wait_for_a_lock_are_counted(migrated_postgres: str) -> None:
    async with opened_store(migrated_postgres):
        plain = migrated_postgres.replace('asyncpg://', 'postgres://')
        one, other = await asyncpg.connect(plain), await asyncpg.connect(plain)
        waits = asyncio.create_task(asyncio.sleep(0))
        try:
            async with asyncio.timeout(60):
                await one.execute('BEGIN; LOCK TABLE tower IN ACCESS EXCLUSIVE MODE')
                waits = asyncio.create_task(other.execute('BEGIN; LOCK TABLE tower IN ACCESS EXCLUSIVE MODE'))
                while not (await condition_of(migrated_postgres)).blocked:
                    await asyncio.sleep(0.01)
                await one.execute('ROLLBACK')
                while (await condition_of(migrated_postgres)).blocked:
                    await asyncio.sleep(0.01)
        finally:
            waits.cancel()
            await asyncio.wait({waits})
            one.terminate()
            other.terminate()
