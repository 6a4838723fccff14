"""A real server process on a folder of its own, and the companies, people and devices that tests put on it through the real doors."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from playwright.sync_api import Page

from domain.access import Permission
from ui.auth import COOKIE
from ui.control import SOCKET

PASSWORD = 'correct horse battery staple'
WITHIN_S = 30.0
"""Longest wait for what should take well under a second; the machine may be busy."""

T = TypeVar('T')


def until(found: Callable[[], T | None], what: str, *, within_s: float = WITHIN_S) -> T:
    """Ask until there is something; fails with ``what`` when there is nothing after ``within_s`` seconds."""
    deadline = time.monotonic() + within_s
    while (it := found()) is None:
        assert time.monotonic() < deadline, f'waited {within_s:g} s for {what}'
        time.sleep(0.02)
    return it


class Console:
    """``cellwarden serve`` on ``folder``; what it logs stands in ``server.log`` there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / 'server.log'
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: list[httpx.Client] = []

    @property
    def address(self) -> str:
        """Where it listens; the same after a restart."""
        return f'http://127.0.0.1:{self.port}'

    def start(self) -> None:
        """Start it and wait until it takes requests."""
        begin = self.log.stat().st_size if self.log.exists() else 0
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith('CELLWARDEN_')},
            'CELLWARDEN_POLL_ALLOW': '["127.0.0.0/8"]',
            'CELLWARDEN_LOG_FORMAT': 'json',
        }
        command = [sys.executable, '-m', 'ui.main', 'serve', '--data', str(self.folder), '--port', str(self.port)]
        with self.log.open('ab') as log:
            self._process = process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

        def serving() -> int | None:
            said = self.log.read_bytes()[begin:].decode()
            assert process.poll() is None, f'the server did not start:\n{said}'
            lines = [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith('\n')]
            return next((int(line['address'].rpartition(':')[2]) for line in lines if line['event'] == 'serving'), None)

        self.port = until(serving, 'the server to start')

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would."""
        for client in self._clients:
            client.close()
        self._end(signal.SIGTERM)

    def troubles(self) -> list[str]:
        """What it logged as an error."""
        return [line for line in self.log.read_text().splitlines() if '"level": "error"' in line or 'Traceback' in line]

    def run(self, operation: str, **arguments: object) -> dict[str, Any]:
        """An operator's command, through the socket that the command line uses."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / SOCKET))
            line.sendall(json.dumps({'operation': operation, 'arguments': arguments}).encode() + b'\n')
            with line.makefile() as answer:
                said: dict[str, Any] = json.loads(answer.read())
        assert 'error' not in said, said
        return said

    def company(self, name: str, person: str = 'Ana Admin') -> 'Company':
        """A new enterprise without policies, with an administrator who is signed in."""
        id = self.run('enterprise add', name=name, starter=False)['id']
        email = f'ana@{id.lower()}.example'
        self.run('user add', enterprise=id, email=email, name=person, role='admin', password=PASSWORD)
        scopes = [permission.value for permission in Permission]
        secret = self.run('token api', enterprise=id, name='tests', scopes=scopes)['secret']
        api = self.client(secret)
        answer = httpx.post(f'{self.address}/auth/sign-in', data={'email': email, 'password': PASSWORD})
        return Company(self, id, name, email, answer.cookies[COOKIE], api)

    def client(self, token: str) -> httpx.Client:
        """A program or device that shows ``token``; paths are below ``/api/v1``."""
        client = httpx.Client(
            base_url=f'{self.address}/api/v1', headers={'authorization': f'Bearer {token}'}, timeout=WITHIN_S
        )
        self._clients.append(client)
        return client

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(WITHIN_S)
            self._process = None


@dataclass(slots=True)
class Device:
    """A device as the server sees it: whoever holds its credential."""

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

    def enter(self, page: Page, path: str = '/') -> Page:
        """Open a page as the administrator, who has signed in before."""
        page.context.add_cookies([{'name': COOKIE, 'value': self.cookie, 'url': self.console.address}])
        page.goto(self.console.address + path)
        return page


def taken(answer: httpx.Response) -> dict[str, Any]:
    """The body of an answer that took what was asked."""
    assert answer.is_success, answer.text
    body: dict[str, Any] = answer.json()
    return body
