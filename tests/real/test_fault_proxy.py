"""The proxy itself: it hands on, and it loses what it was told to."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from tests.real.fault_proxy import FaultProxy, Lost, fault_proxy
from tests.real.postgres import PostgresServer


async def connected(proxy: FaultProxy) -> asyncpg.Connection:
    return await asyncpg.connect(user='postgres', host='127.0.0.1', port=proxy.port, database='postgres')


@pytest.mark.parametrize(('lost', 'rows'), [(Lost.QUESTION, 0), (Lost.ANSWER, 1)])
async def test_a_commit_or_its_answer_is_lost(postgres_server: PostgresServer, lost: Lost, rows: int) -> None:
    async with fault_proxy(postgres_server) as proxy:
        one = await connected(proxy)
        await one.execute('CREATE TABLE kept (id int)')
        try:
            proxy.next_commit = lost
            with pytest.raises((asyncpg.PostgresConnectionError, ConnectionError)):
                async with one.transaction():
                    await one.execute('INSERT INTO kept VALUES (1)')
            other = await connected(proxy)
            while await other.fetchval("SELECT 1 FROM pg_locks WHERE relation = 'kept'::regclass"):
                await asyncio.sleep(0.01)  # until the backend has seen it
            assert await other.fetchval('SELECT count(*) FROM kept') == rows
            await other.close()
        finally:
            postgres_server.sql('DROP TABLE kept')


async def test_frozen_bytes_come_later_swallowed_ones_never(postgres_server: PostgresServer) -> None:
    async with fault_proxy(postgres_server) as proxy:
        one = await connected(proxy)
        proxy.freeze()
        asked = asyncio.ensure_future(one.fetchval('SELECT 1'))
        done, _ = await asyncio.wait({asked}, timeout=0.1)
        assert not done
        proxy.thaw()
        assert await asked == 1
        proxy.swallow()
        asked = asyncio.ensure_future(one.fetchval('SELECT 1'))
        done, _ = await asyncio.wait({asked}, timeout=0.1)
        assert not done
        one.terminate()
        with suppress(asyncpg.PostgresError, asyncpg.InterfaceError):
            await asked
        other = await connected(proxy)
        assert await other.fetchval('SELECT 1') == 1
        await other.close()


async def test_nothing_of_it_is_left_when_it_is_closed(postgres_server: PostgresServer) -> None:
    before = asyncio.all_tasks()
    async with fault_proxy(postgres_server) as proxy:
        one = await connected(proxy)
        proxy.freeze()
        asked = asyncio.ensure_future(one.fetchval('SELECT 1'))
        _, late = await asyncio.open_connection('127.0.0.1', proxy.port)
        await asyncio.sleep(0)
    assert {each for each in asyncio.all_tasks() if each is not asked} <= before
    late.close()
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError):
        await asked
