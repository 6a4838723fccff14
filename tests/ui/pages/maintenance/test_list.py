"""The page Maintenance: a window is planned, begun now and ended."""

from nicegui import ui

from domain.access.permissions import Role
from domain.maintenance.model import MaintenanceWindow
from domain.towers.input import NewTower
from domain.towers.live import tower_state
from domain.towers.model import TowerStatus
from tests.ui.conftest import Console
from tests.ui.until import until
from ui.topics.devices.detail import DeviceTopic


async def test_a_window_is_planned_begun_and_ended(console: Console) -> None:
    application = console.application
    site = await application.towers.add(application.actor, NewTower(name='Hub', region='West'))
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/maintenance')
    await console.user.should_see('Nothing is planned')
    console.user.find(marker='new-window').click()
    await console.user.should_see(marker='window-name')
    console.user.find(marker='window-name').type('Works')
    console.user.find(marker='window-begin').type('2040-01-03 01:30')
    console.user.find(marker='window-regions').type('West')
    console.user.find(marker='save').click()
    await until(lambda: application.fleet[MaintenanceWindow])
    await console.user.should_see('West, with what they cut off: 1 tower')
    console.user.find(marker='begin').click()
    await console.user.should_see('The next time begins now: 1 tower goes into maintenance.')
    console.user.find(marker='confirm').click()
    await until(lambda: tower_state(application.fleet, site.id).status is TowerStatus.MAINTENANCE)
    await console.user.should_see(marker='extend')
    console.user.find(marker='end').click()
    await console.user.should_see('1 tower is watched again at once.')
    await console.user.should_not_see('The next time comes as planned')
    console.user.find(marker='confirm').click()
    await until(lambda: tower_state(application.fleet, site.id).status is not TowerStatus.MAINTENANCE)


async def test_security_sees_what_is_planned_and_plans_nothing(console: Console) -> None:
    await console.sign_in(Role.SECURITY)
    await console.user.open('/maintenance')
    await console.user.should_see('Nothing is planned')
    await console.user.should_not_see(marker='new-window')


async def test_a_window_by_label_is_typed_and_said_on_the_page_of_its_device(console: Console) -> None:
    application = console.application
    device = await application.device(labels={'site': 'west'})
    await console.sign_in(Role.OPERATOR)
    await console.user.open('/maintenance')
    console.user.find(marker='new-window').click()
    await console.user.should_see(marker='window-name')
    console.user.find(marker='window-name').type('Crane works')
    console.user.find(marker='window-begin').type('2040-01-03 01:30')
    console.user.find(marker='window-labels').type('site west')
    console.user.find(marker='save').click()
    await console.user.should_see('is not a label; write key=value, one a line')
    console.user.find(marker='window-labels').clear().type('site=west')
    console.user.find(marker='save').click()
    await until(lambda: application.fleet[MaintenanceWindow])
    await console.user.should_see('devices with site=west')
    (row,) = application.fleet[MaintenanceWindow].values()
    await application.maintenance.begin(application.actor, row.id, row.version)
    parts = {'fleet': application.fleet, 'store': application.store, 'clock': application.clock}
    topic = DeviceTopic(id=device.id, fleets=application.fleets, **parts)
    assert topic.full()['works'] == 'Planned works: Crane works'


async def test_a_new_window_is_in_the_zone_in_which_its_author_types_times(console: Console) -> None:
    me = await console.sign_in(Role.OPERATOR)
    await console.application.desks.change(console.application.as_(me), {'zone': 'Asia/Tokyo'})
    await console.user.open('/maintenance')
    console.user.find(marker='new-window').click()
    await console.user.should_see(marker='window-zone')
    (zone,) = console.user.find(kind=ui.input, marker='window-zone').elements
    assert zone.value == 'Asia/Tokyo'
