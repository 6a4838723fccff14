"""The list of devices: an order that moves all the time, what they break, and since when what is shown is old."""

from domain.access.permissions import Role
from domain.common.severity import Severity
from domain.devices.facts import Battery, Facts, Os
from domain.devices.model import DeviceState
from domain.policies.input import NewPolicy
from tests.fakes import running_application
from tests.ui.topics.test_patches import opened
from ui.live.channel import News
from ui.topics.devices.list import device_row


async def test_at_every_flush_each_page_of_a_moving_order_shows_who_belongs_there() -> None:
    async with running_application() as application:
        await application.people.add(
            application.enterprise, 'ana@example.com', 'Ana', Role.VIEWER, 'four words and then some'
        )
        devices = [await application.device(f'crane-{number}') for number in range(12)]
        for device in devices:
            application.clock.tick(1)
            await application.check_in(device.id)
        pages = [await opened(application, f'devices?sort=-last_seen&page={page}&size=3') for page in range(4)]
        for device in devices[::-1]:  # the one that was seen last long ago comes first each time
            application.clock.tick(1)
            await application.check_in(device.id)
            for page in pages:
                page.patch(News({DeviceState: {device.id}}))
            shown = [id for page in pages for id in page.full()['ids']]
            assert shown == sorted(
                application.fleet[DeviceState], key=lambda id: -(application.fleet[DeviceState][id].last_seen or 0)
            )


async def test_a_device_that_breaks_policies_names_the_gravest_with_its_value_and_how_many_more() -> None:
    async with running_application() as application:
        for name, rule, severity in (
            ('Not Android 9', 'device.os.version != "9"', Severity.MINOR),
            ('Charged', 'device.battery.level >= 10.0', Severity.CRITICAL),
        ):
            await application.policies.add(application.actor, NewPolicy(name=name, rule=rule, severity=severity))
        device = (await application.device('crane-1')).id
        await application.check_in(device, facts=Facts(os=Os(version='9'), battery=Battery(level=3.0)))
        row = device_row(application.fleet, device)
        assert (row['breaks'], row['breaks_more'], row['breaks_value']) == (
            'Charged',
            '+ 1',
            'battery 3 %, at least 10',
        )
        assert row['breaks_since'] == application.clock()
        await application.check_in(device, facts=Facts(os=Os(version='14'), battery=Battery(level=50.0)))
        assert device_row(application.fleet, device)['breaks'] is None


async def test_what_is_shown_of_an_offline_device_is_of_its_newest_observation() -> None:
    async with running_application() as application:
        device = (await application.device('crane-1')).id
        await application.check_in(device)
        assert device_row(application.fleet, device)['stale_at'] is None
        heard = application.clock()
        application.clock.tick(3600)
        await application.presence.expire()
        assert device_row(application.fleet, device)['stale_at'] == heard
