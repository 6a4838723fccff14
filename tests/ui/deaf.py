"""A page that says things and reads nothing, on a socket of bytes."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.page_line import PATH
from tests.ui.watching import WITHIN_S, Console
from ui.sign_in import COOKIE


@dataclass(slots=True)
class DeafPage:
    """A page that says things and reads nothing, with as little room for what waits to be read as the system allows."""

    socket: socket.socket

    async def say(self, op: str, topic: str) -> None:
        """Follow or unfollow, without ever having read anything."""
        await self.raw(f'42{json.dumps(["live", {"op": op, "t": topic}])}')

    async def raw(self, packet: str) -> None:
        """Send a masked text frame (RFC 6455, 5.2)."""
        data = packet.encode()
        await asyncio.get_running_loop().sock_sendall(self.socket, bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data)

    async def read_until(self, last: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """Begin to read: all frames of topics up to the one that is the ``last``."""
        loop = asyncio.get_running_loop()
        frames: list[dict[str, Any]] = []
        data = b''
        async with asyncio.timeout(WITHIN_S):
            while not frames or not last(frames[-1]):
                data += await loop.sock_recv(self.socket, 1 << 20)
                while (found := _frame(data)) is not None:
                    text, data = found
                    if text.startswith(b'42["live",'):
                        told = json.loads(text[2:])[1:]
                        frames.extend(frame for frame in told if frame['t'] != 'beat')
                        for mark in (frame['n'] for frame in told if 'n' in frame):
                            await self.raw(f'42["live",{{"op":"read","n":{mark}}}]')
        return frames


def _frame(data: bytes) -> tuple[bytes, bytes] | None:
    """The first whole frame of a server and what is behind it."""
    if len(data) < 2:
        return None
    length, start = data[1], 2
    if length > 125:
        start = 4 if length == 126 else 10
        length = int.from_bytes(data[2:start], 'big')
    return (data[start : start + length], data[start + length :]) if len(data) >= start + length else None


@asynccontextmanager
async def deaf_page(here: Console, secret: str) -> AsyncIterator[DeafPage]:
    """An open page that does not read."""
    loop = asyncio.get_running_loop()
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await loop.sock_connect(sock, ('127.0.0.1', here.port))
        host = f'127.0.0.1:{here.port}'
        query = urlencode({**await here.query(secret), 'transport': 'websocket'})
        lines = [
            f'GET {PATH}?{query} HTTP/1.1', f'Host: {host}', f'Origin: http://{host}', 'Connection: Upgrade', 'Upgrade: websocket',
            'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', f'Cookie: {COOKIE}={secret}',
        ]  # fmt: skip
        await loop.sock_sendall(sock, '\r\n'.join([*lines, '', '']).encode())
        answer = b''
        while not answer.endswith(b'\r\n\r\n'):
            answer += await loop.sock_recv(sock, 1)
        assert answer.startswith(b'HTTP/1.1 101'), answer
        page = DeafPage(sock)
        await page.raw('40')
        yield page
