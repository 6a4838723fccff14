"""A lean HTTP/1.1 client: many kept-alive connections, one request under way on each, no parsing beyond status and length."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

NextRequest = Callable[[], bytes]


@dataclass(slots=True)
class Load:
    """What came of it."""

    requests: int
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answered requests per second."""
        return (self.requests - self.failed) / self.seconds


class _Connection(asyncio.Protocol):
    def __init__(self, following: NextRequest, until: float) -> None:
        self._following = following
        self._until = until
        self._buffer = b''
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answered = 0
        self.failed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._following())

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b'\r\n\r\n')
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        at = head.find(b'content-length: ')
        length = int(head[at + 16 :].split(b'\r', 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        self.answered += 1
        self.failed += not head.startswith(b'http/1.1 2')
        self._buffer = self._buffer[head_end + 4 + length :]
        assert self._transport is not None
        if time.perf_counter() < self._until:
            self._transport.write(self._following())
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def post(path: str, token: str, body: bytes, content_type: str = 'application/json') -> bytes:
    """One request on the wire."""
    return (
        f'POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n'
        f'Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n'
    ).encode() + body


async def load(port: int, makers: list[NextRequest], seconds: float) -> Load:
    """Keep one request under way on a connection per maker for ``seconds``."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    connections = []
    for maker in makers:
        factory = partial(_Connection, maker, started + seconds)
        _, connection = await loop.create_connection(factory, '127.0.0.1', port)
        connections.append(connection)
    await asyncio.gather(*(connection.done for connection in connections))
    spent = time.perf_counter() - started
    return Load(sum(one.answered for one in connections), sum(one.failed for one in connections), spent)
