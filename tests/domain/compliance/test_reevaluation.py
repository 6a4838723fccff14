"""Judging devices again that did not speak themselves, and catching up with what a stop cut short."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.cellular.radio import Radio, Rat
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Os, Security
from domain.policies.input import NewPolicy
from domain.policies.model import Policy
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower, TowerState, TowerStatus
from tests.fakes import House, house

DAY_S = 86_400
CELL = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
ON_CELL = Radio(Rat.LTE, '204', '08', 4417, 1712819)
ROOTED = Facts(security=Security(rooted=True))


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def background(home: House) -> None:
    await home.reconsider.background(home.enterprise)


def compliance(home: House, device: str) -> Compliance:
    return home.fleet.state_of(device).compliance


async def test_time_alone_can_break_a_policy(home: House) -> None:
    await home.policies.add(home.actor, NewPolicy(name='Patched', rule='device.os.patch_age_days <= 60'))
    device = await home.device()
    await home.check_in(device.id, facts=Facts(os=Os(patch_level='2027-01-01')))
    assert compliance(home, device.id) is Compliance.COMPLIANT
    home.clock.tick(90 * DAY_S)
    await background(home)
    assert compliance(home, device.id) is Compliance.VIOLATING


async def test_a_policy_whose_walk_was_cut_short_reaches_everybody(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id, facts=ROOTED)
    policy = Policy(
        id='01POLICY',
        enterprise=home.enterprise,
        name='Not rooted',
        rule='!device.security.rooted',
        created_at=home.clock(),
        changed_at=home.clock(),
    )
    await home.road.travel(lambda draft: draft.put(policy))  # and then the process was killed
    await background(home)
    assert compliance(home, device.id) is Compliance.VIOLATING
    changed = replace(policy, rule='device.security.rooted', version=2)
    await home.road.travel(lambda draft: draft.put(changed))
    await background(home)
    assert compliance(home, device.id) is Compliance.COMPLIANT


@pytest.mark.parametrize(
    ('status', 'expected'), [(TowerStatus.DOWN, Compliance.EXCUSED), (TowerStatus.UP, Compliance.VIOLATING)]
)
async def test_devices_of_a_tower_whose_walk_was_cut_short_are_judged(
    home: House, status: TowerStatus, expected: Compliance
) -> None:
    await home.policies.add(home.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    tower = await home.towers.add(home.actor, NewTower(name='Maasvlakte', cells=[CELL]))
    device = await home.device()

    async def becomes(now: TowerStatus) -> None:
        await home.road.travel(lambda draft: draft.put(TowerState(tower.id, home.enterprise, now, draft.now)))

    await becomes(TowerStatus.UP if status is TowerStatus.DOWN else TowerStatus.DOWN)
    await home.check_in(device.id, facts=ROOTED, radio=ON_CELL)
    await becomes(status)
    assert compliance(home, device.id) is not expected
    await background(home)
    assert compliance(home, device.id) is expected


async def test_a_late_check_in_is_judged_by_the_background_pass_once(home: House) -> None:
    await home.policies.add(home.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    device = await home.device(interval_s=60)
    await home.check_in(device.id, facts=Facts(security=Security(rooted=False)))
    home.clock.tick(3600)
    sent = home.clock()
    await home.check_in(device.id, age=1800, sent_at=sent, facts=ROOTED)
    await background(home)
    assert compliance(home, device.id) is Compliance.COMPLIANT  # newer news may be on its way from the same buffer
    home.clock.tick(96)
    await background(home)
    assert compliance(home, device.id) is Compliance.VIOLATING
    assert home.fleet.state_of(device.id).settled
    commits = home.store.commits
    await background(home)
    assert home.store.commits == commits


async def test_a_strange_cell_learned_late_is_asked_about_when_nothing_newer_came(home: House) -> None:
    cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
    await home.towers.add(home.actor, NewTower(name='Mast', cells=(cell,)))
    device = await home.device()
    await home.check_in(device.id, age=1800, radio=Radio(Rat.LTE, '204', '08', 4417, 666))
    home.clock.tick(96)
    await background(home)
    assert [alert.problem for alert in home.fleet.alerts.values()] == ['Unknown cell in our tracking area']


async def test_a_pass_that_finds_nothing_to_do_writes_nothing(home: House) -> None:
    await home.policies.add(home.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted'))
    for number in range(5):
        device = await home.device(f'crane-{number}')
        await home.check_in(device.id, facts=ROOTED)
    commits = home.store.commits
    await background(home)
    assert home.store.commits == commits


async def test_it_rests_so_that_it_takes_its_share(home: House) -> None:
    for number in range(250):
        device = await home.device(f'crane-{number}')
        await home.check_in(device.id, facts=ROOTED)
    began = time.perf_counter()
    await background(home)
    flat_out = time.perf_counter() - began
    began = time.perf_counter()
    await asyncio.wait_for(home.reconsider.background(home.enterprise, share=0.02), 30)
    assert time.perf_counter() - began > 4 * flat_out


async def test_a_device_is_joined_to_the_tower_that_got_its_cell(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id, radio=ON_CELL)
    assert home.fleet.state_of(device.id).tower is None
    tower: Tower = await home.towers.add(home.actor, NewTower(name='Maasvlakte', cells=[CELL]))
    assert home.fleet.state_of(device.id).tower == tower.id
