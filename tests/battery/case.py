"""What a case is, and the surroundings it gets: an own folder, a seeded database, servers that end with it."""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from tests.bench.processes import ServerProcess
from tests.bench.report import Figure
from tests.bench.seed import Seeded, seed
from tests.real.postgres import PostgresServer, running_postgres
from tests.real.server import Server, free_port
from ui.crypto.fernet import kept_key

Run = Callable[['Stage'], AsyncIterator[Figure]]


class Store(StrEnum):
    """Where a server keeps things."""

    SQLITE = 'sqlite'
    POSTGRES = 'postgres'


BOTH = (Store.SQLITE, Store.POSTGRES)


class NotRun(Exception):
    """The machine lacks something; the words say what to install or to be."""


@dataclass(frozen=True, slots=True)
class Case:
    """``run`` tells its figures as it finds them. ``stores`` are those on which the answer can differ: all of them run by default."""

    name: str
    run: Run
    stores: tuple[Store, ...] = (Store.SQLITE,)
    within_s: float = 180.0
    """What is not done then is missed; the server is killed."""
    also: tuple[Store, ...] = ()
    """Where it runs too when ``--store`` asks for it."""

    @property
    def does(self) -> str:
        """Its docstring, on one line."""
        return ' '.join((self.run.__doc__ or '').split())


@dataclass(frozen=True, slots=True)
class Place:
    """A seeded installation: its data folder, the database as the server takes it (empty: SQLite in the folder), who speaks there."""

    data: Path
    url: str
    seeded: Seeded

    @property
    def environment(self) -> dict[str, str]:
        """What a server on it is told."""
        return {'CELLWARDEN_DATABASE': self.url} if self.url else {}

    @property
    def database(self) -> str:
        """Its name in PostgreSQL."""
        return urlsplit(self.url).path.removeprefix('/')

    @property
    def file(self) -> Path:
        """The SQLite database."""
        return self.data / 'cellwarden.sqlite3'


@dataclass(slots=True)
class Databases:
    """Templates that were seeded once, and the PostgreSQL of this run, started when it is first needed."""

    folder: Path
    stack: ExitStack
    _postgres: PostgresServer | None = None
    _templates: dict[tuple[Store, int, int], tuple[Path, str, Seeded]] = field(default_factory=dict)

    @property
    def postgres(self) -> PostgresServer:
        """A cluster of our own."""
        if self._postgres is None:
            self._postgres = self.stack.enter_context(running_postgres())
        return self._postgres

    async def template(self, store: Store, devices: int, interval_s: int) -> tuple[Path, str, Seeded]:
        """A folder, a database of PostgreSQL (empty for SQLite) and what was seeded there."""
        key = (store, devices, interval_s)
        if key not in self._templates:
            folder, name = self.folder / f'template-{store}-{devices}-{interval_s}', ''
            if store is Store.POSTGRES:
                name = f'template_{devices}_{interval_s}'
                self.postgres.sql(f'CREATE DATABASE {name}')
            url = self.postgres.url(name) if name else ''
            seeded = await seed(folder, devices, spoken=devices, url=url, interval_s=interval_s)
            kept_key(folder)
            self._templates[key] = (folder, name, seeded)
        return self._templates[key]


@dataclass(slots=True)
class Stage:
    """What one case has: ``folder`` is its own."""

    store: Store
    folder: Path
    databases: Databases
    stack: contextlib.AsyncExitStack
    restarts: int = 0
    """How often a supervised server ended by itself and was started again."""

    @property
    def postgres(self) -> PostgresServer:
        """The cluster of this run."""
        return self.databases.postgres

    async def place(
        self, devices: int = 40, *, interval_s: int = 3600, on: Path | None = None, space: str = ''
    ) -> Place:
        """A new copy of an installation of that size, in the folder ``on``, in PostgreSQL in the tablespace ``space``."""
        template, name, seeded = await self.databases.template(self.store, devices, interval_s)
        data = (on or self.folder) / f'data-{uuid4().hex[:8]}'
        shutil.copytree(template, data)
        if not name:
            return Place(data, '', seeded)
        copy = f'case_{uuid4().hex}'
        where = f' TABLESPACE {space}' if space else ''
        self.postgres.sql(f'CREATE DATABASE {copy} TEMPLATE {name}{where}')
        self.stack.callback(self.postgres.sql, f'DROP DATABASE IF EXISTS {copy} WITH (FORCE)')
        return Place(data, self.postgres.url(copy), seeded)

    @asynccontextmanager
    async def server(
        self,
        place: Place,
        *,
        supervised: bool = False,
        environment: Mapping[str, str] | None = None,
        most_files: int = 0,
    ) -> AsyncIterator[Server]:
        """A server on ``place``, ready; killed at the end. ``supervised``: one that ends by itself is started again, as systemd does.
        ``most_files`` is how many files it may open, 0 for as many as we may."""
        server = Server(place.data, free_port(), {**place.environment, **(environment or {})}, most_files, True)
        watch: asyncio.Task[None] | None = None
        try:
            await server.start()
            if supervised:
                watch = asyncio.create_task(self._start_again(server))
            yield server
        finally:
            if watch is not None:
                watch.cancel()
                await asyncio.gather(watch, return_exceptions=True)
            if server.process is not None and server.process.poll() is None:
                server.kill()

    async def _start_again(self, server: Server) -> None:
        while True:
            await asyncio.sleep(0.1)
            if server.process is not None and server.process.poll() is not None:
                self.restarts += 1
                with contextlib.suppress(RuntimeError):  # it ended again: the next look starts it once more
                    await server.start()
                await asyncio.sleep(0.5)


def process_of(server: Server) -> ServerProcess:
    """Its CPU time and memory."""
    return ServerProcess(server.port, server.pid)


@asynccontextmanager
async def staged(store: Store, databases: Databases, name: str) -> AsyncIterator[Stage]:
    """The surroundings of one case; all that it left behind goes."""
    folder = databases.folder / f'{name}-{store}-{time.monotonic_ns()}'
    folder.mkdir()
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, True)
        yield Stage(store, folder, databases, stack)
