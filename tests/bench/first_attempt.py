"""From a hard state to the first attempt at a channel, with the real store, the schedule of the server and a receiver on this machine."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path

from domain.access.actors import Actor, system
from domain.alerts.catalogue import SITE_DOWN
from domain.application import Application
from domain.channels.input import NewChannel
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.towers.input import NewTower
from domain.towers.model import Tower
from jobs.scheduler import Schedule
from jobs.table import table
from persistence.database import opened_store
from tests.bench.alert_rows import store_alerts, store_deliveries
from tests.bench.report import Figure, p95
from tests.jobs.notifications.receiver import Receiver, receiving
from ui.application import composed

OPEN = 1000
ALONE, HUBS = 120, 60
"""Towers on which nothing depends are told at once; hubs wait for their group."""
EVERY_S = 0.1
GROUP_WAIT_S = next(limit.default for limit in SITE_DOWN.limits if limit.name == 'group_wait_s')
CHECK = Check(id='', target=TcpTarget('10.0.0.1', 5060), max_attempts=1)


async def bench(folder: Path) -> list[Figure]:
    """Towers fail one by one, ten a second."""
    folder.mkdir(parents=True, exist_ok=True)
    async with receiving() as receiver, _running(folder, receiver) as (application, actor):
        hubs = [await _tower(application, actor, f'Hub {number}') for number in range(HUBS)]
        for number, hub in enumerate(hubs):
            await application.towers.add(actor, NewTower(name=f'Behind {number}', parent_id=hub.id))
        alone = [await _tower(application, actor, f'Alone {number}') for number in range(ALONE)]
        hard: dict[str, float] = {}
        for number, one in enumerate(alone):
            await _fails(application, actor, one, hard)
            if number % 2 == 0:
                await _fails(application, actor, hubs[number // 2], hard)
            await asyncio.sleep(EVERY_S)
        told = await _first_told(receiver, set(hard))
    waits = {**{one.id: 0.0 for one in alone}, **{hub.id: GROUP_WAIT_S for hub in hubs}}
    return [
        _figure(
            f'a tower on which nothing depends, {OPEN:,} open alerts', [told[one.id] - hard[one.id] for one in alone]
        ),
        _figure(
            f'the same of a hub, after its group wait of {GROUP_WAIT_S:g} s',
            [told[one.id] - hard[one.id] - waits[one.id] for one in hubs],
        ),
    ]


def _figure(work: str, late: list[float]) -> Figure:
    late.sort()
    slow = p95(late)
    return Figure(
        work=f'hard state to the first attempt at a channel, p95: {work}',
        measured=f'{slow * 1000:.0f} ms, median {late[len(late) // 2] * 1000:.0f} ms, worst {late[-1] * 1000:.0f} ms',
        against='1 s',
        ratio=slow,
        unit=' s',
        at_most=1,
    )


@asynccontextmanager
async def _running(folder: Path, receiver: Receiver) -> AsyncIterator[tuple[Application, Actor]]:
    """The application as a restart finds it, with what runs by itself; nothing is polled."""
    key = 'the key of a bench that keeps no secrets of anybody'
    async with opened_store(f'sqlite:///{folder / "cellwarden.sqlite3"}') as store:
        application, _ = composed(store, key=key)
        await application.transactor.start()
        enterprise = await application.enterprises.add('Bench')
        actor = system(enterprise.id, 'bench')
        new = NewChannel(name='desk', kind='webhook', settings={'url': receiver.url}, per_minute=600)
        channel, _ = await application.channels.add(actor, new)
        await application.transactor.stop()
        await store_deliveries(store, await store_alerts(store, enterprise.id, OPEN), channel.id)
        application, _ = composed(store, key=key)
        await application.transactor.start()
        schedule = Schedule(
            jobs=table(application=application, allow=(ip_network('127.0.0.0/8'),), polls=lambda: False)
        )
        schedule.start()
        try:
            yield application, actor
        finally:
            await schedule.stop()
            await application.transactor.stop()


async def _tower(application: Application, actor: Actor, name: str) -> Tower:
    return await application.towers.add(actor, NewTower(name=name, checks=(CHECK,)))


async def _fails(application: Application, actor: Actor, one: Tower, hard: dict[str, float]) -> None:
    """One failed check makes it hard; the moment is that before it is known."""
    hard[one.id] = at = time.time()
    result = CheckResult(one.id, one.checks[0].id, at, False, None, 'refused')
    await application.towers.record_check(actor.enterprise, one.id, result)


async def _first_told(receiver: Receiver, towers: set[str]) -> dict[str, float]:
    """When the first attempt for each of them came in."""
    async with asyncio.timeout(60), receiver.arrived:
        await receiver.arrived.wait_for(lambda: towers <= _told(receiver).keys())
    return _told(receiver)


def _told(receiver: Receiver) -> dict[str, float]:
    found: dict[str, float] = {}
    for one in receiver.got:
        found.setdefault(one.json['data']['object']['id'], one.at)
    return found
