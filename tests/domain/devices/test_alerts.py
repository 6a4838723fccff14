"""Rules that look for trouble: an unknown cell, its witnesses, and when it is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.alerts.events import AlertRaised
from domain.alerts.live import AlertKeys
from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.common.severity import Severity
from domain.devices.alerts import forget_quiet_cells
from domain.devices.model import Device
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication, running_application

QUIET_S = 300

OURS = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1712819)
STRANGE = Radio(Rat.LTE, '204', '08', 4417, 666)
KEY = f'cell/{STRANGE.cell}'


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.towers.add(application.actor, NewTower(name='Maasvlakte', cells=[OURS]))
        yield application


def alert(application: RunningApplication) -> Alert | None:
    return application.fleet.index(AlertKeys).open(KEY)


async def forget(application: RunningApplication) -> None:
    await application.transactor.transact(lambda tx: forget_quiet_cells(tx, application.fleet))


async def test_a_cell_without_devices_is_forgotten(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id, radio=STRANGE)
    application.clock.tick(QUIET_S + 1)
    await forget(application)
    assert alert(application) is not None  # its witness is still there
    await application.check_in(device.id, radio=Radio(Rat.LTE, '204', '08', 4417, 1712819))
    application.clock.tick(QUIET_S + 1)
    await forget(application)
    assert alert(application) is None


async def test_a_witness_that_fell_silent_on_the_cell_does_not_keep_it_open_for_ever(
    application: RunningApplication,
) -> None:
    device = await application.device()
    await application.check_in(device.id, radio=STRANGE)
    application.clock.tick(QUIET_S + 1)
    await application.presence.expire()
    await forget(application)
    assert alert(application) is None


async def test_keeping_an_alert_fresh_does_not_undo_what_the_same_group_did_to_it(
    application: RunningApplication,
) -> None:
    device = await application.device()
    await application.check_in(device.id, radio=STRANGE)
    raised = alert(application)
    assert raised is not None
    application.clock.tick(QUIET_S)
    await asyncio.gather(application.alerts.acknowledge(application.actor, raised.id, 'on my way'), forget(application))
    kept = alert(application)
    assert kept is not None
    assert kept.acknowledged_by == application.actor.name


async def crowd(application: RunningApplication, number: int, radio: Radio = STRANGE) -> None:
    for n in range(number):
        device = await application.device(f'crane-{n}')
        await application.check_in(device.id, radio=radio)


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
    application: RunningApplication, witnesses: int, rsrp: float | None, score: float, severity: Severity
) -> None:
    await crowd(application, witnesses, replace(STRANGE, rsrp=rsrp))
    raised = alert(application)
    assert raised is not None
    assert (raised.score, raised.severity, raised.devices) == (score, severity, witnesses)
    assert set(raised.witnesses) == set(application.fleet[Device])
    assert len(application.entries(AlertRaised)) == 1


async def test_a_witness_counts_once_however_often_it_returns(application: RunningApplication) -> None:
    device = await application.device()
    for number in (666, 1712819, 666):
        await application.check_in(device.id, radio=replace(STRANGE, cell_id=number))
    raised = alert(application)
    assert raised is not None
    assert raised.witnesses == (device.id,)


async def test_a_cell_where_none_of_ours_radiate_raises_no_alert(application: RunningApplication) -> None:
    await crowd(application, 3, replace(STRANGE, tac=1))
    await crowd(application, 3, replace(STRANGE, mnc='04'))
    assert not application.fleet[Alert]


async def test_an_alert_ends_when_the_cell_is_listed(application: RunningApplication) -> None:
    await crowd(application, 1)
    await application.towers.add(application.actor, NewTower(name='New', cells=[replace(OURS, cell_id=666)]))
    await forget(application)
    assert alert(application) is None


async def test_what_each_witness_said_is_kept_when_the_alert_is_over(application: RunningApplication) -> None:
    await crowd(application, 2)
    raised = alert(application)
    assert raised is not None
    await application.towers.add(application.actor, NewTower(name='New', cells=[replace(OURS, cell_id=666)]))
    await forget(application)
    over = application.store.rows[Alert][raised.id]
    assert not over.is_open
    assert [one.device for one in over.evidence] == list(raised.witnesses)
    assert all('0x29A' in one.reading for one in over.evidence)


async def test_a_device_that_is_gone_witnesses_nothing(application: RunningApplication) -> None:
    await crowd(application, 1)
    (device,) = application.fleet[Device].values()
    await application.enrolments.retire(application.actor, device.id, device.version)
    application.clock.tick(QUIET_S + 1)
    await forget(application)
    assert alert(application) is None
