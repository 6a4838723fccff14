"""Across topics: open pages of people with a narrowed role; what they share, what leaves them, and a role that is narrowed anew."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from domain.access.scopes import EVERYWHERE, Scope
from domain.accounts.model import Person
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from tests.domain.parts import NORTH, PORT, asked_again, mast, on
from tests.ui.watching import Console, console

HERE = {'site': 'port-1'}


@pytest.fixture
async def open_console() -> AsyncIterator[Console]:
    async with console() as found:
        for name, scope in (('ana', EVERYWHERE), ('bob', EVERYWHERE), ('cy', PORT), ('di', PORT), ('eve', NORTH)):
            await found.person(f'{name}@example.com', scope=scope)
        yield found


async def _secret(here: Console, name: str) -> str:
    return (await here.sign_in(f'{name}@example.com')).secret


async def test_those_who_see_the_same_share_a_channel_and_no_others_do(open_console: Console) -> None:
    here, application = open_console, open_console.application
    await application.device('crane', labels=HERE)
    await application.device('canary')
    ana, bob, cy, di = [await _secret(here, name) for name in ('ana', 'bob', 'cy', 'di')]
    async with here.page(ana) as one, here.page(bob) as two, here.page(cy) as three, here.page(di) as four:
        totals = [(await page.follow('devices'))['total'] for page in (one, two, three, four)]
        assert totals == [2, 2, 1, 1]
        assert here.live.channels == 2


async def test_a_device_that_leaves_the_sight_leaves_the_list_and_its_page_says_so(open_console: Console) -> None:
    here, application = open_console, open_console.application
    device = await application.device('crane', labels=HERE)
    async with here.page(await _secret(here, 'cy')) as page:
        assert (await page.follow('devices'))['total'] == 1
        assert (await page.follow(f'device/{device.id}'))['name'] == 'crane'
        await application.devices.change(
            application.actor, device.id, 1, NewDevice(name='canary', kind=DeviceKind.TABLET)
        )
        await page.until(lambda: page.values['devices']['ids'] == [])
        await page.until(lambda: page.values[f'device/{device.id}'].get('gone'))
        assert page.values['devices']['total'] == 0
        assert 'canary' not in str(page.values)


async def test_a_tower_that_goes_to_another_region_takes_its_devices_along(open_console: Console) -> None:
    here, application = open_console, open_console.application
    tower, device = await mast(application, 'Waalhaven', 1, 'north'), await application.device('crane')
    await on(application, device, 1)
    async with here.page(await _secret(here, 'eve')) as page:
        assert (await page.follow(f'device/{device.id}'))['tower'] == 'Waalhaven'
        assert (await page.follow(f'tower/{tower.id}'))['devices'] == 1
        assert (await page.follow('counters'))['devices'] == 1
        await application.towers.change(application.actor, tower.id, tower.version, asked_again(tower, region='south'))
        for topic in (f'device/{device.id}', f'tower/{tower.id}'):
            await page.until(lambda topic=topic: page.values[topic].get('gone'))  # type: ignore[misc]
        await page.until(lambda: page.values['counters']['devices'] == 0)


@pytest.mark.parametrize('scope', [PORT, EVERYWHERE, Scope({'site': ('port-2',)})])
async def test_a_page_is_loaded_anew_when_the_role_of_its_reader_is_narrowed_otherwise(
    open_console: Console, scope: Scope
) -> None:
    here, application = open_console, open_console.application
    await application.device('canary')
    async with here.page(await _secret(here, 'eve')) as page:
        await page.follow('devices')
        (person,) = [one for one in application.fleet[Person].values() if one.scope.regions]
        application.fleets.apply(replace(person, scope=scope))
        assert await page.ends() == 'changed'
        assert (page.values['devices']['total'], here.live.channels) == (0, 0)
