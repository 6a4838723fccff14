"""What the crowd of one enterprise costs another: its check-ins' p99 alone, beside a flood, and beside changes that the store refuses.

``python -m tests.bench.shares [seconds]`` measures the three in turns, on a SQLite file of its own, so that a busy machine slows all alike.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.access.actors import system
from domain.application import Application, compose
from domain.changes.transaction import Transaction
from domain.checkins.model import CheckIn
from domain.common.errors import DomainError
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.fleet.fleets import Fleets
from domain.kinds import LIVE
from domain.towers.input import NewTower
from domain.towers.model import Tower
from persistence.database import opened_store
from tests.fakes import QuickHasher
from ui.crypto.fernet import FernetSeal

RATE = 200
"""Check-ins a second of the enterprise that is measured."""
GREEDY = 256
"""Check-ins that the other has under way all the time."""
POISONERS = 2
Crowd = Callable[[asyncio.Event], Coroutine[Any, Any, int]]


@dataclass(frozen=True, slots=True)
class Share:
    """What one enterprise saw while another did something: check-ins, those refused, p50 and p99 in ms; what the other got through."""

    beside: str
    checkins: int
    failed: int
    p50_ms: float
    p99_ms: float
    others: int


async def measure(seconds: float, turns: int = 3) -> list[Share]:
    """The three in turns, ``seconds`` each time."""
    sys.setswitchinterval(0.0003)  # as the server does
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='cw-shares-'))
        store = await stack.enter_async_context(opened_store(f'sqlite://{Path(folder)}/fleet.sqlite3'))
        application = compose(
            fleets=Fleets(LIVE),
            store=store,
            hasher=QuickHasher(),
            seal=FernetSeal('the key of a house that is measured', time.time),
        )
        await application.transactor.start()
        stack.push_async_callback(application.transactor.stop)
        quiet, greedy = [await _enterprise(application, name) for name in ('Quiet', 'Greedy')]
        numbers = iter(range(1, 10**9))
        crowds: dict[str, Crowd] = {
            'alone': _alone,
            'a flood': lambda stop: _flood(application, *greedy, numbers, stop),
            'poison': lambda stop: _poison(application, greedy[0], stop),
        }
        seen: dict[str, list[tuple[list[float], int, int]]] = {name: [] for name in crowds}
        for _ in range(turns):
            for name, crowd in crowds.items():
                stop = asyncio.Event()
                others = asyncio.create_task(crowd(stop))
                waits, failed = await _checkins(application, *quiet, numbers, seconds)
                stop.set()
                seen[name].append((waits, failed, await others))
    return [_share(name, found) for name, found in seen.items()]


def _share(name: str, found: list[tuple[list[float], int, int]]) -> Share:
    waits = sorted(wait for each in found for wait in each[0])
    p50, p99 = (waits[int(len(waits) * part)] * 1000 for part in (0.5, 0.99))
    return Share(name, len(waits), sum(each[1] for each in found), p50, p99, sum(each[2] for each in found))


async def _enterprise(application: Application, name: str) -> tuple[str, list[str]]:
    enterprise = (await application.enterprises.add(name)).id
    actor = system(enterprise, 'bench')
    devices = [
        await application.enrolments.add(actor, NewDevice(name=f'd{n}', kind=DeviceKind.METER)) for n in range(GREEDY)
    ]
    return enterprise, [each.device.id for each in devices]


async def _checkins(
    application: Application, enterprise: str, devices: list[str], numbers: Any, seconds: float
) -> tuple[list[float], int]:
    waits: list[float] = []
    failed = 0

    async def one(device: str) -> None:
        nonlocal failed
        began = time.perf_counter()
        try:
            await application.checkins.check_in(enterprise, device, CheckIn(next(numbers), datetime.now(UTC)))
        except DomainError:
            failed += 1
        waits.append(time.perf_counter() - began)

    loop = asyncio.get_running_loop()
    began, tasks = loop.time(), []
    for number in range(int(RATE * seconds)):
        await asyncio.sleep(max(0.0, began + number / RATE - loop.time()))
        tasks.append(asyncio.create_task(one(devices[number % len(devices)])))
    await asyncio.gather(*tasks)
    return waits, failed


async def _alone(stop: asyncio.Event) -> int:
    await stop.wait()
    return 0


async def _flood(
    application: Application, enterprise: str, devices: list[str], numbers: Any, stop: asyncio.Event
) -> int:
    async def one(device: str) -> int:
        done = 0
        while not stop.is_set():
            await application.checkins.check_in(enterprise, device, CheckIn(next(numbers), datetime.now(UTC)))
            done += 1
        return done

    return sum(await asyncio.gather(*map(one, devices)))


async def _poison(application: Application, enterprise: str, stop: asyncio.Event) -> int:
    """As if a bound were missing: a change that SQLite does not take, sent past the check of the transactor."""

    def decide(tx: Transaction) -> None:
        tx.changes.rows.setdefault(type(tower), {})[tower.id] = tower

    towers = application.fleets.of(enterprise)[Tower]
    if not towers:
        await application.towers.add(system(enterprise, 'bench'), NewTower(name='mast'))
    tower = replace(next(iter(towers.values())), version=2**70)

    async def one() -> int:
        done = 0
        while not stop.is_set():
            try:
                await application.transactor.transact(decide, enterprise)
            except DomainError:
                done += 1
        return done

    return sum(await asyncio.gather(*[one() for _ in range(POISONERS)]))


if __name__ == '__main__':
    for share in asyncio.run(measure(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)):
        print(
            f'beside {share.beside:8} {share.checkins} check-ins, {share.failed} failed, p50 {share.p50_ms:.1f} ms, '
            f'p99 {share.p99_ms:.1f} ms; the other got {share.others} answers'
        )
