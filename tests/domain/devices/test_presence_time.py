"""Across nouns: clocks that are set and machines that sleep, which no device is blamed for."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.devices.events import PresenceChanged
from domain.devices.model import DeviceState, Presence
from tests.fakes import RunningApplication, running_application

HOUR, DAY, YEAR = 3600.0, 86_400.0, 365 * 86_400.0
STEPS = (HOUR, DAY, 10 * DAY, YEAR, -HOUR, -DAY)


async def fleet_of_three(application: RunningApplication) -> list[str]:
    """Devices that report every minute, every five minutes, once a day; all heard just now."""
    devices = [
        (await application.device(f'device-{interval}', interval_s=interval)).id for interval in (60, 300, 86_400)
    ]
    for device in devices:
        await application.check_in(device)
    await application.presence.expire()
    return devices


async def live(application: RunningApplication, seconds: float, speaking: dict[str, float]) -> None:
    """Let time pass in steps of ten seconds, while the devices in ``speaking`` report at their interval."""
    for _ in range(int(seconds / 10)):
        application.clock.tick(10)
        for device, interval in speaking.items():
            if application.clock.steady() % interval < 10:
                await application.check_in(device)
        await application.presence.expire()


@pytest.mark.parametrize('by', STEPS)
async def test_a_clock_that_is_set_makes_no_device_silent_and_hides_none_that_is(by: float) -> None:
    async with running_application(longest_look_s=60) as application:
        minute, five, day = await fleet_of_three(application)
        await live(application, 600, {minute: 60, five: 300})
        application.clock.step(by)
        await application.presence.expire()
        await live(application, 600, {minute: 60, five: 300})
        told = [
            (entry.subject.id, entry.after)
            for entry in application.entries(PresenceChanged)
            if entry.before != 'never_seen'
        ]
        assert told == []
        application.clock.step(by)
        await live(application, 1000, {five: 300})  # the one that falls silent is found all the same, at its own time
        told = [
            (entry.subject.id, entry.after)
            for entry in application.entries(PresenceChanged)
            if entry.before != 'never_seen'
        ]
        assert told == [(minute, 'late'), (minute, 'offline')]
        assert application.fleet[DeviceState][day].presence is Presence.ONLINE


@pytest.mark.parametrize('for_s', [600.0, 10 * HOUR, 10 * DAY])
async def test_a_machine_that_slept_gives_each_device_its_own_interval_to_be_heard(for_s: float) -> None:
    async with running_application(longest_look_s=100) as application:
        minute, five, day = await fleet_of_three(application)
        application.clock.tick(50)
        application.clock.sleep(for_s)
        assert await application.presence.expire() == 0
        application.clock.tick(50)
        await application.check_in(five)
        application.clock.tick(45)
        assert await application.presence.expire() == 0
        application.clock.tick(1)
        assert await application.presence.expire() == 1
        states = application.fleet[DeviceState]
        assert [states[id].presence for id in (minute, five, day)] == ['late', 'online', 'online']


async def test_a_process_that_was_stopped_has_heard_no_device_meanwhile() -> None:
    async with running_application(longest_look_s=5) as application:
        minute, *_ = await fleet_of_three(application)
        application.clock.tick(3600)  # every clock goes on
        assert await application.presence.expire() == 0
        for _ in range(18):
            application.clock.tick(5)
            assert await application.presence.expire() == 0
        application.clock.tick(5)
        await application.presence.expire()
        application.clock.tick(1)
        await application.presence.expire()
        assert application.fleet[DeviceState][minute].presence is Presence.LATE


async def test_a_clock_that_is_being_adjusted_is_no_gap() -> None:
    async with running_application(longest_look_s=5) as application:
        minute, *_ = await fleet_of_three(application)
        for _ in range(19):
            application.clock.tick(5)
            application.clock.step(0.05)
            assert await application.presence.expire() == 0
        application.clock.tick(1)
        assert await application.presence.expire() == 1
        assert application.fleet[DeviceState][minute].presence is Presence.LATE


async def test_a_device_in_use_cannot_be_displaced_because_the_clock_was_set() -> None:
    async with running_application() as application:
        minute, *_ = await fleet_of_three(application)
        application.clock.step(DAY)
        await application.presence.expire()
        assert application.fleet[DeviceState][minute].presence is Presence.ONLINE  # what docs/decisions/0010 asks for


@dataclass
class Slow:
    """One device as the rule says it, second by second."""

    interval: int
    presence: Presence = Presence.ONLINE
    silence: int = 0
    returns: list[list[float]] = field(default_factory=list)
    """Of each absence: how long it was, and the seconds watched since."""

    def second(self) -> None:
        self.silence += 1
        for each in self.returns:
            each[1] += 1
        if self.presence is Presence.ONLINE and self._over(self.interval * 1.5 + 5):
            self.presence = Presence.LATE
        elif self.presence is Presence.LATE and self._over(self.interval * 3 + 10):
            self.presence = Presence.OFFLINE

    def heard(self) -> None:
        self.presence, self.silence = Presence.ONLINE, 0

    def away(self, seconds: float, *, watched: int) -> None:
        self.silence += watched
        for each in self.returns:
            each[1] += watched
        if seconds - watched >= 5:
            self.returns.append([seconds - watched, 0])

    def _over(self, bound: float) -> bool:
        fair = all(since > min(bound, max(120, 10 * length)) for length, since in self.returns)
        return self.silence > bound and fair


OPERATIONS = st.one_of(
    st.tuples(st.just('live'), st.integers(1, 120)),
    st.tuples(st.just('step'), st.sampled_from([-DAY, -HOUR, -30, 30, 61, HOUR, DAY, YEAR])),
    st.tuples(st.just('sleep'), st.sampled_from([6, 60, 600, 8 * HOUR, 30 * DAY])),
    st.tuples(st.just('stop'), st.sampled_from([10, 60, 3600])),
    st.tuples(st.just('heard'), st.integers(0, 2)),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(OPERATIONS, max_size=12))
async def test_presence_is_what_a_slow_count_of_watched_seconds_says(operations: list[tuple[str, float]]) -> None:
    slow = [Slow(interval) for interval in (10, 40, 200)]
    async with running_application(longest_look_s=5) as application:
        clock = application.clock
        devices = [(await application.device(f'device-{one.interval}', interval_s=one.interval)).id for one in slow]
        for device in devices:
            await application.check_in(device)
        await application.presence.expire()
        for what, how in [*operations, ('live', 130)]:
            if what == 'heard':
                await application.check_in(devices[int(how)])
                slow[int(how)].heard()
            elif what == 'live':
                for _ in range(int(how)):
                    clock.tick(1)
                    await application.presence.expire()
                    for one in slow:
                        one.second()
                    assert [application.fleet[DeviceState][device].presence for device in devices] == [
                        one.presence for one in slow
                    ]
            else:
                {'step': clock.step, 'sleep': clock.sleep, 'stop': clock.tick}[what](how)
                await application.presence.expire()
                for one in slow:
                    one.away(how, watched=5 if what == 'stop' else 0)
