"""Who has gone silent, told by a timetable."""

from collections.abc import AsyncIterator

import pytest

from domain.common.errors import Unavailable
from domain.devices.events import PresenceChanged
from domain.devices.input import NewDevice
from domain.devices.listing.counters import StatusCounters
from domain.devices.model import DeviceState, Presence
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def test_a_device_becomes_late_then_offline_by_silence_alone(application: RunningApplication) -> None:
    device = await application.device(interval_s=60)
    await application.check_in(device.id)
    for seconds in (95, 96, 190, 191):
        application.clock.now = 1_800_000_000 + seconds
        await application.presence.expire()
    told = [(entry.at - 1_800_000_000, entry.after) for entry in application.entries(PresenceChanged)]
    assert told == [(0, Presence.ONLINE), (96, Presence.LATE), (191, Presence.OFFLINE)]
    assert application.presence.next_due() is None


async def test_the_time_in_which_the_store_was_away_is_no_silence(application: RunningApplication) -> None:
    devices = [await application.device(f'crane-{number}') for number in range(250)]
    for device in devices:
        await application.check_in(device.id)
    application.clock.tick(96)
    application.store.failure = OSError('disk full')
    with pytest.raises(Unavailable):
        await application.presence.expire()
    application.clock.tick(600)
    with pytest.raises(Unavailable):
        await application.presence.expire()
    await application.store_answers_again()
    for wait in (1, 94):
        application.clock.tick(wait)
        assert await application.presence.expire() == 0, 'each has an interval of its own to be heard again'
    await application.check_in(devices[0].id)
    application.clock.tick(2)
    assert await application.presence.expire() == 249
    assert application.fleet.index(StatusCounters).presence[Presence.LATE] == 249


async def test_a_device_that_comes_back_is_watched_again(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id)
    application.clock.tick(1000)
    await application.presence.expire()
    assert application.presence.next_due() is None
    await application.check_in(device.id)
    application.clock.tick(96)
    assert await application.presence.expire() == 1
    assert application.fleet[DeviceState][device.id].presence is Presence.LATE


async def test_a_device_that_keeps_talking_never_changes_and_is_looked_at_once_per_interval(
    application: RunningApplication,
) -> None:
    device = await application.device(interval_s=60)
    await application.check_in(device.id)
    for _ in range(20):
        application.clock.tick(60)
        await application.check_in(device.id)
        assert await application.presence.expire() == 0
    assert application.fleet[DeviceState][device.id].presence is Presence.ONLINE
    assert (application.presence.next_due() or 0) > application.clock()


async def test_of_two_devices_the_one_that_promised_to_talk_more_often_is_due_first(
    application: RunningApplication,
) -> None:
    slow, quick = await application.device('meter', interval_s=86_400), await application.device('crane', interval_s=60)
    for device in (slow, quick):
        await application.check_in(device.id)
    assert application.presence.next_due() == application.clock() + 95
    application.clock.tick(3600)
    assert await application.presence.expire() == 1
    assert application.presence.next_due() == application.clock() - 3600 + 1.5 * 86_400 + 5


async def test_a_daily_meter_is_present_at_noon_late_after_a_day_and_a_half_and_offline_after_three(
    application: RunningApplication,
) -> None:
    meter = await application.device('meter', interval_s=86_400)
    await application.check_in(meter.id)
    seen = []
    for hours in (12, 30, 37, 70, 73):
        application.clock.now = 1_800_000_000 + hours * 3600
        await application.presence.expire()
        seen.append(application.fleet[DeviceState][meter.id].presence)
    assert seen == [Presence.ONLINE, Presence.ONLINE, Presence.LATE, Presence.LATE, Presence.OFFLINE]


async def test_a_shorter_interval_brings_the_due_moment_forward(application: RunningApplication) -> None:
    device = await application.device(interval_s=86_400)
    await application.check_in(device.id)
    new = NewDevice(name=device.name, kind=device.kind, interval_s=60)
    await application.devices.change(application.actor, device.id, 1, new)
    assert application.presence.next_due() == application.clock() + 95
    application.clock.tick(96)
    assert await application.presence.expire() == 1


