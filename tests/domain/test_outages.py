"""Across nouns: the devices that an outage affected are remembered, by the tower, in its alert and in lists."""

from collections.abc import AsyncIterator

import pytest

from domain.access.scopes import Scope
from domain.alerts.model import Alert, ProbableCause
from domain.common.severity import Severity
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import Device
from domain.fleet.scoped import ScopedFleet
from domain.towers.events import TowerStatusChanged
from domain.towers.live import tower_state
from domain.towers.model import Tower, TowerStatus
from domain.towers.outages import affected_devices
from tests.domain.towers.test_service import HTTP, TCP, answer, cell, on, tower
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def scene(application: RunningApplication) -> tuple[Tower, Device, Device]:
    """A mast with two devices on it, and a neighbour."""
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await tower(application, 'Neighbour', cells=(cell(2),))
    await answer(application, mast, True)
    crane = await application.device('crane', labels={'site': 'port'})
    van = await application.device('van', labels={'site': 'road'})
    for device in (crane, van):
        await application.check_in(device.id, radio=on(1))
    return mast, crane, van


def lost(application: RunningApplication, mast: Tower) -> list[str]:
    return list(select(application.fleet, DeviceQuery(outage=mast.id)).ids)


async def test_devices_that_left_between_the_first_failure_and_the_last_are_among_those_hurt(
    application: RunningApplication,
) -> None:
    mast, crane, van = await scene(application)
    await answer(application, mast, False)
    await application.check_in(van.id, radio=on(2))
    assert await answer(application, mast, False, False) is TowerStatus.DOWN
    assert lost(application, mast) == [crane.id, van.id]
    assert tower_state(application.fleet, mast.id).down_at == application.clock() - 20, 'when the first of three failed'
    assert application.entries(TowerStatusChanged)[-1].devices == 2
    assert [alert.devices for alert in application.fleet[Alert].values()] == [2]


async def test_the_alert_goes_on_counting_them_when_no_device_is_left_on_the_tower(
    application: RunningApplication,
) -> None:
    mast, crane, van = await scene(application)
    await answer(application, mast, False, False, False)
    for device in (crane, van):
        await application.check_in(device.id, radio=on(2))
    await answer(application, mast, False, False)
    assert [alert.devices for alert in application.fleet[Alert].values()] == [2]


async def test_an_alert_that_grows_from_a_part_to_the_whole_tells_the_cause_of_the_whole(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP, HTTP))
    await answer(application, mast, True)
    await answer(application, mast, False, False, False, check=1)
    causes = [alert.probable_cause for alert in application.fleet[Alert].values()]
    await answer(application, mast, False, False, False)
    causes += [alert.probable_cause for alert in application.fleet[Alert].values()]
    assert causes == [ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE, ProbableCause.LOSS_OF_SIGNAL]


async def test_they_stay_known_after_it_is_back_until_it_goes_down_again(application: RunningApplication) -> None:
    mast, crane, van = await scene(application)
    await answer(application, mast, False, False, False, True)
    assert lost(application, mast) == [crane.id, van.id]
    await application.check_in(van.id, radio=on(2))
    await answer(application, mast, False, False, False)
    assert lost(application, mast) == [crane.id]


async def test_a_failure_that_passes_hurts_no_device(application: RunningApplication) -> None:
    mast, *_ = await scene(application)
    await answer(application, mast, False, False, True)
    assert lost(application, mast) == []
    assert tower_state(application.fleet, mast.id).served == ()


async def test_a_scoped_role_gets_the_devices_of_its_part(application: RunningApplication) -> None:
    mast, crane, _ = await scene(application)
    await answer(application, mast, False, False, False)
    part = ScopedFleet(application.fleet, Scope({'site': ('port',)}))
    assert select(part, DeviceQuery(outage=mast.id)).ids == (crane.id,)
    assert [alert.devices for alert in part[Alert].values()] == [1]


async def test_devices_that_talk_through_a_tower_have_not_lost_it_whatever_its_checks_say(
    application: RunningApplication,
) -> None:
    mast, crane, van = await scene(application)
    await answer(application, mast, False)
    application.clock.tick(1)
    await application.check_in(crane.id, radio=on(1))
    await answer(application, mast, False, False)
    application.clock.tick(1)
    assert affected_devices(application.fleet, mast.id) == 1, 'the van has not spoken since the first failure'
    await application.check_in(van.id, radio=on(1))
    assert affected_devices(application.fleet, mast.id) == 0
    await answer(application, mast, False)
    (alert,) = application.fleet[Alert].values()
    assert (alert.devices, alert.severity) == (0, Severity.MAJOR)
    assert alert.detail == 'TCP 10.0.0.1:5060: refused. Meanwhile 2 devices check in through its cells: they radiate'


async def test_what_a_device_said_before_the_outage_and_tells_later_proves_nothing(
    application: RunningApplication,
) -> None:
    mast, crane, _ = await scene(application)
    await answer(application, mast, False, False, False)
    await application.check_in(crane.id, radio=on(1), age=30)
    assert affected_devices(application.fleet, mast.id) == 2


async def test_a_device_that_leaves_the_tower_again_proves_nothing_any_more(application: RunningApplication) -> None:
    mast, crane, van = await scene(application)
    await answer(application, mast, False, False, False)
    application.clock.tick(1)
    for device in (crane, van):
        await application.check_in(device.id, radio=on(1))
    await application.check_in(van.id, radio=on(2))
    assert affected_devices(application.fleet, mast.id) == 1


async def test_a_server_that_starts_again_knows_who_talked_through_the_tower(application: RunningApplication) -> None:
    mast, crane, _ = await scene(application)
    await answer(application, mast, False, False, False)
    application.clock.tick(1)
    await application.check_in(crane.id, radio=on(1))
    async with running_application(store=application.store, clock=application.clock) as again:
        assert affected_devices(again.fleet, mast.id) == 1


async def test_those_who_talked_all_along_are_not_among_the_lost_afterwards(application: RunningApplication) -> None:
    mast, crane, van = await scene(application)
    await answer(application, mast, False, False, False)
    application.clock.tick(1)
    await application.check_in(crane.id, radio=on(1))
    await answer(application, mast, True)
    assert lost(application, mast) == [van.id]
