"""Live delivery on an application of services, and pages that watch it, all over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import uvicorn
from fastapi import FastAPI, Request
from nicegui import ui as nicegui_ui
from starlette.responses import PlainTextResponse

from domain.access.permissions import Role
from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person
from domain.sign_in.model import Browser, SignedInBrowser
from tests.fakes import Clock, MemoryStore, RunningApplication, running_application
from tests.page_line import EndedError, PageLine, connected, page_line, query_of
from tests.ui.anew import nicegui_anew
from ui.live.hub import Live
from ui.live.page_sessions import PageSessions
from ui.server.methods import add_other_methods
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


@asynccontextmanager
async def console(
    *,
    store: MemoryStore | None = None,
    flush_s: float = 0.02,
    clock: Clock | None = None,
    providers: Sequence[ProviderSettings] = (),
) -> AsyncIterator[Console]:
    """A console on an application of its own, on a free port."""
    with nicegui_anew():
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

    add_other_methods(app)
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
