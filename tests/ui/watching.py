"""The live socket on an application of services, and pages that watch it, all over real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person
from domain.sign_in.model import Browser, SignedInBrowser
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from ui.live.hub import Live
from ui.live.socket import register_live
from ui.settings.providers import ProviderSettings
from ui.sign_in import COOKIE, Guard, Providers, register_auth, signed_in
from ui.topics import resolver

WITHIN_S = 30.0
PASSWORD = 'four words and then some'


@dataclass(slots=True)
class Console:
    """A server with the live socket, the sign-in and one guarded page."""

    application: RunningApplication
    live: Live
    app: FastAPI
    port: int

    async def person(
        self,
        email: str = 'ana@example.com',
        role: Role = Role.VIEWER,
        enterprise: str = '',
        scope: Scope = EVERYWHERE,
    ) -> Person:
        """A new account."""
        return await self.application.people.add(
            enterprise or self.application.enterprise, email, email.partition('@')[0], role, PASSWORD, scope=scope
        )

    async def sign_in(self, email: str = 'ana@example.com') -> SignedInBrowser:
        """A new session of an account."""
        return await self.application.accounts.sign_in(email, PASSWORD, Browser(address='127.0.0.1', agent='test'))

    @asynccontextmanager
    async def page(self, secret: str, *, origin: str | None = None) -> AsyncIterator['Page']:
        """An open page of that session."""
        headers = {'Cookie': f'{COOKIE}={secret}'}
        own = f'http://127.0.0.1:{self.port}'
        async with connect(
            f'ws://127.0.0.1:{self.port}/live', additional_headers=headers, origin=Origin(origin or own), max_size=None
        ) as socket:
            yield Page(socket)


@dataclass(slots=True)
class Page:
    """What a page knows of the topics it follows, kept as ``live.js`` keeps it."""

    socket: ClientConnection
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    gaps: list[tuple[str, int, int]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)

    async def say(self, op: str, topic: str) -> None:
        """Follow, unfollow or ask for a snapshot."""
        await self.socket.send(json.dumps({'op': op, 't': topic}))

    async def follow(self, topic: str) -> dict[str, Any]:
        """Follow a topic, perhaps once more; its first state."""
        self.errors.pop(topic, None)
        self.values.pop(topic, None)
        await self.say('follow', topic)
        await self.until(lambda: topic in self.values or topic in self.errors)
        assert topic not in self.errors, self.errors
        return self.values[topic]

    async def refused(self, topic: str) -> str:
        """Ask for a topic that is not to be had; the words."""
        await self.say('follow', topic)
        await self.until(lambda: topic in self.errors or topic in self.values)
        return self.errors[topic]

    def is_past(self, topic: str, number: int) -> bool:
        """True once a later frame has come."""
        return self.numbers[topic] > number

    async def until(self, condition: Callable[[], object]) -> None:
        """Read frames until ``condition`` holds."""
        async with asyncio.timeout(WITHIN_S):
            while not condition():
                await self.read()

    async def read(self) -> dict[str, Any]:
        """Take in one frame."""
        frame: dict[str, Any] = json.loads(await self.socket.recv())
        topic = frame['t']
        if topic == 'beat':
            self.beats.append(frame['at'])
        elif 'error' in frame:
            self.errors[topic] = frame['error']
        else:
            before, number = self.numbers.get(topic), frame['q']
            if not frame.get('full') and number != (before or 0) + 1:
                self.gaps.append((topic, before or 0, number))
            self.numbers[topic] = number
            self.values[topic] = frame['v'] if frame.get('full') else {**self.values.get(topic, {}), **frame['v']}
        return frame


@dataclass(slots=True)
class DeafPage:
    """A page that says things and reads nothing, with as little room for what waits to be read as the system allows."""

    socket: socket.socket

    async def say(self, op: str, topic: str) -> None:
        """Send a masked text frame (RFC 6455, 5.2)."""
        data = json.dumps({'op': op, 't': topic}).encode()
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
                    frame = json.loads(text)
                    if frame['t'] != 'beat':
                        frames.append(frame)
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
        lines = [
            'GET /live HTTP/1.1', f'Host: {host}', f'Origin: http://{host}', 'Connection: Upgrade', 'Upgrade: websocket',
            'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', f'Cookie: {COOKIE}={secret}',
        ]  # fmt: skip
        await loop.sock_sendall(sock, '\r\n'.join([*lines, '', '']).encode())
        answer = b''
        while not answer.endswith(b'\r\n\r\n'):
            answer += await loop.sock_recv(sock, 1)
        assert answer.startswith(b'HTTP/1.1 101'), answer
        yield DeafPage(sock)


@asynccontextmanager
async def console(
    *,
    store: MemoryStore | None = None,
    flush_s: float = 0.02,
    clock: Clock | None = None,
    providers: Sequence[ProviderSettings] = (),
) -> AsyncIterator[Console]:
    """A console on an application of its own, on a free port."""
    async with running_application(store=store, clock=clock) as application:
        known = Providers(providers, identities=application.identities, seal=application.seal, clock=application.clock)
        live = Live(
            transactor=application.transactor,
            access=application.access,
            resolve=resolver(transactor=application.transactor, store=application.store),
            clock=application.clock,
            flush_s=flush_s,
        )
        app = FastAPI(openapi_url=None)
        app.add_middleware(Guard, access=application.access)
        register_auth(
            app,
            application,
            providers=known,
            secure_cookies=lambda request: request.url.scheme == 'https',
        )
        register_live(app, live=live)

        @app.get('/who')
        async def who(request: Request) -> PlainTextResponse:
            return PlainTextResponse(signed_in(request).actor().name)

        await live.start()
        try:
            async with known.outbound, _listening(app) as port:
                yield Console(application, live, app, port)
        finally:
            await live.stop()


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[int]:
    config = uvicorn.Config(
        app,
        host='127.0.0.1',
        port=0,
        log_config=None,
        lifespan='off',
        timeout_graceful_shutdown=1,
        ws_max_size=65_536,
        ws_ping_interval=None,  # a page that does not read does not answer either
    )
    server = uvicorn.Server(config)
    serve = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(WITHIN_S):
            while not server.started:
                await asyncio.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        await serve
