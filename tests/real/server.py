"""The real server as a process of its own: started, operated, killed and started again on the same data."""

import asyncio
import ctypes
import json
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import httpx
import psutil
from typer.testing import CliRunner

from tests.real.forked import FORKS, Forked
from tests.stopwatch import queued_s
from ui.cli.main import command_line
from ui.main import SET_UP
from ui.operator.answers import Answer
from ui.operator.socket import ask

ROOT = Path(__file__).parents[2]
START_S = 120.0
STOP_S = 20.0
WITHIN_S = 60.0
"""Longest wait for what should take well under a second; the machine may be busy."""
PASSWORD = 'four words and then some'
HELD_UP = 'domain.common.watch'
"""The logger that says how long the process was stopped."""
LATE = {'event', 'level', 'logger', 'timestamp', 'waited too long'}
"""All that the line of a browser says which was held up while it connected, and connects again by itself."""


@dataclass(frozen=True, slots=True)
class Started:
    """How long a start took until ``/readyz`` said so: by the clock, in CPU time, and waiting for a CPU that others held (all s)."""

    wall_s: float
    cpu_s: float
    queued_s: float

    @property
    def own_s(self) -> float:
        """What it would have taken with a CPU of its own."""
        return self.wall_s - self.queued_s


@dataclass(slots=True)
class Server:
    """``python -m ui.cli.main serve`` on a folder of its own."""

    data: Path
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    most_files: int = 0
    """How many files it may open; 0 for as many as this process."""
    loads: bool = False
    """Whether a start loads the program, as at an operator's, or takes over a process that has: see ``forked``."""
    slow_passwords: bool = False
    """Whether a password is hashed at its true costs, as wherever the program is loaded, for a test that is about them."""
    process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def address(self) -> str:
        """Where it answers."""
        return f'http://127.0.0.1:{self.port}'

    @property
    def log(self) -> Path:
        """What all its processes have logged, as JSON lines."""
        return self.data.with_name(f'{self.data.name}.log')

    @property
    def pid(self) -> int:
        """The running process."""
        assert self.process is not None
        return self.process.pid

    async def start(self, command: str = 'serve', *options: str) -> Started:
        """Start it and wait until it is ready."""
        began = time.monotonic()
        arguments = [command, '--data', str(self.data), '--port', str(self.port), *options]
        with self.log.open('ab') as log:
            if not self.loads:
                with Path(os.devnull).open('rb') as nothing:
                    self.process = FORKS.start(
                        arguments, self._environment(), (nothing.fileno(), log.fileno(), log.fileno()),
                        most_files=self.most_files, slow_passwords=self.slow_passwords,
                    )  # fmt: skip
            else:
                self.process = subprocess.Popen(
                    [sys.executable, '-m', 'ui.cli.main', *arguments],
                    cwd=ROOT,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=partial(_begin, self.most_files),
                )
        async with httpx.AsyncClient() as client:
            while not await _ready(client, self.address):
                if self.process.poll() is not None or time.monotonic() - began > START_S:
                    raise RuntimeError(f'the server did not start:\n{self.log.read_text()[-4000:]}')
                await asyncio.sleep(0.02)
        wall = time.monotonic() - began
        times = psutil.Process(self.pid).cpu_times()
        return Started(wall, times.user + times.system, queued_s(self.pid))

    def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(STOP_S)

    async def stop(self) -> int:
        """Ask it to stop, as systemd does; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self.process.wait, STOP_S)

    async def operate(self, operation: str, **arguments: Any) -> Answer:
        """An operator's command through the socket of the running server."""
        answer = await ask(self.data, operation, arguments)
        assert answer is not None, 'no server listens on the operator socket'
        assert 'error' not in answer, answer
        return answer

    async def command(self, *arguments: str, given: str = '') -> 'Said':
        """``cellwarden`` with these arguments, in this server's environment and data folder; loaded or forked as the server is."""
        environment = self._environment() | {'CELLWARDEN_DATA': str(self.data)}
        if not self.loads:
            return await asyncio.to_thread(_said, arguments, environment, given)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            '-m',
            'ui.cli.main',
            *arguments,
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=_end_with_parent,
        )
        out, err = await asyncio.wait_for(process.communicate(given.encode()), START_S)
        assert process.returncode is not None
        return Said(process.returncode, out.decode(), err.decode())

    async def called(self, *arguments: str, given: str = '') -> 'Said':
        """The same inside this process, for a test that asks often: a process of its own loads the whole program for each answer."""
        unset = {name: None for name in os.environ if name.startswith('CELLWARDEN_')}
        environment = {**self.environment, 'CELLWARDEN_LOG_FORMAT': 'json', 'CELLWARDEN_DATA': str(self.data)}
        root = logging.getLogger()
        handlers, level = list(root.handlers), root.level
        try:
            run = CliRunner(env={**unset, **environment}).invoke
            done = await asyncio.to_thread(run, command_line(), list(arguments), input=given)
        finally:  # the command line takes over logging
            root.handlers, root.level = handlers, level
        return Said(done.exit_code, done.stdout, done.stderr)

    @property
    def setup_link(self) -> str:
        """The one-time link that the newest start on an empty installation has printed."""
        printed = [line for line in self.log.read_text().splitlines() if line.startswith(SET_UP)]
        return printed[-1].rpartition(' ')[2]

    def complaints(self) -> list[str]:
        """Lines of the log that an operator would have to look at; that other work here held the server or a browser up is none."""
        found = []
        for line in self.log.read_text().splitlines():
            try:
                said = json.loads(line)
                late = said.get('event') == 'handshakes_dropped' and said.keys() <= LATE
                fine = said['level'] in ('info', 'debug') or said['logger'] == HELD_UP or late
            except (ValueError, KeyError, TypeError):
                fine = False  # no log line
            if not fine and not line.startswith(SET_UP):
                found.append(line)
        return found

    def _environment(self) -> dict[str, str]:
        # without its bytecode each of these processes would compile the whole program again
        left_out = ('CELLWARDEN_', 'NICEGUI_', 'PYTHONDONTWRITEBYTECODE')
        kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return {**kept, 'CELLWARDEN_LOG_FORMAT': 'json', **self.environment}


