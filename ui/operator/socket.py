"""How an operator's command reaches the running server.

It holds the live picture, so changes must go through its transactor: it listens on a Unix socket in the data folder that only its own user
can open. One line of JSON goes in, one comes back.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.common.errors import Conflict, DomainError, Unavailable
from ui.operator.answers import Answer, line

if TYPE_CHECKING:
    from ui.operator.operations import (
        Operations,  # needs the whole domain; a command that asks a running server does not
    )

SOCKET = 'control.sock'
MOST_BYTES = 65_536
MOST_ADDRESS = 100
ANSWERS_WITHIN_S = 60


@asynccontextmanager
async def listening(control: 'Operations', folder: Path) -> AsyncIterator[None]:
    """Serve the operations on the socket in ``folder`` until the block ends. Raises ``Conflict`` when another server does."""
    async with AsyncExitStack() as stack:
        path = stack.enter_context(_address(folder))
        if (living := await _connected(path)) is not None:
            living[1].close()
            raise Conflict(f'another server already runs on the folder {folder}')
        path.unlink(missing_ok=True)  # left behind by one that was killed

        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                request = json.loads(await asyncio.wait_for(reader.readline(), 10))
                answer = await _answer(control, request)
            except (ValueError, TypeError, KeyError, TimeoutError) as error:
                answer = {'error': f'not a request: {error}'}
            with contextlib.suppress(ConnectionError):  # the command that asked may have ended; it is done all the same
                writer.write(json.dumps(answer).encode() + b'\n')
                await writer.drain()
            writer.close()

        before = os.umask(0o077)
        try:
            server = await asyncio.start_unix_server(converse, path, limit=MOST_BYTES)
        finally:
            os.umask(before)
        try:
            async with server:
                yield
        finally:
            path.unlink(missing_ok=True)


async def _answer(control: 'Operations', request: Mapping[str, Any]) -> Answer:
    try:
        return await control.run(str(request['operation']), request['arguments'])
    except DomainError as refusal:
        return {'error': line(refusal)}


async def ask(folder: Path, operation: str, arguments: Mapping[str, Any]) -> Answer | None:
    """Put an operation to the server that runs on ``folder``; ``None`` when none does. Raises ``Unavailable`` when it leaves meanwhile."""
    with _address(folder) as path:
        connected = await _connected(path)
    if connected is None:
        return None
    reader, writer = connected
    try:
        writer.write(json.dumps({'operation': operation, 'arguments': dict(arguments)}).encode() + b'\n')
        await writer.drain()
        answer: Answer = json.loads(await asyncio.wait_for(reader.read(), ANSWERS_WITHIN_S))
    except (TimeoutError, ConnectionError, json.JSONDecodeError):
        raise Unavailable('the running server did not answer; look at what was done before you try again') from None
    finally:
        writer.close()
    return answer


async def _connected(path: Path) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    try:
        return await asyncio.open_unix_connection(path)
    except (FileNotFoundError, ConnectionRefusedError):
        return None


@contextmanager
def _address(folder: Path) -> Iterator[Path]:
    """The socket's path in a form that fits into a socket address (107 bytes), however deep the folder is."""
    path = folder / SOCKET
    if len(os.fsencode(path)) <= MOST_ADDRESS or not folder.is_dir():
        yield path
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield Path(f'/proc/self/fd/{opened}', SOCKET)
    finally:
        os.close(opened)