async def test_a_longer_interval_takes_the_lateness_back(application: RunningApplication) -> None:
    device = await application.device(interval_s=60)
    await application.check_in(device.id)
    application.clock.tick(96)
    await application.presence.expire()
    await application.devices.change(
        application.actor, device.id, 1, NewDevice(name='crane-1', kind=device.kind, interval_s=3600)
    )
    application.clock.tick(1)
    assert await application.presence.expire() == 1
    assert application.fleet[DeviceState][device.id].presence is Presence.ONLINE


async def test_a_device_that_has_never_been_seen_is_not_called_silent(application: RunningApplication) -> None:
    await application.device()
    application.clock.tick(86_400)
    assert await application.presence.expire() == 0
    assert application.fleet.index(StatusCounters).presence[Presence.NEVER_SEEN] == 1


async def test_a_retired_device_is_forgotten(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id)
    await application.enrolments.retire(application.actor, device.id, device.version)
    application.clock.tick(1000)
    assert await application.presence.expire() == 0
    assert application.presence.next_due() is None


async def test_a_device_in_the_place_of_a_retired_one_is_watched_by_its_own_interval(
    application: RunningApplication,
) -> None:
    meter = await application.device('meter', interval_s=86_400)
    await application.check_in(meter.id)
    await application.enrolments.retire(application.actor, meter.id, meter.version)
    crane = await application.device('crane', interval_s=60)
    await application.check_in(crane.id)
    assert application.presence.next_due() == application.clock() + 95
    application.clock.tick(96)
    assert await application.presence.expire() == 1


async def test_a_restart_calls_no_device_silent_for_the_time_without_a_server(application: RunningApplication) -> None:
    devices = [await application.device(f'crane-{n}') for n in range(3)]
    for device in devices[:2]:
        await application.check_in(device.id)
    application.clock.tick(720)
    async with running_application(store=application.store, clock=application.clock) as again:
        application.clock.tick(95)
        assert await again.presence.expire() == 0
        await again.check_in(devices[0].id)
        application.clock.tick(1)
        assert await again.presence.expire() == 1
        assert (
            again.fleet.index(StatusCounters).presence[Presence.ONLINE],
            again.fleet.index(StatusCounters).presence[Presence.LATE],
        ) == (
            1,
            1,
        )
        application.clock.tick(95)
        await again.presence.expire()
        assert again.fleet[DeviceState][devices[1].id].presence is Presence.OFFLINE


async def test_who_was_offline_before_a_restart_stays_so_until_heard(application: RunningApplication) -> None:
    device = await application.device()
    await application.check_in(device.id)
    application.clock.tick(200)
    await application.presence.expire()
    application.clock.step(-86_400)  # and a clock that is behind makes no device appear
    async with running_application(store=application.store, clock=application.clock) as again:
        application.clock.tick(1000)
        assert await again.presence.expire() == 0
        assert again.fleet[DeviceState][device.id].presence is Presence.OFFLINE
        await again.check_in(device.id)
        assert again.fleet[DeviceState][device.id].presence is Presence.ONLINE


async def test_a_short_restart_every_night_does_not_hide_a_meter_that_reports_once_a_day(
    application: RunningApplication,
) -> None:
    meter = await application.device('meter', interval_s=86_400)
    await application.check_in(meter.id)
    crane = await application.device()
    for _ in range(2):
        async with running_application(store=application.store, clock=application.clock) as again:
            application.clock.tick(86_000)
            await again.check_in(crane.id)  # so that the next start knows until when this one was up
            await again.presence.expire()
            assert (
                again.fleet[DeviceState][meter.id].presence is Presence.ONLINE
                or again.clock() > 1_800_000_000 + 1.5 * 86_400
            )
        application.clock.tick(60)
    assert again.fleet[DeviceState][meter.id].presence is Presence.LATE


async def test_a_clock_that_was_set_before_a_restart_makes_no_device_silent_after_it(
    application: RunningApplication,
) -> None:
    meter = await application.device('meter', interval_s=86_400)
    await application.check_in(meter.id)
    application.clock.step(365 * 86_400)  # a machine without a battery learns the date
    await application.presence.expire()
    await application.check_in((await application.device()).id)
    application.clock.tick(60)
    async with running_application(store=application.store, clock=application.clock) as again:
        application.clock.tick(86_000)
        await again.presence.expire()
        assert again.fleet[DeviceState][meter.id].presence is Presence.ONLINE
