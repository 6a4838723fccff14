"""A pooler in transaction mode, as small as can be: one session of PostgreSQL, lent to one connection for one transaction at a time."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.real.postgres import PostgresServer

_TLS = 80_877_103
_END = b'X'


@asynccontextmanager
async def transaction_pooler(server: PostgresServer, database: str) -> AsyncIterator[int]:
    """The port at which ``database`` is lent out, for the length of the block."""
    there, back = await asyncio.open_unix_connection(server.folder / '.s.PGSQL.5432')
    start = struct.pack('!i', 196_608) + f'user\0postgres\0database\0{database}\0\0'.encode()
    back.write(struct.pack('!i', len(start) + 4) + start)
    greeting = b''.join([message async for message in _until_ready(there)])
    lent = asyncio.Lock()
    open_now: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now[writer] = asyncio.current_task()
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                (length,) = struct.unpack('!i', await reader.readexactly(4))
                (code,) = struct.unpack('!i', (await reader.readexactly(length - 4))[:4])
                if code != _TLS:
                    break
                writer.write(b'N')
            writer.write(greeting)
            asked = asyncio.ensure_future(_message(reader))
            while (await asked)[:1] != _END:
                async with lent:
                    answering = asyncio.create_task(_answer(writer))
                    while not answering.done():
                        if asked.done():
                            back.write(asked.result())
                            asked = asyncio.ensure_future(_message(reader))
                        await asyncio.wait({asked, answering}, return_when=asyncio.FIRST_COMPLETED)
        writer.transport.abort()

    async def _answer(writer: asyncio.StreamWriter) -> None:
        """Until the transaction is over."""
        status = b''
        while status != b'I':
            async for answer in _until_ready(there):
                writer.write(answer)
                status = answer[-1:]

    listener = await asyncio.start_server(connected, '127.0.0.1')
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        for writer in open_now:
            writer.transport.abort()
        await asyncio.wait({task for task in open_now.values() if task is not None})
        back.transport.abort()


async def _until_ready(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while True:
        message = await _message(reader)
        yield message
        if message[:1] == b'Z':
            return


async def _message(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(5)
    (length,) = struct.unpack('!i', head[1:])
    return head + await reader.readexactly(length - 4)
