"""A console that fits on a screen and speaks the device's side of the HTTP API, and a portal that can stand in its place."""

import asyncio
import shutil
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from jobs.agent.options import AgentOptions
from jobs.agent.run import run_agent

TOKEN = 'cwe_test'
Json = dict[str, Any]


@dataclass
class Console:
    """``answers`` are given to the next check-ins in place of the ordinary one; ``orders`` go with the next one.

    While there is a ``portal`` it answers everything that ends in ``portal_at``; ``shown`` is what it got to see as authorisation.
    """

    url: str = ''
    interval_s: int = 60
    valid: str = ''
    rotations: int = 0
    unknown: tuple[str, ...] = ()
    enrolments: list[Json] = field(default_factory=list)
    checkins: list[Json] = field(default_factory=list)
    results: list[tuple[str, Json]] = field(default_factory=list)
    answers: list[web.Response] = field(default_factory=list)
    enrolment_answers: list[web.Response] = field(default_factory=list)
    rotation_answers: list[web.Response] = field(default_factory=list)
    result_status: int = 200
    orders: list[Json] = field(default_factory=list)
    portal: Callable[[], web.Response] | None = None
    portal_at: str = ''
    asked: int = 0
    shown: list[str] = field(default_factory=list)

    def order(self, command: str, action: str, reason: str = 'policy: disk is not encrypted') -> None:
        self.orders.append({'id': command, 'action': action, 'reason': reason, 'requested_at': '2026-11-22T08:00:00Z'})

    async def enrol(self, request: web.Request) -> web.Response:
        if request.headers.get('Authorization') != f'Bearer {TOKEN}':
            return problem(401, 'Not signed in', 'the token is not valid')
        self.enrolments.append(await request.json())
        if self.enrolment_answers:
            return self.enrolment_answers.pop(0)
        self.valid = f'cwd_{len(self.enrolments)}'
        ignored = [{'field': name, 'detail': 'there is no such field'} for name in self.unknown]
        answer = {
            'ignored': ignored,
            'device_id': 'D1',
            'credential': self.valid,
            'interval_s': self.interval_s,
            'sequence': 0,
        }
        return web.json_response(answer | {'enterprise': {'id': 'E1', 'name': 'Harbour'}}, status=201)

    async def check_in(self, request: web.Request) -> web.Response:
        if 'Authorization' not in request.headers:
            return problem(401, 'Not signed in', 'send the header Authorization: Bearer, and the token')
        if self.answers:
            return self.answers.pop(0)
        if request.headers['Authorization'] != f'Bearer {self.valid}':
            return problem(401, 'Not signed in', 'the credential is not valid')
        self.checkins.append(await request.json())
        commands, self.orders = self.orders, []
        answer = {'accepted': 'current', 'received_at': '2026-11-22T08:00:00Z', 'interval_s': self.interval_s}
        return web.json_response(answer | {'commands': commands})

    async def rotate(self, request: web.Request) -> web.Response:
        if request.headers['Authorization'] != f'Bearer {self.valid}':
            return problem(401, 'Not signed in', 'the credential is not valid')
        self.rotations += 1
        if self.rotation_answers:
            return self.rotation_answers.pop(0)
        self.valid = f'cwd_renewed_{self.rotations}'
        return web.json_response({'credential': self.valid})

    async def take_result(self, request: web.Request) -> web.Response:
        self.results.append((request.match_info['id'], await request.json()))
        if self.result_status != 200:
            return problem(self.result_status, 'No', 'not now')
        return web.json_response({'id': request.match_info['id'], 'state': 'confirmed'})

    @web.middleware
    async def _in_between(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if self.portal is None or not request.path.endswith(self.portal_at):
            return await handler(request)
        self.asked += 1
        if secret := request.headers.get('Authorization'):
            self.shown.append(secret)
        return self.portal()

    @property
    def sequences(self) -> list[int]:
        return [checkin['sequence'] for checkin in self.checkins]

    async def serve(self, port: int = 0, tls: ssl.SSLContext | None = None) -> web.AppRunner:
        app = web.Application(middlewares=[self._in_between])
        app.router.add_post('/api/v1/enrolments', self.enrol)
        app.router.add_post('/api/v1/checkins', self.check_in)
        app.router.add_post('/api/v1/credential:rotate', self.rotate)
        app.router.add_post('/api/v1/commands/{id}/result', self.take_result)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, '127.0.0.1', port, ssl_context=tls).start()
        self.url = f'{"https" if tls else "http"}://127.0.0.1:{runner.addresses[0][1]}'
        return runner


def problem(status: int, title: str, detail: str, **headers: str) -> web.Response:
    kind = f'urn:cellwarden:problem:{title.lower().replace(" ", "-")}'
    body = {'type': kind, 'title': title, 'status': status, 'detail': detail}
    spelled = {name.replace('_', '-'): value for name, value in headers.items()}
    return web.json_response(body, status=status, headers=spelled, content_type='application/problem+json')


async def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Return as soon as it holds; a machine that others use may take long, but no test waits without need."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(options: AgentOptions) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(run_agent(options))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    console = Console()
    runner = await console.serve()
    yield console
    await runner.cleanup()


@pytest.fixture
def options(console: Console, tmp_path: Path) -> AgentOptions:
    return AgentOptions(server=console.url, enrol_token=TOKEN, state=tmp_path / 'state', kind='gateway', once=True)


@pytest.fixture(autouse=True)
def no_modem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH without the machine's own ``mmcli``; returns the folder where a test may put its own."""
    folder = tmp_path / 'bin'
    folder.mkdir()
    for tool in ('sh', 'cat', 'sleep', 'touch'):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    monkeypatch.setenv('PATH', str(folder))
    return folder


def script(path: Path, text: str) -> Path:
    path.write_text(f'#!{shutil.which("sh")}\n{text}\n')
    path.chmod(0o755)
    return path
