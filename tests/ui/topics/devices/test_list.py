"""Lists whose order moves all the time."""

from domain.access.permissions import Role
from domain.devices.model import DeviceState
from tests.fakes import running_application
from tests.ui.topics.test_patches import opened
from ui.live.channel import News


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