@dataclass(frozen=True, slots=True)
class Said:
    """What a command did."""

    code: int
    out: str
    err: str


def _said(arguments: Sequence[str], environment: Mapping[str, str], given: str) -> Said:
    with TemporaryFile() as asked, TemporaryFile() as out, TemporaryFile() as err:
        asked.write(given.encode())
        asked.seek(0)
        process = FORKS.start([*arguments], environment, (asked.fileno(), out.fileno(), err.fileno()))
        try:
            code = process.wait(START_S)
        finally:
            process.kill()
        for each in (out, err):
            each.seek(0)
        return Said(code, out.read().decode(), err.read().decode())


@asynccontextmanager
async def running_server(folder: Path, **environment: str) -> AsyncIterator[Server]:
    """A server on a new folder, ready; it must end with code 0 and without a warning or a traceback in its log."""
    async with running(Server(folder, free_port(), environment)) as server:
        yield server


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[Server]:
    """The same for a server that is otherwise made."""
    await server.start()
    try:
        yield server
        assert server.process is not None
        if server.process.poll() is None:
            code = await server.stop()
            assert code == 0, server.log.read_text()[-4000:]
        complaints = server.complaints()
        assert complaints == [], complaints
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()


def free_port() -> int:
    """A port that no program listens on now."""
    with socket.socket() as found:
        found.bind(('127.0.0.1', 0))
        return int(found.getsockname()[1])


def bearer(secret: str) -> dict[str, str]:
    """The header that shows a token."""
    return {'authorization': f'Bearer {secret}'.strip()}


async def _ready(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(f'{address}/readyz')).status_code == 200
    except httpx.TransportError:
        return False


def _begin(most_files: int) -> None:
    _end_with_parent()
    if most_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))


_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """Ask Linux for a SIGKILL when the parent dies (PR_SET_PDEATHSIG), so that a killed test run leaves no server."""
    if sys.platform == 'linux':
        _libc.prctl(1, signal.SIGKILL)
