"""Towers by hand: maintenance, the editor's errors where they belong, and who may."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.permissions import Role
from domain.cellular.radio import Rat
from domain.checks.kinds import KINDS
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, check_of
from domain.towers.input import NewTower
from domain.towers.live import tower_state
from domain.towers.model import Cell, Tower, TowerKind, TowerStatus
from tests.fakes import RunningApplication
from tests.ui.conftest import Console
from tests.ui.until import until
from ui.api.towers.checks import example


async def test_a_viewer_is_offered_nothing_to_do_with_towers(console: Console) -> None:
    tower = await _tower(console.application)
    await console.sign_in(Role.VIEWER)
    await console.user.open('/towers')
    await console.user.should_not_see(marker='new-tower')
    await console.user.open(f'/towers/{tower.id}')
    for marker in ('edit-tower', 'retire-tower', 'maintenance', 'end-maintenance'):
        await console.user.should_not_see(marker=marker)
    for path in ('/towers/new', f'/towers/{tower.id}/edit'):
        await console.refused(path, 'Your role may see towers, not change them')


async def test_maintenance_for_an_hour_and_its_end(console: Console) -> None:
    application = console.application
    tower = await _tower(application)
    await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/towers/{tower.id}')
    await console.user.should_see(marker='maintenance')
    path, until_then = f'/ui/try/towers/{tower.id}', datetime.fromtimestamp(application.clock() + 3600, UTC)
    for version, planned, there in ((1, until_then.isoformat(), True), (2, None, False)):
        answer = await console.client.patch(
            path, json={'maintenance_until': planned}, headers={'if-match': f'"{version}"'}
        )
        assert answer.status_code == 200
        state = tower_state(application.fleet, tower.id)
        assert (state.status is TowerStatus.MAINTENANCE) is there
        assert application.fleet[Tower][tower.id].maintenance_until == (application.clock() + 3600 if planned else None)
    assert application.fleet[Tower][tower.id].cells == tower.cells


async def test_a_retired_tower_is_brought_back_by_who_may_alone(console: Console) -> None:
    application, tower = console.application, await _tower(console.application)
    await application.towers.retire(application.actor, tower.id, tower.version)
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/towers/{tower.id}')
    await console.user.should_see('This tower is retired')
    console.becomes(person, Role.VIEWER)
    console.user.find(marker='restore').click()
    await console.user.should_see('Not allowed')
    assert tower.id not in application.fleet[Tower]


async def test_a_saved_form_keeps_what_it_does_not_show(console: Console) -> None:
    application = console.application
    tower = await _tower(application)
    await console.sign_in()
    await console.user.open(f'/towers/{tower.id}/edit')
    console.user.find(marker='name').clear().type('Waalhaven-3')
    console.user.find(marker='save').click()
    await until(lambda: application.fleet[Tower][tower.id].version == 2)
    saved = application.fleet[Tower][tower.id]
    assert saved.name == 'Waalhaven-3'
    assert (saved.cells, saved.checks, saved.latitude) == (tower.cells, tower.checks, tower.latitude)


async def test_what_cannot_be_read_or_is_refused_is_told_at_its_field(console: Console) -> None:
    application = console.application
    tower = await _tower(application)
    await console.sign_in()
    await console.user.open(f'/towers/{tower.id}/edit')
    console.user.find(marker='cell_id').clear().type('0xZZ')
    console.user.find(marker='latitude').clear().type('951.5')
    console.user.find(marker='save').click()
    await console.user.should_see('Not saved yet')
    assert _field(console, 'cell_id').error == 'Write a whole number.'
    console.user.find(marker='cell_id').clear().type('0xAB')
    console.user.find(marker='save').click()
    await until(lambda: _field(console, 'cell_id').error is None)
    assert _field(console, 'latitude').error == 'Must be between -90 and 90 degrees.'
    assert application.fleet[Tower][tower.id].version == 1


@pytest.mark.parametrize('key', KINDS)
async def test_a_check_of_each_kind_is_typed_saved_and_shown_again(console: Console, key: str) -> None:
    application = console.application
    kind, said = KINDS[key], example(KINDS[key])
    tower = await _tower(application)
    await console.sign_in()
    await console.user.open(f'/towers/{tower.id}/edit')
    _field(console, 'check-kind').value = key
    for field in kind.fields:
        _field(console, field.name).value = str(said[field.name])
    console.user.find(marker='save').click()
    await until(lambda: application.fleet[Tower][tower.id].version == 2)
    (saved,) = application.fleet[Tower][tower.id].checks
    assert saved == check_of({**said, 'id': tower.checks[0].id})
    await console.user.open(f'/towers/{tower.id}/edit')
    assert _field(console, 'check-kind').value == key
    assert {field.name: _field(console, field.name).value for field in kind.fields} == {
        field.name: str(said[field.name]) for field in kind.fields
    }


async def test_what_was_typed_for_one_kind_is_there_again_when_it_is_chosen_again(console: Console) -> None:
    tower = await _tower(console.application)
    await console.sign_in()
    await console.user.open(f'/towers/{tower.id}/edit')
    kind = _field(console, 'check-kind')
    kind.value = 'http'
    await console.user.should_not_see(marker='host')
    _field(console, 'url').value = 'https://10.0.0.1/status'
    kind.value = 'tcp'
    assert (_field(console, 'host').value, _field(console, 'port').value) == ('10.0.0.1', '443')
    await console.user.should_not_see(marker='url')
    kind.value = 'http'
    assert _field(console, 'url').value == 'https://10.0.0.1/status'


async def test_a_fault_of_a_check_is_told_at_its_field(console: Console) -> None:
    tower = await _tower(console.application)
    await console.sign_in()
    await console.user.open(f'/towers/{tower.id}/edit')
    console.user.find(marker='port').clear().type('70000')
    console.user.find(marker='save').click()
    await console.user.should_see('Not saved. Invalid value')
    assert _field(console, 'port').error == 'A TCP check needs a host and a port from 1 to 65535'


async def test_a_cell_of_another_tower_is_refused_by_that_towers_name(console: Console) -> None:
    application = console.application
    tower = await _tower(application)
    await application.towers.add(application.actor, NewTower(name='Botlek', cells=(_cell(77),)))
    await console.sign_in()
    await console.user.open(f'/towers/{tower.id}/edit')
    console.user.find(marker='cell_id').clear().type('77')
    console.user.find(marker='save').click()
    await console.user.should_see('Not saved. Conflict')
    told = [one for one in console.user.find('belongs to Botlek').elements if 'cw-wrong' in one.classes]
    assert len(told) == 1  # below its row, beside the word at the end of the form


def _field(console: Console, name: str) -> Any:
    return next(iter(console.user.find(marker=name).elements))


def _cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


async def _tower(application: RunningApplication) -> Tower:
    check = Check(id='', target=TcpTarget('10.0.0.1', 443))
    return await application.towers.add(
        application.actor,
        NewTower(
            name='Waalhaven-2', kind=TowerKind.SMALL, latitude=51.9, longitude=4.4, cells=(_cell(1),), checks=(check,)
        ),
    )
