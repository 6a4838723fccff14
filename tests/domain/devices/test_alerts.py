"""Rules that look for trouble: an unknown cell, its witnesses, and when it is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.alerts.events import AlertRaised
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.severity import Severity
from domain.devices.alerts import QUIET_S, forget_quiet_cells
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import House, house

OURS = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
STRANGE = Radio(Rat.LTE, '204', '08', 4417, 666)
KEY = f'cell/{STRANGE.cell}'


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        await home.towers.add(home.actor, NewTower(name='Maasvlakte', cells=[OURS]))
        yield home


def alert(home: House) -> Alert | None:
    return home.fleet.alert_on(KEY)


async def forget(home: House) -> None:
    await home.road.travel(lambda draft: forget_quiet_cells(draft, home.fleet))


async def test_a_cell_that_nobody_is_on_any_more_is_forgotten(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id, radio=STRANGE)
    home.clock.tick(QUIET_S + 1)
    await forget(home)
    assert alert(home) is not None  # its witness is still there
    await home.check_in(device.id, radio=Radio(Rat.LTE, '204', '08', 4417, 1712819))
    home.clock.tick(QUIET_S + 1)
    await forget(home)
    assert alert(home) is None


async def test_a_witness_that_fell_silent_on_the_cell_does_not_keep_it_open_for_ever(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id, radio=STRANGE)
    home.clock.tick(QUIET_S + 1)
    await home.presence.expire()
    await forget(home)
    assert alert(home) is None


async def test_keeping_an_alert_fresh_does_not_undo_what_the_same_group_did_to_it(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id, radio=STRANGE)
    raised = alert(home)
    assert raised is not None
    home.clock.tick(QUIET_S)
    await asyncio.gather(home.alerts.acknowledge(home.actor, raised.id, 'on my way'), forget(home))
    kept = alert(home)
    assert kept is not None
    assert kept.acknowledged_by == home.actor.name


async def crowd(home: House, number: int, radio: Radio = STRANGE) -> None:
    for n in range(number):
        device = await home.device(f'crane-{n}')
        await home.check_in(device.id, radio=radio)


@pytest.mark.parametrize(
    ('witnesses', 'rsrp', 'score', 'severity'),
    [
        (1, None, 0.4, Severity.MINOR),
        (1, -110.0, 0.4, Severity.MINOR),
        (1, -70.0, 0.6, Severity.MAJOR),
        (3, -110.0, 0.6, Severity.MAJOR),
        (3, -60.0, 0.8, Severity.MAJOR),
        (9, -110.0, 0.9, Severity.MAJOR),
    ],
)
async def test_an_unknown_cell_is_the_more_suspicious_the_louder_it_is_and_the_more_see_it(
    home: House, witnesses: int, rsrp: float | None, score: float, severity: Severity
) -> None:
    await crowd(home, witnesses, replace(STRANGE, rsrp=rsrp))
    raised = alert(home)
    assert raised is not None
    assert (raised.score, raised.severity, raised.devices) == (score, severity, witnesses)
    assert set(raised.witnesses) == set(home.fleet.devices)
    assert len(home.entries(AlertRaised)) == 1


async def test_a_witness_counts_once_however_often_it_returns(home: House) -> None:
    device = await home.device()
    for number in (666, 1712819, 666):
        await home.check_in(device.id, radio=replace(STRANGE, cell_id=number))
    raised = alert(home)
    assert raised is not None
    assert raised.witnesses == (device.id,)


async def test_a_cell_where_none_of_ours_radiate_is_somebody_elses(home: House) -> None:
    await crowd(home, 3, replace(STRANGE, tac=1))
    await crowd(home, 3, replace(STRANGE, mnc='04'))
    assert not home.fleet.alerts


async def test_an_alert_ends_when_the_cell_is_listed(home: House) -> None:
    await crowd(home, 1)
    await home.towers.add(home.actor, NewTower(name='New', cells=[replace(OURS, cell_id=666)]))
    await forget(home)
    assert alert(home) is None


async def test_a_device_that_is_gone_witnesses_nothing(home: House) -> None:
    await crowd(home, 1)
    (device,) = home.fleet.devices.values()
    await home.devices.retire(home.actor, device.id, device.version)
    home.clock.tick(QUIET_S + 1)
    await forget(home)
    assert alert(home) is None
