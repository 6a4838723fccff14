"""The PostgreSQL that tests get is real, ours alone, and fresh every time."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil
import pytest
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.models import Model

from tests.real.postgres import PostgresServer, running_postgres


class Mark(Model):
    turn = fields.IntField(primary_key=True)


def dsn(url: str) -> str:
    return url.replace('asyncpg://', 'postgresql://', 1)


@pytest.mark.parametrize('turn', [1, 2])
async def test_each_test_gets_an_empty_database_of_its_own(postgres: str, turn: int) -> None:
    connection = await asyncpg.connect(dsn(postgres))
    try:
        await connection.execute('CREATE TABLE mark (turn int)')  # the second turn would fail on a table left behind
        await connection.execute('INSERT INTO mark VALUES ($1)', turn)
        assert await connection.fetchval('SELECT sum(turn) FROM mark') == turn
    finally:
        await connection.close()


async def test_it_keeps_its_data_in_a_folder_of_this_test_run(postgres: str, postgres_server: PostgresServer) -> None:
    connection = await asyncpg.connect(dsn(postgres))
    try:
        assert await connection.fetchval('SHOW data_directory') == str(postgres_server.folder / 'data')
        assert await connection.fetchval('SHOW listen_addresses') == ''
    finally:
        await connection.close()
    assert parse_qs(urlsplit(postgres).query)['host'] == [str(postgres_server.folder)]


async def test_tortoise_keeps_rows_there_by_its_url(postgres: str) -> None:
    async with TortoiseContext() as orm:
        await orm.init(db_url=postgres, modules={'models': [__name__]})
        await orm.generate_schemas()
        await Mark.create(turn=7)
        assert (await Mark.get()).turn == 7


def test_it_does_not_run_as_root(postgres_server: PostgresServer) -> None:
    assert (postgres_server.folder / 'data' / 'PG_VERSION').stat().st_uid != 0


def test_it_leaves_no_process_and_no_file() -> None:
    with running_postgres() as server:
        pid = int((server.folder / 'data' / 'postmaster.pid').read_text().splitlines()[0])
        assert psutil.pid_exists(pid)
    assert not psutil.pid_exists(pid)
    assert not Path(server.folder).exists()
