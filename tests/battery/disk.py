"""No room and no right to write: refusals that say so, readiness that tells the truth, and a return by itself."""

import asyncio
import os
import resource
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import psutil

from tests.battery.case import NotRun, Place, Stage, Store
from tests.battery.figures import back, kept, most
from tests.battery.honest import Honest, between, honest
from tests.battery.storage import is_ready
from tests.bench.report import Figure
from tests.real.server import Server

SMALL_MB = 48
OUT_S = 8.0
BACK_S = 10.0
"""How soon changes are taken again once there is room."""


async def full(stage: Stage) -> AsyncIterator[Figure]:
    """The disk of the database (a tmpfs of 48 MB; SQLite's folder, PostgreSQL's tablespace) is filled for 8 s under 50 check-ins/s.
    Nothing but 200 and 503 is answered, `/readyz` says 503, acknowledged again within 10 s of room; lost, kept twice, gaps: 0. Who may
    not mount sees SQLite with a limit on the size of files (RLIMIT_FSIZE) instead."""
    with ExitStack() as stack:
        limited = os.geteuid() != 0
        if not limited:
            disk = stack.enter_context(_small_disk(stage.folder / 'disk', SMALL_MB))
            place = await _on(stage, disk, stack)
            ballast = disk / 'ballast'
        elif stage.store is Store.SQLITE:
            place = await stage.place()
        else:
            raise NotRun('a small tablespace is a tmpfs, which root alone may mount')
        async with (
            stage.server(place, supervised=True) as server,
            honest(server.port, place.seeded.devices, per_s=50) as devices,
        ):
            out = (lambda: _limit(server, 0)) if limited else (lambda: _fill(ballast))
            back_in = (lambda: _limit(server, resource.RLIM_INFINITY)) if limited else ballast.unlink
            async for figure in _without_room(stage, place, server, devices, out, back_in):
                yield figure


async def read_only(stage: Stage) -> AsyncIterator[Figure]:
    """PostgreSQL is made read-only for 8 s (`default_transaction_read_only`), as a standby is, under 50 check-ins/s. The same figures."""
    place = await stage.place()

    def switch(to: str) -> None:
        stage.postgres.sql(f'ALTER SYSTEM {to}')
        stage.postgres.sql('SELECT pg_reload_conf()')

    off = 'RESET default_transaction_read_only'
    async with (
        stage.server(place, supervised=True) as server,
        honest(server.port, place.seeded.devices, per_s=50) as devices,
    ):
        try:
            async for figure in _without_room(
                stage,
                place,
                server,
                devices,
                lambda: switch('SET default_transaction_read_only = on'),
                lambda: switch(off),
            ):
                yield figure
        finally:
            switch(off)


async def _without_room(
    stage: Stage, place: Place, server: Server, devices: Honest, out: Callable[[], None], back_in: Callable[[], None]
) -> AsyncIterator[Figure]:
    await asyncio.sleep(1.5)
    began = time.monotonic()
    await asyncio.to_thread(out)
    ready = []
    async with httpx.AsyncClient(base_url=server.address, timeout=6) as client:
        while time.monotonic() - began < OUT_S:
            ready.append(await is_ready(client))
            await asyncio.sleep(0.25)
    await asyncio.to_thread(back_in)
    ended = time.monotonic()
    await asyncio.sleep(BACK_S)
    told = await devices.stop()
    during = between(told, began, ended)
    refused = [each for each in during if each.status == 503]
    yield most('check-ins answered with anything but 200 and 503', sum(each.status not in (200, 503) for each in during), 0,
               measured=f'{len(during)}, {len(refused)} of them 503, {stage.restarts} restarts of the server')  # fmt: skip
    yield most('no check-in was refused, so nothing was tried', float(not refused), 0)
    yield most(
        '/readyz still says ready at the end', float(ready[-1]), 0, measured=f'ready {sum(ready)} of {len(ready)} times'
    )
    yield back('there is room again', told, ended, BACK_S)
    async with httpx.AsyncClient(base_url=server.address, timeout=6) as client:
        yield most('/readyz is not ready again', float(not await is_ready(client)), 0)
    for figure in await kept(server, place, told):
        yield figure


async def _on(stage: Stage, disk: Path, stack: ExitStack) -> Place:
    """A place whose database lies on ``disk``."""
    if stage.store is Store.SQLITE:
        return await stage.place(on=disk)
    space = f'small_{time.monotonic_ns()}'
    disk.chmod(0o755)
    for parent in (stage.databases.folder, stage.folder):  # PostgreSQL runs as nobody and has to come through
        parent.chmod(0o711)
    area = disk / 'space'
    area.mkdir()
    assert stage.postgres.process is not None
    owner = psutil.Process(stage.postgres.process.pid).uids().real
    os.chown(area, owner, -1)
    stage.postgres.sql(f"CREATE TABLESPACE {space} LOCATION '{area}'")
    stack.callback(stage.postgres.sql, f'DROP TABLESPACE {space}')
    place = await stage.place(space=space)
    stack.callback(stage.postgres.sql, f'DROP DATABASE {place.database} WITH (FORCE)')  # before its tablespace goes
    return place


@contextmanager
def _small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(
        ['mount', '-t', 'tmpfs', '-o', f'size={megabytes}m,mode=755', 'tmpfs', folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise NotRun(f'a tmpfs cannot be mounted here: {mounted.stderr.strip()}')
    try:
        yield folder
    finally:
        subprocess.run(['umount', '--lazy', folder], check=True)


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open('wb', buffering=0) as file:
        while True:
            file.write(b'\0' * 65_536)


def _limit(server: Server, size: int) -> None:
    psutil.Process(server.pid).rlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
