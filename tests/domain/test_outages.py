"""Whom an outage hurt is remembered: by the tower, in its alert and in lists."""

from collections.abc import AsyncIterator

import pytest

from domain.access.scopes import Scope
from domain.alerts.model import ProbableCause
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.model import Device
from domain.fleet.scoped import Sight
from domain.towers.events import TowerStatusChanged
from domain.towers.model import Tower, TowerStatus
from tests.domain.towers.test_service import HTTP, TCP, answer, cell, on, tower
from tests.fakes import House, house


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def scene(home: House) -> tuple[Tower, Device, Device]:
    """A mast with two devices on it, and a neighbour."""
    mast = await tower(home, checks=(TCP,), cells=(cell(1),))
    await tower(home, 'Neighbour', cells=(cell(2),))
    await answer(home, mast, True)
    crane = await home.device('crane', labels={'site': 'port'})
    van = await home.device('van', labels={'site': 'road'})
    for device in (crane, van):
        await home.check_in(device.id, radio=on(1))
    return mast, crane, van


def lost(home: House, mast: Tower) -> list[str]:
    return list(select(home.fleet, DeviceQuery(outage=mast.id)).ids)


async def test_devices_that_left_between_the_first_failure_and_the_last_are_among_those_hurt(home: House) -> None:
    mast, crane, van = await scene(home)
    await answer(home, mast, False)
    await home.check_in(van.id, radio=on(2))
    assert await answer(home, mast, False, False) is TowerStatus.DOWN
    assert lost(home, mast) == [crane.id, van.id]
    assert home.fleet.tower_state(mast.id).down_at == home.clock()
    assert home.entries(TowerStatusChanged)[-1].devices == 2
    assert [alert.devices for alert in home.fleet.alerts.values()] == [2]


async def test_the_alert_goes_on_counting_them_when_nobody_is_left_on_the_tower(home: House) -> None:
    mast, crane, van = await scene(home)
    await answer(home, mast, False, False, False)
    for device in (crane, van):
        await home.check_in(device.id, radio=on(2))
    await answer(home, mast, False, False)
    assert [alert.devices for alert in home.fleet.alerts.values()] == [2]


async def test_an_alert_that_grows_from_a_part_to_the_whole_tells_the_cause_of_the_whole(home: House) -> None:
    mast = await tower(home, checks=(TCP, HTTP))
    await answer(home, mast, True)
    await answer(home, mast, False, False, False, check=1)
    causes = [alert.probable_cause for alert in home.fleet.alerts.values()]
    await answer(home, mast, False, False, False)
    causes += [alert.probable_cause for alert in home.fleet.alerts.values()]
    assert causes == [ProbableCause.COMMUNICATIONS_SUBSYSTEM_FAILURE, ProbableCause.LOSS_OF_SIGNAL]


async def test_they_stay_known_after_it_is_back_until_it_goes_down_again(home: House) -> None:
    mast, crane, van = await scene(home)
    await answer(home, mast, False, False, False, True)
    assert lost(home, mast) == [crane.id, van.id]
    await home.check_in(van.id, radio=on(2))
    await answer(home, mast, False, False, False)
    assert lost(home, mast) == [crane.id]


async def test_a_failure_that_passes_hurts_nobody(home: House) -> None:
    mast, *_ = await scene(home)
    await answer(home, mast, False, False, True)
    assert lost(home, mast) == []
    assert home.fleet.tower_state(mast.id).served == ()


async def test_whoever_sees_a_part_is_told_of_the_devices_of_that_part(home: House) -> None:
    mast, crane, _ = await scene(home)
    await answer(home, mast, False, False, False)
    part = Sight(home.fleet, Scope({'site': ('port',)}))
    assert select(part, DeviceQuery(outage=mast.id)).ids == (crane.id,)
    assert [alert.devices for alert in part.alerts.values()] == [1]
