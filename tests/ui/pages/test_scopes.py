"""Across pages: what they offer a person whose role is narrowed, which is less, and they say why."""

from domain.access.permissions import Role
from domain.access.scopes import Scope
from domain.devices.actions import Action
from tests.domain.parts import NORTH, PORT, mast, on
from tests.ui.conftest import PASSWORD, Console


async def sign_in(console: Console, scope: Scope) -> None:
    application = console.application
    await application.people.add(application.enterprise, 'ops@example.com', 'Ops', Role.OPERATOR, PASSWORD, scope=scope)
    await console.client.post('/auth/sign-in', data={'email': 'ops@example.com', 'password': PASSWORD})


async def test_the_page_says_what_part_one_sees(console: Console) -> None:
    await sign_in(console, PORT)
    await console.user.open('/')
    await console.user.should_see('site=port-1 only')
    await console.user.should_see('No devices for you yet')
    await console.user.should_not_see('Three steps')
    await console.user.should_not_see('Check-ins')


async def test_a_tower_that_only_serves_ones_devices_can_be_seen_and_not_changed(console: Console) -> None:
    application = console.application
    tower = await mast(application, 'Waalhaven', 1, 'north')
    await on(application, await application.device('crane', labels={'site': 'port-1'}), 1)
    await sign_in(console, PORT)
    await console.user.open(f'/towers/{tower.id}')
    await console.user.should_see('Devices it serves')
    await console.user.should_not_see(marker='edit-tower')
    for address in (f'/towers/{tower.id}/edit', '/towers/new'):
        await console.refused(address, 'You may see this, not change it')
    await console.user.open('/towers')
    await console.user.should_not_see(marker='new-tower')


async def test_a_role_with_the_region_changes_its_towers(console: Console) -> None:
    tower = await mast(console.application, 'Waalhaven', 1, 'north')
    await sign_in(console, NORTH)
    await console.user.open(f'/towers/{tower.id}')
    await console.user.should_see(marker='edit-tower')
    await console.user.open(f'/towers/{tower.id}/edit')
    await console.user.should_see(marker='save')


async def test_the_question_before_a_quarantine_tells_no_figure_of_the_whole_enterprise(console: Console) -> None:
    application = console.application
    device = await application.device('crane', labels={'site': 'port-1'})
    await application.commands.command(
        application.actor, (await application.device('canary')).id, Action.QUARANTINE, 'lost'
    )
    await sign_in(console, PORT)
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='quarantine').click()
    await console.user.should_see('as many devices as its limit allows')
    await console.user.should_not_see('devices are held at once')
