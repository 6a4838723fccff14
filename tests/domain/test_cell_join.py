"""Across nouns: a device joins its tower however its modem writes the numbers, and no other technology passes for a cell of ours."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.errors import Conflict, Invalid
from domain.common.severity import Severity
from domain.devices.alerts import forget_quiet_cells
from domain.devices.compliance import Compliance
from domain.devices.live import state_of
from domain.devices.model import Device
from domain.policies.input import NewPolicy
from domain.towers.cells import Cells
from domain.towers.input import NewTower
from domain.towers.model import Cell, Tower
from tests.fakes import RunningApplication, running_application

HERE = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1714995)
ON_HERE = Radio(Rat.LTE, '204', '08', 4417, 1714995, rsrp=-90.0)
PRIVATE = Cell(rat=Rat.LTE, mcc='999', mnc='41', tac=4417, cell_id=257)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def mast(application: RunningApplication, *cells: Cell) -> Tower:
    return await application.towers.add(application.actor, NewTower(name='Mast', cells=cells))


def tower(application: RunningApplication, device: Device) -> str | None:
    return state_of(application.fleet, device.id).tower


def problems(application: RunningApplication) -> list[str]:
    return sorted(alert.problem for alert in application.fleet[Alert].values())


@pytest.mark.parametrize(
    'radio', [ON_HERE, replace(ON_HERE, tac=None), replace(ON_HERE, rat=Rat.LTE_M), replace(ON_HERE, rat=Rat.NR)]
)
async def test_the_cell_joins_with_and_without_its_area(application: RunningApplication, radio: Radio) -> None:
    """Also told as NR, by a modem in EN-DC."""
    here = await mast(application, HERE)
    device = await application.device()
    await application.check_in(device.id, radio=radio)
    assert tower(application, device) == here.id
    assert problems(application) == []


async def test_another_area_than_listed_is_one_notice_per_cell_until_the_inventory_is_corrected(
    application: RunningApplication,
) -> None:
    here = await mast(application, HERE)
    for number in range(3):
        device = await application.device(f'crane-{number}')
        await application.check_in(device.id, radio=replace(ON_HERE, tac=4418))
        assert tower(application, device) == here.id
    (notice,) = application.fleet[Alert].values()
    assert (notice.severity, notice.object_id, notice.version) == (Severity.WARNING, here.id, 1)
    assert 'devices tell area 4418, the inventory has 4417' in notice.detail
    corrected = NewTower(name='Mast', cells=(replace(HERE, tac=4418),))
    await application.towers.change(application.actor, here.id, 1, corrected)
    assert problems(application) == []
    assert tower(application, device) == here.id
    await application.towers.change(application.actor, here.id, 2, NewTower(name='Mast', cells=(replace(HERE, tac=9),)))
    assert problems(application) == ['A cell of Mast is in another tracking area than listed']


@pytest.mark.parametrize('rat', [Rat.GSM, Rat.UMTS])
async def test_a_cell_of_another_technology_that_copies_our_numbers_is_a_stranger(
    application: RunningApplication, rat: Rat
) -> None:
    await mast(application, PRIVATE)
    device = await application.device()
    await application.check_in(device.id, radio=Radio(Rat.LTE, '999', '41', 4417, 257))
    await application.check_in(device.id, radio=Radio(rat, '999', '41', 4417, 257, rsrp=-50.0))
    assert tower(application, device) is None
    (alert,) = application.fleet[Alert].values()
    assert (alert.problem, alert.severity) == ('Unknown cell in our tracking area', Severity.MAJOR)
    assert alert.detail.startswith(f'{rat} cell 999-41-4417-0x101')
    assert 'another technology' in alert.detail
    await application.transactor.transact(lambda tx: forget_quiet_cells(tx, application.fleet))
    assert len(application.fleet[Alert]) == 1


async def test_an_nr_cell_that_copies_an_anchor_but_not_its_area_is_a_stranger(application: RunningApplication) -> None:
    await mast(application, PRIVATE, replace(PRIVATE, cell_id=258, tac=4418))
    device = await application.device()
    await application.check_in(device.id, radio=Radio(Rat.NR, '999', '41', 4418, 257))
    assert tower(application, device) is None
    assert problems(application) == ['Unknown cell in our tracking area']


async def test_equal_numbers_of_two_technologies_may_both_be_listed(application: RunningApplication) -> None:
    one = await mast(application, PRIVATE)
    two = await application.towers.add(
        application.actor, NewTower(name='Old', cells=(replace(PRIVATE, rat=Rat.GSM), replace(PRIVATE, rat=Rat.NR)))
    )
    found = {
        rat: application.fleet.index(Cells).tower_of(replace(PRIVATE, rat=rat)) for rat in (Rat.LTE, Rat.GSM, Rat.NR)
    }
    assert found == {Rat.LTE: one.id, Rat.GSM: two.id, Rat.NR: two.id}


async def test_one_e_utran_cell_in_two_areas_is_listed_once(application: RunningApplication) -> None:
    await mast(application, HERE)
    with pytest.raises(Conflict):
        await application.towers.add(application.actor, NewTower(name='Other', cells=(replace(HERE, tac=1),)))


async def test_cells_that_were_stored_twice_before_join_one_tower_live_and_after_a_reload(
    application: RunningApplication,
) -> None:
    """Stored when the area was a part of the key."""
    one, two = await mast(application, HERE), await application.towers.add(application.actor, NewTower(name='Other'))
    await application.transactor.transact(lambda tx: tx.put(replace(two, cells=(replace(HERE, tac=1),))))
    assert application.fleet.index(Cells).tower_of(ON_HERE) == min(one.id, two.id)
    async with running_application(store=application.store, clock=application.clock) as later:
        assert later.fleet.index(Cells).tower_of(ON_HERE) == min(one.id, two.id)
    await application.towers.retire(application.actor, one.id, 1)
    assert application.fleet.index(Cells).tower_of(ON_HERE) == two.id


@pytest.mark.parametrize(('rat', 'bits'), [(Rat.GSM, 16), (Rat.LTE, 28), (Rat.NR, 36)])
async def test_all_ones_join_no_tower_and_raise_no_alert_and_cannot_be_listed(
    application: RunningApplication, rat: Rat, bits: int
) -> None:
    await mast(application, replace(HERE, rat=rat, cell_id=1))
    device = await application.device()
    await application.check_in(device.id, radio=replace(ON_HERE, rat=rat, cell_id=2**bits - 1))
    assert (tower(application, device), problems(application)) == (None, [])
    with pytest.raises(Invalid, match='stands for no cell'):
        await mast(application, replace(HERE, rat=rat, cell_id=2**bits - 1))


@pytest.mark.parametrize(
    ('marks', 'words'),
    [
        ({'mcc': '000'}, 'stands for no country'),
        ({'rat': Rat.GSM, 'cell_id': 7, 'tac': 0}, 'stands for no area'),
        ({'rat': Rat.UMTS, 'tac': 0xFFFE}, 'stands for no area'),
    ],
)
async def test_a_cell_that_no_device_could_name_cannot_be_listed(
    application: RunningApplication, marks: dict[str, Any], words: str
) -> None:
    with pytest.raises(Invalid, match=words):
        await mast(application, replace(HERE, **marks))


async def test_a_cell_of_0_joins_where_it_is_listed_and_is_no_strange_cell_elsewhere(
    application: RunningApplication,
) -> None:
    await mast(application, HERE)
    device = await application.device()
    await application.check_in(device.id, radio=replace(ON_HERE, cell_id=0))
    assert (tower(application, device), problems(application)) == (None, [])
    listed = await mast(application, replace(HERE, cell_id=0))
    await application.check_in(device.id, radio=replace(ON_HERE, cell_id=0))
    assert tower(application, device) == listed.id


@pytest.mark.parametrize(
    ('listed', 'told'),
    [
        (HERE, replace(ON_HERE, mnc='008')),
        (replace(HERE, mcc='310', mnc='026'), replace(ON_HERE, mcc='310', mnc='26')),
        (
            replace(HERE, rat=Rat.UMTS, cell_id=(301 << 16) | 4711),
            Radio(Rat.UMTS, '204', '08', 4417, 4711, rsrp=-60.0),
        ),
    ],
)
async def test_another_form_of_a_listed_cell_joins_quietly_also_when_it_is_listed_later(
    application: RunningApplication, listed: Cell, told: Radio
) -> None:
    early = await application.device('crane-0')
    await application.check_in(early.id, radio=told)
    here = await mast(application, listed)
    device = await application.device()
    await application.check_in(device.id, radio=told)
    assert [tower(application, each) for each in (early, device)] == [here.id, here.id]
    assert problems(application) == []
    state = state_of(application.fleet, device.id)
    assert (state.radio and state.radio.cell) == told.cell, 'shown as it was told'


async def test_an_unlisted_cell_of_our_network_is_strange_in_every_width_of_its_code(
    application: RunningApplication,
) -> None:
    await mast(application, HERE)
    device = await application.device()
    await application.check_in(device.id, radio=replace(ON_HERE, mnc='008', cell_id=666))
    assert problems(application) == ['Unknown cell in our tracking area']


async def test_a_rule_reads_the_network_of_a_listed_cell_as_the_inventory_writes_it(
    application: RunningApplication,
) -> None:
    await mast(application, HERE)
    rule = NewPolicy(name='Only ours', rule='device.radio.plmn == "204-08"')
    policy = (await application.policies.add(application.actor, rule)).id
    device = await application.device()
    wide = replace(ON_HERE, mnc='008')
    for radio, stands in (
        (wide, Compliance.COMPLIANT),
        (replace(wide, cell_id=9), Compliance.VIOLATING),  # no tower says that 008 is 08 there
        (wide, Compliance.COMPLIANT),
        (replace(ON_HERE, mnc='16'), Compliance.VIOLATING),
    ):
        await application.check_in(device.id, radio=radio)
        assert state_of(application.fleet, device.id).verdicts[policy].status is stands
