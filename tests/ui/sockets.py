"""A real server of an application on loopback, and peers who speak to it byte by byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from fastapi import FastAPI

from ui.server.places import ConnectionLimits, Connections
from ui.server.process import Listener, up

WITHIN_S = 30.0


@dataclass(slots=True)
class Peer:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def say(self, data: bytes) -> None:
        """Send; a server that has hung up is no failure."""
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status (0 when the connection closes without one), headers, body."""
        async with asyncio.timeout(WITHIN_S):
            try:
                head = await self.reader.readuntil(b'\r\n\r\n')
            except (asyncio.IncompleteReadError, ConnectionError):
                return 0, {}, b''
            line, *fields = head.decode('latin-1').strip().split('\r\n')
            headers = dict(each.lower().split(': ', 1) for each in fields)
            body = await self.reader.readexactly(int(headers.get('content-length', '0')))
            return int(line.split()[1]), headers, body

    async def ends(self) -> bytes:
        """What comes until the server closes the connection."""
        async with asyncio.timeout(WITHIN_S):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b''

    async def ask(self, data: bytes) -> int:
        """Send a request; the status of its answer."""
        await self.say(data)
        return (await self.answer())[0]


@dataclass(slots=True)
class Listening:
    """A server that is up."""

    port: int
    connections: Connections
    peers: list[Peer] = field(default_factory=list)

    async def connect(self) -> Peer:
        """A new connection."""
        peer = Peer(*await asyncio.open_connection('127.0.0.1', self.port, limit=2**22))
        self.peers.append(peer)
        return peer

    async def ask(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """What a connection of its own is answered."""
        peer = await self.connect()
        await peer.say(data)
        return await peer.answer()


@asynccontextmanager
async def listening(
    app: FastAPI, *, connections: int = 1000, per_address: int = 1000, trust_proxy: str = ''
) -> AsyncIterator[Listening]:
    """``app`` served as the product serves it."""
    listener = Listener()
    listener.bind(('127.0.0.1', 0))
    port = listener.getsockname()[1]
    places = Connections(ConnectionLimits(connections, per_address))
    found = Listening(port, places)
    async with up(app, [listener], trust_proxy=trust_proxy, connections=places):
        try:
            yield found
        finally:
            for peer in found.peers:
                peer.writer.transport.abort()


def request(method: str = 'GET', target: str = '/healthz', body: bytes = b'', /, **headers: str) -> bytes:
    """A request with its body."""
    fields = {'host': 'test', **({'content-length': str(len(body))} if body else {}), **headers}
    head = ''.join(f'{name.replace("_", "-")}: {value}\r\n' for name, value in fields.items())
    return f'{method} {target} HTTP/1.1\r\n{head}\r\n'.encode('latin-1') + body
