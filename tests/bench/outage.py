"""One outage, one message: 3,000 devices behind 40 towers behind one hub, and what following their checks costs."""

import time
from pathlib import Path
from typing import Any

from domain.alerts.announcements import announcement_of
from domain.cellular.radio import Radio, Rat
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult
from domain.devices.recovery import review_recoveries
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.bench.report import Figure
from tests.fakes import RunningApplication, running_application

TOWERS, EACH = 40, 75
FOLLOWED, OPEN = 10_000, 200
TURNS = 3
AT_A_TIME = 167
"""Results in each second of the minute; what is done by the clock is done after each."""
CHECK = Check(id='', target=TcpTarget('10.0.0.1', 5060), max_attempts=3)


async def bench(folder: Path) -> list[Figure]:
    """Both in this process, on a store in memory: what is counted is what people are told, and the processor time of decisions."""
    raised, ended = await _messages()
    alone, correlated = 0.0, 0.0
    for _ in range(TURNS):
        alone += await _cpu(has_hub=False)
        correlated += await _cpu(has_hub=True)
    return [
        Figure(
            work='3,000 devices behind 40 towers behind one hub lose service in 10 s: messages',
            measured=str(raised),
            against='1',
            ratio=raised,
            at_most=1,
        ),
        Figure(work='the same, messages at recovery', measured=str(ended), against='1', ratio=ended, at_most=1),
        Figure(
            work=f'a minute of {FOLLOWED:,} check results of as many towers, {OPEN} alerts hang on one: processor time',
            measured=f'{correlated:.2f} s',
            against=f'{alone:.2f} s: the same checks of towers that depend on nothing, no alert open',
            ratio=correlated / alone,
            at_most=1.3,
        ),
    ]


async def _messages() -> tuple[int, int]:
    async with running_application(twice=False) as application:
        hub = await _tower(application, 'Hub')
        masts = [await _tower(application, f'Mast {n}', parent_id=hub.id, cells=(_cell(n),)) for n in range(TOWERS)]
        for one in (hub, *masts):
            await _check(application, one, True)
        devices = []
        for number in range(TOWERS * EACH):
            device = await application.device(f'device {number}')
            await application.check_in(device.id, radio=_radio(number % TOWERS))
            devices.append(device)
        for attempt in range(3):
            for one in (*masts[attempt * 13 : attempt * 13 + 14], hub):
                await _check(application, one, False)
            application.clock.tick(3)
            await _by_the_clock(application)
        application.clock.tick(120)
        await application.presence.expire()
        await application.silence.review(application.enterprise)
        await _by_the_clock(application)
        raised = _told(application)
        for one in (hub, *masts):
            await _check(application, one, True)
            await _by_the_clock(application)
        for number, device in enumerate(devices):
            await application.check_in(device.id, radio=_radio(number % TOWERS))
        for _ in range(3):
            application.clock.tick(2)
            await _by_the_clock(application)
        return raised, _told(application) - raised


async def _cpu(*, has_hub: bool) -> float:
    async with running_application(twice=False) as application:
        hub = await _tower(application, 'Hub')
        masts = [
            await _tower(application, f'Mast {n}', parent_id=hub.id if has_hub and n < OPEN else None)
            for n in range(FOLLOWED)
        ]
        for one in (hub, *masts):
            await _check(application, one, True)
        if has_hub:
            for _ in range(3):
                await _check(application, hub, False)
            for mast in masts[:OPEN]:
                await _check(application, mast, False)
        began = time.process_time()
        for begin in range(0, FOLLOWED, AT_A_TIME):
            for mast in masts[begin : begin + AT_A_TIME]:
                await _check(application, mast, mast.parent is None, took_s=60 / FOLLOWED)
            await _by_the_clock(application)
        return time.process_time() - began


async def _tower(application: RunningApplication, name: str, **more: Any) -> Tower:
    return await application.towers.add(application.actor, NewTower(name=name, checks=(CHECK,), **more))


async def _check(application: RunningApplication, one: Tower, ok: bool, *, took_s: float = 0.05) -> None:
    at = application.clock.tick(took_s)
    result = CheckResult(one.id, one.checks[0].id, at, ok, 4.2 if ok else None, '' if ok else 'refused')
    await application.towers.record_check(application.enterprise, one.id, result)


async def _by_the_clock(application: RunningApplication) -> None:
    await application.towers.tell(application.enterprise)
    fleet = application.fleet
    await application.transactor.transact(lambda tx: review_recoveries(tx, fleet), application.enterprise)


def _told(application: RunningApplication) -> int:
    journal = application.store.journal[application.enterprise]
    return sum(announcement_of(one.entry) is not None for one in journal)


def _cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number + 1)


def _radio(number: int) -> Radio:
    return Radio(Rat.LTE, '204', '08', 4417, number + 1)
