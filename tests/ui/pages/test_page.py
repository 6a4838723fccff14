"""Who gets to a page, and what a page may do after things changed behind its back."""

from urllib.parse import urljoin

import pytest

from domain.access.permissions import Role
from domain.devices.events import DeviceChanged
from domain.devices.model import Device
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from tests.ui.conftest import Console


@pytest.mark.parametrize(
    'path', ['/', '/devices', '/devices/01JX', '/policies', '/towers', '/alerts', '/ui/devices.csv']
)
async def test_nobody_gets_to_a_page_without_a_session(console: Console, path: str) -> None:
    answer = await console.client.get(path)
    assert answer.status_code == 303
    assert urljoin(path, answer.headers['location']).startswith('/login')


async def test_a_person_who_may_only_look_is_offered_nothing_to_do(console: Console) -> None:
    device = await console.application.device()
    await console.sign_in(Role.VIEWER)
    await console.user.open('/devices')
    await console.user.should_not_see(marker='enrol')
    await console.user.open(f'/devices/{device.id}')
    for marker in ('edit', 'retire', 'quarantine', 'release'):
        await console.user.should_not_see(marker=marker)


async def test_a_role_that_was_taken_away_ends_what_an_open_page_may_do(console: Console) -> None:
    device = await console.application.device()
    person = await console.sign_in(Role.OPERATOR)
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='edit').click()
    await console.user.should_see(marker='save')
    console.becomes(person, Role.VIEWER)
    console.user.find(marker='save').click()
    await console.user.should_see('Not allowed')
    assert console.application.fleet[Device][device.id].version == device.version


async def test_a_session_that_ended_leads_to_the_sign_in_and_nothing_is_done(console: Console) -> None:
    device = await console.application.device()
    await console.sign_in()
    await console.user.open(f'/devices/{device.id}')
    console.user.find(marker='edit').click()
    await console.user.should_see(marker='save')
    await console.client.post('/auth/sign-out')
    console.user.find(marker='save').click()
    await console.user.should_see(marker='sign-in')
    assert console.application.entries(DeviceChanged) == []


async def test_a_page_about_one_thing_names_the_tab_after_it(console: Console) -> None:
    application = console.application
    device = await application.device('crane-117')
    tower = await application.towers.add(application.actor, NewTower(name='Waalhaven-2'))
    policy = await application.policies.add(
        application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted')
    )
    await console.sign_in()
    for path, title in (
        (f'/devices/{device.id}', 'crane-117'),
        (f'/towers/{tower.id}', 'Waalhaven-2'),
        (f'/policies/{policy.id}', 'Not rooted'),
        ('/towers', 'Towers'),
    ):
        assert f'<title>{title} · Cellwarden</title>' in (await console.client.get(path)).text
