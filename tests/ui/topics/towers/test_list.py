"""What browsers are told of towers."""

from dataclasses import replace
from typing import Any

import pytest

from domain.cellular.radio import Radio, Rat
from domain.checks.kinds.tcp import TcpTarget
from domain.checks.model import Check, CheckResult, CheckState
from domain.devices.model import DeviceState
from domain.status_page.days import DayShares
from domain.towers.input import NewTower
from domain.towers.model import Cell, TowerState, TowerStatus
from tests.fakes import RunningApplication, running_application
from ui.live.channel import News
from ui.topics.towers.cells import CellsTopic
from ui.topics.towers.checks import ChecksTopic
from ui.topics.towers.detail import TowerTopic
from ui.topics.towers.list import TowersTopic
from ui.topics.towers.map import MapTopic


async def test_the_map_holds_every_tower_however_many() -> None:
    async with running_application() as application:
        for number in range(520):
            await application.towers.add(
                application.actor, NewTower(name=f'mast-{number}', latitude=51.9, longitude=4 + number / 1000)
            )
        value = MapTopic(fleet=application.fleet, store=application.store, clock=application.clock).full()
    assert len(value['rows']) == 520
    assert set(value['rows'][0]) == {'id', 'name', 'status', 'since', 'latitude', 'longitude', 'devices'}


async def test_the_map_shows_what_the_list_beneath_it_finds() -> None:
    async with running_application() as application:
        for name, operator in (('Waalhaven', 'Delta'), ('Botlek', 'Delta'), ('Pernis', 'Maas')):
            await application.towers.add(application.actor, NewTower(name=name, operator=operator))

        def shown(**query: str) -> tuple[int, list[str]]:
            topic = MapTopic(fleet=application.fleet, store=application.store, clock=application.clock, query=query)
            value = topic.full()
            assert value['matched'] == len(value['rows'])
            return value['total'], sorted(row['name'] for row in value['rows'])

        assert shown(operator='Delta') == (3, ['Botlek', 'Waalhaven'])
        assert shown(q='pern') == shown(operator='Maas') == (3, ['Pernis'])
        assert shown(status='down') == (3, [])


@pytest.mark.parametrize('text', ['107187', '0x1a2b3', '418-179', '204-08-4417-0x1A2B3'])
async def test_a_tower_is_found_by_a_cell_in_any_notation(text: str) -> None:
    async with running_application() as application:
        cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=0x1A2B3)
        await application.towers.add(application.actor, NewTower(name='Waalhaven', cells=[cell]))
        await application.towers.add(application.actor, NewTower(name='Botlek'))
        topic = TowersTopic(
            fleet=application.fleet, store=application.store, clock=application.clock, query={'q': text}
        )
        assert [row['name'] for row in topic.full()['rows']] == ['Waalhaven']


async def test_a_list_counts_what_each_filter_would_find_before_it_filters() -> None:
    async with running_application() as application:
        for name, operator in (('Waalhaven', 'Delta'), ('Botlek', 'Delta'), ('Pernis', 'Maas')):
            await application.towers.add(application.actor, NewTower(name=name, operator=operator))
        query = {'operator': 'Maas'}
        value = TowersTopic(
            fleet=application.fleet, store=application.store, clock=application.clock, query=query
        ).full()
    assert [row['name'] for row in value['rows']] == ['Pernis']
    assert value['facets']['operator'] == {'Delta': 2, 'Maas': 1}


async def test_of_the_towers_in_need_those_that_hurt_most_devices_come_first() -> None:
    async with running_application() as application:
        check = Check(id='', target=TcpTarget('10.0.0.1', 443), max_attempts=1)
        for number, name in enumerate(('Barendrecht', 'Eemhaven', 'Botlek')):
            tower = await application.towers.add(
                application.actor, NewTower(name=name, cells=(_cell(number),), checks=(check,))
            )
            for device in range(number):
                one = await application.device(f'{name}-{device}')
                await application.check_in(one.id, radio=_on(number))
            await _answer(application, tower.id, tower.checks[0].id, None)
        parts: dict[str, Any] = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
        need = TowersTopic(**parts, query={'need': 'true', 'size': '2'}).full()
        assert [(row['name'], row['hurt']) for row in need['rows']] == [('Botlek', 2), ('Eemhaven', 1)]
        every = TowersTopic(**parts).full()
        assert [row['name'] for row in every['rows']] == ['Barendrecht', 'Botlek', 'Eemhaven']


async def test_what_is_cut_off_by_a_tower_in_need_is_counted_there() -> None:
    async with running_application() as application:

        async def mast(name: str, status: str, parent: str | None = None, number: int = 0) -> str:
            new = NewTower(name=name, parent_id=parent, cells=(_cell(number),) if number else ())
            tower = await application.towers.add(application.actor, new)
            if number:
                device = await application.device(f'on {name}')
                await application.check_in(device.id, radio=_on(number))
            known = application.fleet[TowerState].get(tower.id) or TowerState(tower.id, application.enterprise)
            lost = (device.id,) if number else ()
            after = replace(known, status=TowerStatus(status), because=f'{status} it is', lost=lost)
            await application.transactor.transact(lambda tx: tx.put(after))
            return tower.id

        hub = await mast('Hub', 'down')
        relay = await mast('Relay', 'unreachable', hub, 1)
        for number in range(2, 5):
            await mast(f'Mast {number}', 'unreachable', relay, number)
        await mast('Alone', 'degraded')
        await mast('Fine', 'up', hub)
        parts: dict[str, Any] = {'store': application.store, 'clock': application.clock, 'query': {'need': 'true'}}
        need = TowersTopic(fleet=application.fleet, **parts).full()
        assert [(row['name'], row['because'], row['hurt']) for row in need['rows']] == [
            ('Hub', '4 unreachable behind it; down it is', 4),
            ('Alone', 'degraded it is', 0),
        ]
        assert need['matched'] == 2
        back = replace(application.fleet[TowerState][hub], status=TowerStatus.UP)
        await application.transactor.transact(lambda tx: tx.put(back))
        need = TowersTopic(fleet=application.fleet, **parts).full()
        assert next((row['name'], row['because']) for row in need['rows']) == (
            'Relay',
            '3 unreachable behind it; unreachable it is',
        )


