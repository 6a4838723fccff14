"""Who has gone silent, told by a timetable."""

from collections.abc import AsyncIterator

import pytest

from domain.common.errors import Unavailable
from domain.devices.events import PresenceChanged
from domain.devices.input import NewDevice
from domain.devices.model import Presence
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


async def test_what_nobody_could_say_while_the_store_was_away_is_no_silence(home: House) -> None:
    devices = [await home.device(f'crane-{number}') for number in range(250)]
    for device in devices:
        await home.check_in(device.id)
    home.clock.tick(96)
    home.store.failure = OSError('disk full')
    with pytest.raises(Unavailable):
        await home.presence.expire()
    home.clock.tick(600)
    with pytest.raises(Unavailable):
        await home.presence.expire()
    await home.store_answers_again()
    for wait in (1, 94):
        home.clock.tick(wait)
        assert await home.presence.expire() == 0, 'each has an interval of its own to be heard again'
    await home.check_in(devices[0].id)
    home.clock.tick(2)
    assert await home.presence.expire() == 249
    assert home.fleet.presence[Presence.LATE] == 249


async def test_a_device_that_comes_back_is_watched_again(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id)
    home.clock.tick(1000)
    await home.presence.expire()
    assert home.presence.next_due() is None
    await home.check_in(device.id)
    home.clock.tick(96)
    assert await home.presence.expire() == 1
    assert home.fleet.states[device.id].presence is Presence.LATE


async def test_a_device_that_keeps_talking_never_changes_and_is_looked_at_once_per_interval(home: House) -> None:
    device = await home.device(interval_s=60)
    await home.check_in(device.id)
    for _ in range(20):
        home.clock.tick(60)
        await home.check_in(device.id)
        assert await home.presence.expire() == 0
    assert home.fleet.states[device.id].presence is Presence.ONLINE
    assert (home.presence.next_due() or 0) > home.clock()


async def test_of_two_devices_the_one_that_promised_to_talk_more_often_is_due_first(home: House) -> None:
    slow, quick = await home.device('meter', interval_s=86_400), await home.device('crane', interval_s=60)
    for device in (slow, quick):
        await home.check_in(device.id)
    assert home.presence.next_due() == home.clock() + 95
    home.clock.tick(3600)
    assert await home.presence.expire() == 1
    assert home.presence.next_due() == home.clock() - 3600 + 1.5 * 86_400 + 5


async def test_a_daily_meter_is_present_at_noon_late_after_a_day_and_a_half_and_offline_after_three(
    home: House,
) -> None:
    meter = await home.device('meter', interval_s=86_400)
    await home.check_in(meter.id)
    seen = []
    for hours in (12, 30, 37, 70, 73):
        home.clock.now = 1_800_000_000 + hours * 3600
        await home.presence.expire()
        seen.append(home.fleet.states[meter.id].presence)
    assert seen == [Presence.ONLINE, Presence.ONLINE, Presence.LATE, Presence.LATE, Presence.OFFLINE]


async def test_a_shorter_interval_brings_the_due_moment_forward(home: House) -> None:
    device = await home.device(interval_s=86_400)
    await home.check_in(device.id)
    new = NewDevice(name=device.name, kind=device.kind, interval_s=60)
    await home.devices.change(home.actor, device.id, 1, new)
    assert home.presence.next_due() == home.clock() + 95
    home.clock.tick(96)
    assert await home.presence.expire() == 1


async def test_a_longer_interval_takes_the_lateness_back(home: House) -> None:
    device = await home.device(interval_s=60)
    await home.check_in(device.id)
    home.clock.tick(96)
    await home.presence.expire()
    await home.devices.change(home.actor, device.id, 1, NewDevice(name='crane-1', kind=device.kind, interval_s=3600))
    home.clock.tick(1)
    assert await home.presence.expire() == 1
    assert home.fleet.states[device.id].presence is Presence.ONLINE


async def test_a_device_that_has_never_been_seen_is_not_called_silent(home: House) -> None:
    await home.device()
    home.clock.tick(86_400)
    assert await home.presence.expire() == 0
    assert home.fleet.presence[Presence.NEVER_SEEN] == 1


async def test_a_retired_device_is_forgotten(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id)
    await home.devices.retire(home.actor, device.id, device.version)
    home.clock.tick(1000)
    assert await home.presence.expire() == 0
    assert home.presence.next_due() is None


async def test_a_device_in_the_place_of_a_retired_one_is_watched_by_its_own_interval(home: House) -> None:
    meter = await home.device('meter', interval_s=86_400)
    await home.check_in(meter.id)
    await home.devices.retire(home.actor, meter.id, meter.version)
    crane = await home.device('crane', interval_s=60)
    await home.check_in(crane.id)
    assert home.presence.next_due() == home.clock() + 95
    home.clock.tick(96)
    assert await home.presence.expire() == 1


async def test_a_restart_calls_nobody_silent_for_the_time_nobody_was_running(home: House) -> None:
    devices = [await home.device(f'crane-{n}') for n in range(3)]
    for device in devices[:2]:
        await home.check_in(device.id)
    home.clock.tick(720)
    async with house(store=home.store, clock=home.clock) as again:
        home.clock.tick(95)
        assert await again.presence.expire() == 0
        await again.check_in(devices[0].id)
        home.clock.tick(1)
        assert await again.presence.expire() == 1
        assert (again.fleet.presence[Presence.ONLINE], again.fleet.presence[Presence.LATE]) == (1, 1)
        home.clock.tick(95)
        await again.presence.expire()
        assert again.fleet.states[devices[1].id].presence is Presence.OFFLINE


async def test_who_was_offline_before_a_restart_stays_so_until_heard(home: House) -> None:
    device = await home.device()
    await home.check_in(device.id)
    home.clock.tick(200)
    await home.presence.expire()
    home.clock.step(-86_400)  # and a clock that is behind makes nobody appear
    async with house(store=home.store, clock=home.clock) as again:
        home.clock.tick(1000)
        assert await again.presence.expire() == 0
        assert again.fleet.states[device.id].presence is Presence.OFFLINE
        await again.check_in(device.id)
        assert again.fleet.states[device.id].presence is Presence.ONLINE


async def test_a_short_restart_every_night_does_not_hide_a_meter_that_reports_once_a_day(home: House) -> None:
    meter = await home.device('meter', interval_s=86_400)
    await home.check_in(meter.id)
    crane = await home.device()
    for _ in range(2):
        async with house(store=home.store, clock=home.clock) as again:
            home.clock.tick(86_000)
            await again.check_in(crane.id)  # so that the next start knows until when this one was up
            await again.presence.expire()
            assert (
                again.fleet.states[meter.id].presence is Presence.ONLINE or again.clock() > 1_800_000_000 + 1.5 * 86_400
            )
        home.clock.tick(60)
    assert again.fleet.states[meter.id].presence is Presence.LATE


async def test_a_clock_that_was_set_before_a_restart_makes_nobody_silent_after_it(home: House) -> None:
    meter = await home.device('meter', interval_s=86_400)
    await home.check_in(meter.id)
    home.clock.step(365 * 86_400)  # a machine without a battery learns the date
    await home.presence.expire()
    await home.check_in((await home.device()).id)
    home.clock.tick(60)
    async with house(store=home.store, clock=home.clock) as again:
        home.clock.tick(86_000)
        await again.presence.expire()
        assert again.fleet.states[meter.id].presence is Presence.ONLINE
