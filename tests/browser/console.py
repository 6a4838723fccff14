"""A real server, and the companies, people and devices that tests put on it through its commands and its API."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Error, Page

from domain.access.permissions import OWNER, Permission
from tests.real.server import PASSWORD, START_S, Said, Server, bearer, free_port
from ui.sign_in import COOKIE

WITHIN_S = 30.0
"""Longest wait for what should take well under a second; the machine may be busy."""

IDLE_S = 2.0
"""Longest a client keeps a connection it does not use: less than the server, which closes it after 5 s."""

T = TypeVar('T')


def until(found: Callable[[], T | None], what: str, *, within_s: float = WITHIN_S) -> T:
    """Ask until there is something; fails with ``what`` when there is nothing after ``within_s`` seconds."""
    deadline = time.monotonic() + within_s
    while (it := found()) is None:
        assert time.monotonic() < deadline, f'waited {within_s:g} s for {what}'
        time.sleep(0.02)
    return it


def live(page: Page) -> None:
    """Wait until the scripts of the page have taken over from its first picture; one that has none of ours is ready when it is loaded."""

    def is_live() -> bool | None:
        try:
            return page.evaluate('() => !window.cellwarden?.early') or None
        except Error:  # it is being loaded anew
            return None

    until(is_live, f'{page.url} to be live')


class Console:
    """A server process for tests without asyncio: Playwright has the loop of their thread, so the server's is in another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / 'data'
        self.environment = {'CELLWARDEN_POLL_ALLOW': '["127.0.0.0/8"]'}
        self._server = Server(self.folder, free_port(), self.environment)
        self._clients: list[httpx.Client] = []
        self._beside = AsyncExitStack()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it listens; the same after a restart."""
        return self._server.address

    @property
    def log(self) -> str:
        """What it has logged so far."""
        return self._server.log.read_text()

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self._do(self._server.start())

    def kill(self) -> None:
        """``kill -9``."""
        self._server.kill()

    def stop(self) -> None:
        """End it as an operator would; fails when it has anything to complain of."""
        for client in self._clients:
            client.close()
        self._do(self._beside.aclose())
        code = self._do(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        assert code == 0
        assert not (found := self._server.complaints()), found

    def beside(self, receiver: AbstractAsyncContextManager[T]) -> T:
        """Something outside that runs until the server is stopped."""
        return self._do(self._beside.enter_async_context(receiver))

    def run(self, operation: str, **arguments: object) -> dict[str, Any]:
        """An operator's command, through the socket that the command line uses."""
        return self._do(self._server.operate(operation, **arguments))

    def command(self, *arguments: str) -> Said:
        """``cellwarden`` with these arguments, beside the running server."""
        return self._do(self._server.command(*arguments))

    def company(self, name: str, person: str = 'Ana Admin') -> 'Company':
        """A new enterprise without policies, with an administrator who is signed in."""
        id = self.run('enterprise add', name=name, starter=False)['id']
        email = f'ana@{id.lower()}.example'
        self.run('user add', enterprise=id, email=email, name=person, role='admin', password=PASSWORD)
        scopes = [permission.value for permission in Permission if permission not in OWNER]
        secret = self.run('token api', enterprise=id, name='tests', scopes=scopes)['secret']
        api = self.client(secret)
        answer = httpx.post(f'{self.address}/auth/sign-in', data={'email': email, 'password': PASSWORD})
        return Company(self, id, name, email, answer.cookies[COOKIE], api)

    def client(self, token: str) -> httpx.Client:
        """A program or device that shows ``token``; paths are below ``/api/v1``."""
        # a connection that stood idle may be closed by the server at the moment the client takes it again
        limits = httpx.Limits(keepalive_expiry=IDLE_S)
        client = httpx.Client(base_url=f'{self.address}/api/v1', headers=bearer(token), timeout=WITHIN_S, limits=limits)
        self._clients.append(client)
        return client

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_S)


@dataclass(slots=True)
class Device:
    """A device as the server sees it: a client that holds its credential."""

    id: str
    name: str
    api: httpx.Client
    sequence: 'itertools.count[int]' = field(default_factory=lambda: itertools.count(1))

    @property
    def path(self) -> str:
        """Its page."""
        return f'/devices/{self.id}'

    def check_in(
        self, *, facts: Mapping[str, object] | None = None, radio: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """One check-in; what the server answered once it was kept."""
        now = datetime.now(UTC).isoformat()
        body: dict[str, object] = {'sequence': next(self.sequence), 'observed_at': now, 'sent_at': now}
        body |= {name: value for name, value in (('facts', facts), ('radio', radio)) if value is not None}
        return taken(self.api.post('/checkins', json=body))


@dataclass(slots=True)
class Company:
    """An enterprise, its administrator, and a program of theirs that may do everything."""

    console: Console
    id: str
    name: str
    email: str
    cookie: str
    api: httpx.Client

    def device(self, name: str, **more: Any) -> Device:
        """A new device that has not checked in yet."""
        added = taken(self.api.post('/devices', json={'name': name, 'kind': 'tablet', **more}))
        return Device(added['device']['id'], name, self.console.client(added['credential']))

    def add(self, what: str, **body: Any) -> dict[str, Any]:
        """A new tower or policy: what the server made of it."""
        return taken(self.api.post(f'/{what}', json=body))

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """What the API says."""
        return taken(self.api.get(path, params=query))

    def enter(self, page: Page, path: str = '/', **more: Any) -> Page:
        """Open a page as the administrator, who has signed in before; ``more`` is what ``page.goto`` takes."""
        page.context.add_cookies([{'name': COOKIE, 'value': self.cookie, 'url': self.console.address}])
        page.goto(self.console.address + path, **more)
        if 'wait_until' not in more:
            live(page)
        return page


def taken(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that took what was asked."""
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body