async def test_a_tower_that_went_down_tells_how_those_are_whom_it_served() -> None:
    async with running_application() as application:
        check = Check(id='', target=TcpTarget('10.0.0.1', 443), max_attempts=1)
        tower = await application.towers.add(
            application.actor, NewTower(name='Waalhaven', cells=(_cell(1),), checks=(check,))
        )
        await application.towers.add(application.actor, NewTower(name='Botlek', cells=(_cell(2),)))
        devices = [await application.device(name) for name in ('crane', 'van', 'phone')]
        for device in devices:
            await application.check_in(device.id, radio=_on(1))
        topic = TowerTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=tower.id)
        assert topic.full()['outage'] is False
        await _answer(application, tower.id, tower.checks[0].id, None)
        assert (topic.patch(News(ids={TowerState: {tower.id}})) or {}).items() >= {
            'outage': True,
            'lost': 3,
            'unheard': 3,
        }.items()
        application.clock.tick(60)
        await application.check_in(devices[0].id, radio=_on(1))
        await application.check_in(devices[1].id, radio=_on(2))
        moved = topic.patch(News(ids={DeviceState: {devices[1].id}})) or {}
        assert moved.items() >= {'unheard': 1, 'elsewhere': 1, 'back': 1}.items()
        application.clock.tick(2 * 86_400)
        await _answer(application, tower.id, tower.checks[0].id, 9.0)
        assert (topic.patch(News(ids={TowerState: {tower.id}})) or {}).items() >= {'outage': False, 'lost': 0}.items()


async def test_a_cell_counts_the_devices_that_are_on_it_now() -> None:
    async with running_application() as application:
        tower = await application.towers.add(application.actor, NewTower(name='Waalhaven', cells=(_cell(1), _cell(2))))
        device = await application.device()
        await application.check_in(device.id, radio=_on(2))
        value = CellsTopic(
            fleet=application.fleet, store=application.store, clock=application.clock, id=tower.id
        ).full()
    assert [(row['cell'], row['devices']) for row in value['rows']] == [('204-08-4417-0x1', 0), ('204-08-4417-0x2', 1)]


async def test_a_check_remembers_answers_and_marks_those_that_failed() -> None:
    async with running_application() as application:
        check = Check(id='', target=TcpTarget('10.0.0.1', 443))
        tower = await application.towers.add(application.actor, NewTower(name='Waalhaven', checks=(check,)))
        (check,) = tower.checks
        await _answer(application, tower.id, check.id, 12.0)
        topic = ChecksTopic(fleet=application.fleet, store=application.store, clock=application.clock, id=tower.id)
        await topic.open()
        assert topic.full()['rows'][0]['history'] == [12.0]
        await _answer(application, tower.id, check.id, None)
        patch = topic.patch(News(ids={CheckState: {check.id}}))
    assert patch is not None
    (row,) = patch['rows']
    assert row['history'] == [12.0, None]
    assert (row['status'], row['attempts'], row['error']) == ('soft', '1 of 3', 'refused')


def _on(number: int) -> Radio:
    return Radio(Rat.LTE, '204', '08', 4417, number)


def _cell(number: int) -> Cell:
    return Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=number)


async def _answer(application: RunningApplication, tower: str, check: str, rtt_ms: float | None) -> None:
    application.clock.tick(10)
    result = CheckResult(tower, check, application.clock(), rtt_ms is not None, rtt_ms, '' if rtt_ms else 'refused')
    await application.towers.record_check(application.enterprise, tower, result)


async def test_how_available_towers_were_is_sorted_and_filtered_once_it_is_counted() -> None:
    async with running_application() as application:
        towers = [await application.towers.add(application.actor, NewTower(name=name)) for name in ('A', 'B', 'C')]
        service = application.tower_availability
        service._listed[application.enterprise] = {
            towers[0].id: (0.0, DayShares(0.99999, 0.5)),
            towers[1].id: (0.0, DayShares(0.9, None)),
        }
        parts: dict[str, Any] = {'store': application.store, 'clock': application.clock, 'availability': service}

        def look(**query: str) -> list[tuple[str, float | None, float | None]]:
            rows = TowersTopic(fleet=application.fleet, query=query, **parts).full()['rows']
            return [(row['name'], row['available'], row['with_works']) for row in rows]

        assert look(sort='-available') == [('A', 99.99, 50.0), ('B', 90.0, None), ('C', None, None)]
        assert look(availability='99.9') == [('A', 99.99, 50.0)]
        assert look(availability='0,95') == [('B', 90.0, None)]
