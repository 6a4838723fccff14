"""Judging devices again that did not speak themselves, and catching up with what a stop cut short."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Os, Security
from domain.devices.live import state_of
from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower, TowerState, TowerStatus
from tests.fakes import RunningApplication, running_application

DAY_S = 86_400
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
ON_CELL = Radio(Rat.LTE, '204', '08', 4417, 1712819)
ROOTED = Facts(security=Security(rooted=True))


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def background(application: RunningApplication) -> None:
    await application.reevaluator.background(application.enterprise)


def compliance(application: RunningApplication, device: str) -> Compliance:
    return state_of(application.fleet, device).compliance


async def test_time_alone_can_break_a_policy(application: RunningApplication) -> None:
    await application.policies.add(application.actor, NewPolicy(name='Patched', rule='device.os.patch_age_days <= 60'))
    device = await application.device()
    await application.check_in(device.id, facts=Facts(os=Os(patch_level='2027-01-01')))
    assert compliance(application, device.id) is Compliance.COMPLIANT
    application.clock.tick(90 * DAY_S)
    await background(application)
    assert compliance(application, device.id) is Compliance.VIOLATING


async def test_a_policy_whose_walk_was_cut_short_reaches_every_device(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, facts=ROOTED)
    policy = Policy(
        id='01POLICY',
        enterprise=application.enterprise,
        name='Not rooted',
        rule='!device.security.rooted',
        created_at=application.clock(),
        changed_at=application.clock(),
    )
    await application.transactor.transact(lambda tx: tx.put(policy))  # and then the process was killed
    await background(application)
    assert compliance(application, device.id) is Compliance.VIOLATING
    changed = replace(policy, rule='device.security.rooted', version=2)
    await application.transactor.transact(lambda tx: tx.put(changed))
    await background(application)
    assert compliance(application, device.id) is Compliance.COMPLIANT


@pytest.mark.parametrize(
    ('status', 'expected'), [(TowerStatus.DOWN, Compliance.EXCUSED), (TowerStatus.UP, Compliance.VIOLATING)]
)
async def test_devices_of_a_tower_whose_walk_was_cut_short_are_judged(
    application: RunningApplication, status: TowerStatus, expected: Compliance
) -> None:
    await application.policies.add(application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    tower = await application.towers.add(application.actor, NewTower(name='Maasvlakte', cells=[CELL]))
    device = await application.device()

    async def becomes(now: TowerStatus) -> None:
        await application.transactor.transact(
            lambda tx: tx.put(TowerState(tower.id, application.enterprise, now, tx.now))
        )

    await becomes(TowerStatus.UP if status is TowerStatus.DOWN else TowerStatus.DOWN)
    await application.check_in(device.id, facts=ROOTED, radio=ON_CELL)
    await becomes(status)
    assert compliance(application, device.id) is not expected
    await background(application)
    assert compliance(application, device.id) is expected


async def test_a_late_check_in_is_judged_by_the_background_pass_once(application: RunningApplication) -> None:
    await application.policies.add(application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    device = await application.device(interval_s=60)
    await application.check_in(device.id, facts=Facts(security=Security(rooted=False)))
    application.clock.tick(3600)
    sent = application.clock()
    await application.check_in(device.id, age=1800, sent_at=sent, facts=ROOTED)
    await background(application)
    assert (
        compliance(application, device.id) is Compliance.COMPLIANT
    )  # newer news may be on its way from the same buffer
    application.clock.tick(96)
    await background(application)
    assert compliance(application, device.id) is Compliance.VIOLATING
    assert state_of(application.fleet, device.id).settled
    commits = application.store.commits
    await background(application)
    assert application.store.commits == commits


async def test_a_strange_cell_learned_late_is_asked_about_when_nothing_newer_came(
    application: RunningApplication,
) -> None:
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
    await application.towers.add(application.actor, NewTower(name='Mast', cells=(cell,)))
    device = await application.device()
    await application.check_in(device.id, age=1800, radio=Radio(Rat.LTE, '204', '08', 4417, 666))
    application.clock.tick(96)
    await background(application)
    assert [alert.problem for alert in application.fleet[Alert].values()] == ['Unknown cell in our tracking area']


async def test_a_pass_that_finds_nothing_to_do_writes_nothing(application: RunningApplication) -> None:
    await application.policies.add(application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    for number in range(5):
        device = await application.device(f'crane-{number}')
        await application.check_in(device.id, facts=ROOTED)
    commits = application.store.commits
    await background(application)
    assert application.store.commits == commits


async def test_it_rests_so_that_it_takes_its_share(application: RunningApplication) -> None:
    for number in range(250):
        device = await application.device(f'crane-{number}')
        await application.check_in(device.id, facts=ROOTED)
    began = time.process_time()  # other work on this machine is none of ours
    await background(application)
    flat_out = time.process_time() - began
    began = time.perf_counter()
    await asyncio.wait_for(application.reevaluator.background(application.enterprise, share=0.02), 120)
    assert time.perf_counter() - began > 4 * flat_out


async def test_a_device_is_joined_to_the_tower_that_got_its_cell(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, radio=ON_CELL)
    assert state_of(application.fleet, device.id).tower is None
    tower: Tower = await application.towers.add(application.actor, NewTower(name='Maasvlakte', cells=[CELL]))
    assert state_of(application.fleet, device.id).tower == tower.id
