"""What stands for a tower on the wire: a TCP port and an HTTP port on this machine that answer, refuse, err or hang."""

import asyncio
import socket
from collections.abc import Sequence
from enum import StrEnum
from functools import partial

from jobs.simulation.network import Site
from jobs.simulation.scenario import Event, What

HOST = '127.0.0.1'


class Mood(StrEnum):
    """How a tower meets a check: ``faulty`` answers HTTP with 503, ``hung`` accepts and stays silent."""

    WELL = 'well'
    REFUSING = 'refusing'
    FAULTY = 'faulty'
    HUNG = 'hung'


MOODS: dict[What, Mood] = {
    What.SITE_REFUSED: Mood.REFUSING,
    What.STORM_STRUCK: Mood.REFUSING,
    What.HUB_FELL: Mood.REFUSING,
    What.SITE_FAULTY: Mood.FAULTY,
    What.SITE_DEGRADED: Mood.FAULTY,
    What.SITE_HUNG: Mood.HUNG,
    What.SITE_RECOVERED: Mood.WELL,
}
_BACKLOG = 16


class TowerListener:
    """The two ports of one site. They stay the same for its life, also while it refuses."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.mood = Mood.WELL
        self.tcp_port = 0
        self.http_port = 0
        self._servers: list[asyncio.Server] = []
        self._reserved: list[socket.socket] = []
        self._open: set[asyncio.Transport] = set()

    async def start(self) -> None:
        """Listen on two free ports."""
        self._reserved = [_bound(0), _bound(0)]
        self.tcp_port, self.http_port = (sock.getsockname()[1] for sock in self._reserved)
        await self._listen()

    async def turn(self, mood: Mood) -> None:
        """Meet checks like this from now on. A site that begins to refuse or hang also drops what is connected."""
        self.mood = mood
        if mood in (Mood.REFUSING, Mood.HUNG):
            self._drop()
        if mood is Mood.REFUSING:
            self._refuse()
        elif not self._servers:
            await self._listen()

    def close(self) -> None:
        """Give both ports back."""
        for server in self._servers:
            server.close()
        for sock in self._reserved:
            sock.close()
        self._drop()
        self._servers, self._reserved = [], []

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for sock, speaks_http in zip(self._reserved, (False, True), strict=True):
            speaker = partial(_Http if speaks_http else _Tcp, self, self._open)
            self._servers.append(await loop.create_server(speaker, sock=sock, backlog=_BACKLOG))
        self._reserved = []

    def _refuse(self) -> None:
        """Trade the listening sockets for bound ones: the kernel refuses connections and no other process gets the ports."""
        for server in self._servers:
            server.close()
        if self._servers:
            self._servers = []
            self._reserved = [_bound(self.tcp_port), _bound(self.http_port)]

    def _drop(self) -> None:
        for transport in list(self._open):
            transport.abort()


async def open_listeners(sites: Sequence[Site]) -> list[TowerListener]:
    """One started listener per site, in their order."""
    listeners = [TowerListener(site) for site in sites]
    for listener in listeners:
        await listener.start()
    return listeners


async def follow(event: Event, listeners: Sequence[TowerListener]) -> None:
    """Let the towers of an event behave accordingly."""
    mood = MOODS.get(event.what)
    if mood is not None:
        for number in event.sites:
            await listeners[number].turn(mood)


def _bound(port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    # a port is taken over from the connections that still wind down on it; the kernel hands out no port twice for all that
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((HOST, port))
    except OSError:
        sock.close()
        raise
    return sock


class _Tcp(asyncio.Protocol):
    """Accepts and waits for the other side to leave, as an S1 or management port would."""

    def __init__(self, tower: TowerListener, connections: set[asyncio.Transport]) -> None:
        self._tower = tower
        self._connections = connections
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 asyncio's own promise for a stream server
        self._transport = transport
        self._connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._connections.discard(self._transport)


class _Http(_Tcp):
    """Answers every request with the state of the site, and keeps the connection."""

    _pending = b''

    def data_received(self, data: bytes) -> None:
        self._pending = (self._pending + data)[-8192:]
        while b'\r\n\r\n' in self._pending and self._tower.mood is not Mood.HUNG:
            _, _, self._pending = self._pending.partition(b'\r\n\r\n')
            if self._transport is not None:
                self._transport.write(_answer(self._tower))


def _answer(tower: TowerListener) -> bytes:
    well = tower.mood is Mood.WELL
    status = b'200 OK' if well else b'503 Service Unavailable'
    state = 'in service' if well else 'baseband restarting'
    body = f'{{"site":"{tower.site.name}","state":"{state}","cells":{len(tower.site.cells)}}}\n'.encode()
    head = b'HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n' % (status, len(body))
    return head + body


def checks(listener: TowerListener) -> list[dict[str, object]]:
    """The two checks by which a console polls this site, in the words of the API; times in seconds."""
    pace = {'interval_s': 10, 'retry_interval_s': 3, 'timeout_s': 2, 'max_attempts': 3}
    return [
        {'kind': 'tcp', 'host': HOST, 'port': listener.tcp_port, **pace},
        {'kind': 'http', 'url': f'http://{HOST}:{listener.http_port}/status', 'expect_status': 200, **pace},
    ]
