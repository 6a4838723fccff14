"""The finder: by name, identifier and cell, within one enterprise, as far as one may read."""

from dataclasses import replace

from domain.access.actors import system
from domain.access.permissions import Permission, Role
from domain.accounts.model import Person
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Rat
from domain.common.severity import Severity
from domain.devices.alerts import CLOCK
from domain.devices.input import NewDevice
from domain.devices.model import DeviceKind
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.domain.parts import there
from tests.fakes import RunningApplication, identifiers, running_application
from tests.ui.conftest import Console
from ui.finder import find


async def names(application: RunningApplication, text: str) -> list[str]:
    return [found.name for found in await find(application.fleet, application.actor, text, application.shares)]


async def test_a_device_is_found_by_part_of_its_name_and_by_its_imei() -> None:
    async with running_application() as application:
        device = await application.device('Crane-117', identifiers=identifiers(7))
        await application.device('van-3')
        assert await names(application, 'crane') == ['Crane-117']
        assert await names(application, device.identifiers.imei or '') == ['Crane-117']
        assert await names(application, ' ') == []


async def test_what_the_product_shows_finds_what_it_shows() -> None:
    async with running_application() as application:
        known = Identifiers(imei='001000020000021', iccid='8931410000000000101')
        await application.device('crane-117', identifiers=known, labels={'owner': 'Rini van Dijk'})
        await application.device('van-3')
        cell = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=0x1A2B3)
        await application.towers.add(application.actor, NewTower(name='Waalhaven', cells=[cell]))
        for text in ('00 100002 000002 1', '8931 4100 0000 0000 101', 'IMEI: 00-100002-000002-1', 'rini van'):
            assert await names(application, text) == ['crane-117'], text
        for text in ('0x1A2B3', '107187', '418-179', '204-08-4417-0x1A2B3'):
            assert await names(application, text) == ['Waalhaven'], text


async def test_people_are_found_by_those_who_may_read_them() -> None:
    async with running_application() as application:
        person = Person(
            id='p1', enterprise=application.enterprise, account='a1', email='rini@example.com', name='Rini van Dijk',
            role=Role.VIEWER, created_at=0.0,
        )  # fmt: skip
        application.fleets.apply(person)
        (found,) = await find(application.fleet, application.actor, 'van dijk', application.shares)
        assert (found.kind, found.name, found.href) == ('person', 'Rini van Dijk', '/people?q=rini%40example.com')
        viewer = replace(application.actor, permissions=frozenset({Permission.DEVICES_READ}))
        assert await find(application.fleet, viewer, 'van dijk', application.shares) == []


async def test_nothing_of_another_enterprise_is_found() -> None:
    async with running_application() as application:
        other = await application.enterprises.add('Another company')
        await application.enrolments.add(
            system(other.id, 'test'), NewDevice(name='their crane', kind=DeviceKind.TABLET)
        )
        assert await names(application, 'crane') == []


async def test_what_may_not_be_read_is_not_found() -> None:
    async with running_application() as application:
        await application.device('crane-117')
        actor = replace(application.actor, permissions=frozenset({Permission.TOWERS_READ}))
        assert await find(application.fleet, actor, 'crane', application.shares) == []


async def test_the_finder_answers_401_without_a_session_so_that_the_page_can_lead_to_the_sign_in(
    console: Console,
) -> None:
    assert (await console.client.get('/ui/search', params={'q': 'crane'})).status_code == 401
    await console.application.device('crane-117')
    await console.sign_in()
    answer = await console.client.get('/ui/search', params={'q': 'crane'})
    (found,) = answer.json()
    assert (found['kind'], found['name'], found['state']) == ('device', 'crane-117', 'never_seen')
    assert found['href'] == f'/devices/{found["id"]}'


async def test_an_alert_is_led_to_itself() -> None:
    async with running_application() as application:
        device = await application.device('crane-117')
        alert = await application.transactor.transact(
            lambda tx: there(CLOCK.raise_for(tx, device, severity=Severity.WARNING))
        )
        found, rule = await find(application.fleet, application.actor, 'clock', application.shares)
        assert (found.kind, found.href) == ('alert', f'/alerts/{alert.id}')
        assert (rule.kind, rule.href) == ('alert_rule', '/alert-rules?rule=wrong-clock')
