"""A whole table in batches, without holding up other queries: how the live picture is read at start."""

# ruff: noqa: S608 (only names of our own tables and columns are put into SQL, values are parameters)

from collections.abc import AsyncIterator, Sequence
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from persistence.engine.rows import Table
from persistence.engine.writer import translated

_ROWS = 2000
LOADING_S = 120.0
"""The longest wait for the next rows of a whole table."""


def stream(client: BaseDBAsyncClient, table: Table[Any]) -> AsyncIterator[Sequence[Any]]:
    """The live rows of ``table`` by id, a few thousand at a time."""
    return _by_cursor(client, table) if client.capabilities.dialect == 'postgres' else _by_id(client, table)


async def _by_id(client: BaseDBAsyncClient, table: Table[Any]) -> AsyncIterator[Sequence[Any]]:
    """SQLite walks the key and looks up what is joined, so each batch costs the same and the connection is free in between."""
    live = f' AND {table.live}' if table.live else ''
    query = f'SELECT {table.select} FROM {table.source} WHERE t.id > ?{live} ORDER BY t.id LIMIT {_ROWS}'
    rows: Sequence[Any] = [('',)]
    while rows:
        with translated():
            _, rows = await client.execute_query(query, [rows[-1][0]])
        if rows:
            yield rows


async def _by_cursor(client: BaseDBAsyncClient, table: Table[Any]) -> AsyncIterator[Sequence[Any]]:
    """PostgreSQL would plan each batch as a pass over all that is joined (20 s for 100,000 devices without statistics)."""
    live = f' WHERE {table.live}' if table.live else ''
    query = f'SELECT {table.select} FROM {table.source}{live} ORDER BY t.id'
    with translated():
        async with client.acquire_connection() as connection, connection.transaction(readonly=True):
            # at a start no request waits for an answer, and a cold disk may take its time for the first rows
            await connection.execute(
                'SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0'
            )
            cursor = await connection.cursor(query, timeout=LOADING_S)
            while rows := await cursor.fetch(_ROWS, timeout=LOADING_S):
                yield rows
