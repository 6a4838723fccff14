"""Who has gone silent, told by a heap."""

from collections.abc import AsyncIterator

import pytest

from domain.devices import Presence
from domain.errors import Unavailable
from domain.journal import PresenceChanged
from tests.fakes import House, house


@pytest.fixture
async def home() -> AsyncIterator[House]:
    async with house() as home:
        yield home


async def test_a_device_becomes_late_then_offline_by_silence_alone(home: House) -> None:
    device = await home.device(interval_s=60)
    await home.check_in(device.id)
    for seconds in (95, 96, 190, 191):
        home.clock.now = 1_800_000_000 + seconds
        await home.presence.expire()
    told = [(entry.at - 1_800_000_000, entry.after) for entry in home.entries(PresenceChanged)]
    assert told == [(0, Presence.ONLINE), (96, Presence.LATE), (191, Presence.OFFLINE)]
    assert home.presence.next_due() is None


async def test_devices_that_fell_silent_while_the_store_was_away_stay_due(home: House) -> None:
    devices = [await home.device(f'crane-{number}') for number in range(250)]
    for device in devices:
        await home.check_in(device.id)
    home.clock.tick(100)
    home.store.failure = OSError('disk full')
    with pytest.raises(Unavailable):
        await home.presence.expire()
    home.store.failure = None
    home.clock.tick(1)
    assert await home.presence.expire() == 250
    assert home.fleet.presence[Presence.LATE] == 250
