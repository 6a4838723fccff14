"""The page of an unknown cell, its actions, and the ways to it."""

import pytest
from nicegui import ui

from domain.alerts.model import Alert
from domain.devices.unknown_cells.model import CellStanding, UnknownCell
from domain.enforcement.model import Command
from domain.towers.model import Tower
from tests.ui.api.unknown_cells.test_routes import strange
from tests.ui.conftest import Console
from tests.ui.until import until


@pytest.fixture
async def cell(console: Console) -> UnknownCell:
    await strange(console.application)
    (found,) = console.application.fleet[UnknownCell].values()
    await console.sign_in()
    return found


def now(console: Console) -> UnknownCell:
    (found,) = console.application.fleet[UnknownCell].values()
    return found


async def test_a_cell_is_trusted_for_a_week_with_a_reason(console: Console, cell: UnknownCell) -> None:
    user = console.user
    await user.open(f'/cells/{cell.id}')
    user.find(marker='trust').click()
    user.find(marker='save').click()
    await user.should_see('Say why.')
    user.find(marker='reason').type('A repeater of ours')
    user.find(marker='save').click()
    await user.should_see('It is done')
    moment = console.application.clock()
    assert now(console).standing_at(moment) is CellStanding.TRUSTED
    assert now(console).trusted_until == moment + 7 * 86_400
    assert not console.application.fleet[Alert]


async def test_a_cell_is_listed_at_the_tower_that_is_chosen(console: Console, cell: UnknownCell) -> None:
    user = console.user
    await user.open(f'/cells/{cell.id}')
    user.find(marker='list-at').click()
    user.find(marker='save').click()
    (choice,) = user.find(kind=ui.select, marker='tower').elements
    await until(lambda: 'choose the tower that has this cell' in str(choice.error).lower())
    (tower,) = console.application.fleet[Tower].values()
    assert [one.cell_id for one in tower.cells] == [1], 'no tower is proposed'
    choice.value = tower.id
    user.find(marker='save').click()
    await user.should_see('It is done')
    (tower,) = console.application.fleet[Tower].values()
    assert [one.cell_id for one in tower.cells] == [1, 666]


async def test_its_witnesses_are_quarantined_on_the_road_of_commands(console: Console, cell: UnknownCell) -> None:
    user = console.user
    await user.open(f'/cells/{cell.id}')
    user.find(marker='quarantine').click()
    user.find(marker='reason').type('On a false cell')
    user.find(marker='confirm').click()
    await until(lambda: console.application.fleet[Command])
    assert [one.reason for one in console.application.fleet[Command].values()] == ['On a false cell']


async def test_the_alert_and_the_finder_lead_to_it(console: Console, cell: UnknownCell) -> None:
    (alert,) = console.application.fleet[Alert].values()
    answer = await console.client.get(f'/alerts/{alert.id}')
    assert f'/cells/{cell.id}' in answer.text
    found = (await console.client.get('/ui/search', params={'q': '0x29A'})).json()
    assert {
        'kind': 'standing',
        'id': cell.id,
        'name': cell.name,
        'href': f'/cells/{cell.id}',
        'state': 'unknown',
    } in found


async def test_a_cell_that_is_not_there_is_said_to_be_missing(console: Console) -> None:
    await console.sign_in()
    await console.missing('/cells/nothing', 'cell')
