"""Rules that look for trouble: an unknown cell, its witnesses, and when it is forgotten."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from domain.alerts import Alert
from domain.radio import Radio, Rat
from domain.security import QUIET_S, forget_quiet_cells
from domain.tower_input import NewTower
from domain.towers import Cell
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
