"""Live delivery on an application of services, and pages that watch it, all over real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import uvicorn
from fastapi import FastAPI, Request
from nicegui import ui as nicegui_ui
from nicegui.testing.general import nicegui_reset_globals
from starlette.responses import PlainTextResponse

from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person
from domain.sign_in.model import Browser, SignedInBrowser
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.page_line import PATH, EndedError, PageLine, connected, page_line, query_of
from ui.live.hub import Live
from ui.live.page_sessions import PageSessions
from ui.settings.providers import ProviderSettings
from ui.sign_in import COOKIE, Guard, Providers, register_auth, signed_in
from ui.topics import resolver

WITHIN_S = 30.0
PASSWORD = 'four words and then some'


@dataclass(slots=True)
class Console:
    """A server with live delivery, the sign-in, and two guarded addresses: one that says who asks, and one page."""

    application: RunningApplication
    live: Live
    clients: PageSessions
    app: FastAPI
    port: int

    @property
    def address(self) -> str:
        """Where it answers."""
        return f'http://127.0.0.1:{self.port}'

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

    def headers(self, secret: str, origin: str | None = None) -> dict[str, str]:
        """What a browser with that session says."""
        return {'Cookie': f'{COOKIE}={secret}', 'Origin': origin or self.address}

    @asynccontextmanager
    async def page(self, secret: str) -> AsyncIterator['Page']:
        """An open page of that session."""
        async with (
            aiohttp.ClientSession(self.address, cookie_jar=aiohttp.DummyCookieJar()) as client,
            page_line(client, self.headers(secret), '/watch') as line,
        ):
            yield Page(line)

    async def query(self, secret: str) -> dict[str, str]:
        """Get a page of that session; what its script says of it when it connects."""
        async with (
            aiohttp.ClientSession(self.address, cookie_jar=aiohttp.DummyCookieJar()) as client,
            client.get('/watch', headers=self.headers(secret)) as answer,
        ):
            return query_of(await answer.text())

    @asynccontextmanager
    async def connected(self, query: dict[str, str], headers: dict[str, str]) -> AsyncIterator['Page']:
        """The connection of a page that was got before."""
        async with (
            aiohttp.ClientSession(self.address, cookie_jar=aiohttp.DummyCookieJar()) as client,
            connected(client, query, headers) as line,
        ):
            yield Page(line)


@dataclass(slots=True)
class Page:
    """What a page knows of the topics it follows, kept as ``live.js`` keeps it."""

    line: PageLine
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    gaps: list[tuple[str, int, int]] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    frames: list[dict[str, Any]] = field(default_factory=list)
    """Frames of the last packet that are not taken in yet."""

    async def say(self, op: str, topic: str) -> None:
        """Follow, unfollow or ask for a snapshot."""
        await self.line.say({'op': op, 't': topic})

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

    async def ends(self) -> str:
        """Read until the server closes the connection; the word that it said before."""
        try:
            await self.until(lambda: False)
        except EndedError as ended:
            return ended.word
        raise AssertionError('it never ended')

    async def read(self) -> dict[str, Any]:
        """Take in one frame."""
        while not self.frames:
            self.frames = await self.line.frames()
        frame = self.frames.pop(0)
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


@asynccontextmanager
async def console(
    *,
    store: MemoryStore | None = None,
    flush_s: float = 0.02,
    clock: Clock | None = None,
    providers: Sequence[ProviderSettings] = (),
) -> AsyncIterator[Console]:
    """A console on an application of its own, on a free port."""
    with nicegui_reset_globals():
        async with (
            running_application(store=store, clock=clock) as application,
            _served(application, flush_s, providers) as found,
        ):
            yield found


@asynccontextmanager
async def _served(
    application: RunningApplication, flush_s: float, providers: Sequence[ProviderSettings]
) -> AsyncIterator[Console]:
    known = Providers(providers, identities=application.identities, seal=application.seal, clock=application.clock)
    live = Live(
        transactor=application.transactor,
        resolve=resolver(transactor=application.transactor, store=application.store),
        clock=application.clock,
        flush_s=flush_s,
    )
    clients = PageSessions(transactor=application.transactor, live=live, beat_s=max(flush_s, 0.05))
    app = FastAPI(openapi_url=None)
    app.add_middleware(Guard, access=application.access)
    register_auth(
        app,
        application,
        providers=known,
        secure_cookies=lambda request: request.url.scheme == 'https',
    )

    @app.get('/who')
    async def who(request: Request) -> PlainTextResponse:
        return PlainTextResponse(signed_in(request).actor().name)

    @nicegui_ui.page('/watch')
    def watch() -> None:
        """A page with nothing on it."""

    nicegui_ui.run_with(
        app,
        tailwind=False,
        binding_refresh_interval=None,
        show_welcome_message=False,
        reconnect_timeout=300,  # a page that does not read answers no ping either
    )
    async with known.outbound, app.router.lifespan_context(app), _listening(app) as port:
        await live.start()
        await clients.start()
        try:
            yield Console(application, live, clients, app, port)
        finally:
            await clients.stop()
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
