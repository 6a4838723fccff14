"""Two machines behind one device are told by their numbers; one honest device never is, whatever its network does."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts.model import AlarmType, Alert
from domain.checkins.model import CheckIn
from domain.common.severity import Severity
from domain.devices.events import CounterRestarted
from domain.devices.facts import Facts, Network
from domain.devices.model import Device
from tests.fakes import RunningApplication, running_application

INTERVAL_S = 60


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


@dataclass(slots=True)
class Machine:
    """Counts on from a number of its own, with a clock that may be wrong by ``off`` seconds."""

    application: RunningApplication
    device: Device
    sequence: int = 0
    name: str = ''
    off: float = 0.0
    boot: str | None = None

    async def check_in(self) -> None:
        self.sequence += 1
        facts = (
            Facts(uptime_s=round(self.application.clock()), network=Network(hostname=self.name)) if self.name else None
        )
        now = datetime.fromtimestamp(self.application.clock() + self.off, UTC)
        await self.application.checkins.check_in(
            self.application.enterprise, self.device.id, CheckIn(self.sequence, now, now, facts, None, self.boot)
        )


def alarms(application: RunningApplication) -> list[Alert]:
    return [alert for alert in application.fleet[Alert].values() if alert.alarm_type is AlarmType.SECURITY]


async def two_machines(
    application: RunningApplication, *, ahead: int, apart_s: float, turns: int, named: bool
) -> Device:
    """One machine and its copy, which began to count ``ahead`` check-ins later and speaks ``apart_s`` after it."""
    device = await application.device(interval_s=INTERVAL_S)
    one, two = (
        Machine(application, device, 10, 'crane-1' if named else ''),
        Machine(application, device, 10, 'other' if named else ''),
    )
    for _ in range(ahead):
        await one.check_in()
        application.clock.tick(INTERVAL_S)
    for _ in range(turns):
        await one.check_in()
        application.clock.tick(apart_s)
        await two.check_in()
        application.clock.tick(INTERVAL_S - apart_s)
    return device


@pytest.mark.parametrize('ahead', [0, 1, 500])
@pytest.mark.parametrize('named', [True, False])
async def test_a_copied_credential_is_told_by_the_numbers_of_both(
    application: RunningApplication, ahead: int, named: bool
) -> None:
    device = await two_machines(application, ahead=ahead, apart_s=40, turns=4, named=named)
    (alert,) = alarms(application)
    assert (alert.problem, alert.object_id) == ('Two machines check in as one device', device.id)
    assert (alert.severity, alert.witnesses) == (Severity.MAJOR, (device.id,))
    assert ('the machines call themselves crane-1 and other' in alert.detail) is named


@pytest.mark.parametrize('ahead', [0, 1, 500])
async def test_two_machines_that_name_their_boots_are_told_as_well(application: RunningApplication, ahead: int) -> None:
    """Each word of the one looks like a counter that begins again to the other; it is a copy all the same."""
    device = await application.device(interval_s=INTERVAL_S)
    one, two = (Machine(application, device, 10, boot=boot) for boot in ('a', 'b'))
    for _ in range(ahead):
        await one.check_in()
        application.clock.tick(INTERVAL_S)
    for _ in range(5):
        await one.check_in()
        application.clock.tick(40)
        await two.check_in()
        application.clock.tick(20)
    assert [alert.problem for alert in alarms(application)] == ['Two machines check in as one device']
    assert len(application.entries(CounterRestarted)) == 1, 'the second machine, once'


async def test_a_machine_that_forgets_its_number_whenever_it_boots_is_no_copy(application: RunningApplication) -> None:
    """Every run is longer than the one before, and every one is new."""
    machine = Machine(application, await application.device(interval_s=INTERVAL_S))
    for run in range(2, 8):
        machine.sequence, machine.boot = 0, f'run-{run}'
        for _ in range(run):
            await machine.check_in()
            application.clock.tick(INTERVAL_S)
    assert alarms(application) == []
    assert len(application.entries(CounterRestarted)) == 5


async def test_a_machine_that_is_booted_again_and_counts_on_is_no_copy(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    machine = Machine(application, device, boot='a')
    for boot in ('a', 'b', 'c', 'b'):
        machine.boot = boot
        for _ in range(4):
            await machine.check_in()
            application.clock.tick(INTERVAL_S)
    assert alarms(application) == []
    assert application.entries(CounterRestarted) == []


async def test_two_machines_in_step_are_told_by_what_they_say(application: RunningApplication) -> None:
    await two_machines(application, ahead=0, apart_s=2, turns=4, named=True)
    assert len(alarms(application)) == 1


async def test_a_copy_whose_clock_is_wrong_is_told_as_well(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    one, two = Machine(application, device, 10), Machine(application, device, 3, off=-86_400)
    for _ in range(4):
        await one.check_in()
        application.clock.tick(40)
        await two.check_in()
        application.clock.tick(20)
    assert len(alarms(application)) == 1


async def test_a_copy_that_goes_on_raises_no_second_alert_and_the_score_stops_rising(
    application: RunningApplication,
) -> None:
    await two_machines(application, ahead=1, apart_s=40, turns=30, named=False)
    (alert,) = alarms(application)
    assert (alert.score, alert.version) == (0.9, 3)


async def test_the_alert_ends_when_the_credential_is_revoked(application: RunningApplication) -> None:
    device = await two_machines(application, ahead=1, apart_s=40, turns=4, named=False)
    await application.enrolments.revoke(application.actor, device.id, 'copied')
    assert not alarms(application)


async def test_a_machine_that_was_set_back_to_an_older_state_is_no_copy(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    machine = Machine(application, device, 0, 'crane-1')
    for _ in range(30):
        await machine.check_in()
        application.clock.tick(INTERVAL_S)
    machine.sequence = 5  # its disk was restored from a backup
    for _ in range(60):
        await machine.check_in()
        application.clock.tick(INTERVAL_S)
    assert not alarms(application)


async def test_a_device_that_counts_from_one_at_every_start_is_no_copy(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for length in (9, 3, 5, 2, 8):
        machine = Machine(application, device, 0, 'crane-1')
        for _ in range(length):
            await machine.check_in()
            application.clock.tick(INTERVAL_S)
    assert not alarms(application)


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of one observation: how long its requests wait, how often it is sent, how the clock jumps before it is sent."""

    waits: Sequence[float]
    clock_jumps: float
    outage: int


turns = st.lists(
    st.builds(
        Turn,
        waits=st.lists(st.floats(0, 25), min_size=1, max_size=4),
        clock_jumps=st.sampled_from([0.0, 0.0, 0.0, 3600.0, -3600.0, 86_400.0 * 365]),
        outage=st.sampled_from([0, 0, 0, 1, 5, 40]),
    ),
    min_size=1,
    max_size=25,
)


@given(story=turns, off=st.sampled_from([0.0, -7200.0, 7200.0, -1.6e9]), tells=st.booleans(), data=st.data())
@settings(max_examples=60, deadline=None)
def test_an_honest_device_is_never_taken_for_two(
    story: list[Turn], off: float, tells: bool, data: st.DataObject
) -> None:
    """It repeats what was not answered, sends later what it kept during an outage, some requests arrive twice or late, and its
    clock is wrong and jumps."""

    async def live() -> None:
        async with running_application() as application:
            device = await application.device(interval_s=INTERVAL_S)
            clock, sequence = off, 0
            kept: list[tuple[int, float, Facts | None]] = []
            held, strays = 0, list[CheckIn]()
            for turn in story:
                for _ in range(turn.outage + 1):
                    sequence += 1
                    facts = Facts(uptime_s=sequence * 60) if tells else None
                    kept.append((sequence, application.clock(), facts))
                    application.clock.tick(INTERVAL_S)
                clock += turn.clock_jumps
                while kept:
                    number, seen, facts = kept.pop(0)
                    for wait in turn.waits:
                        sent = application.clock() + clock  # the agent tells both moments by the clock of now
                        said = CheckIn(
                            number,
                            datetime.fromtimestamp(seen + clock, UTC),
                            datetime.fromtimestamp(sent, UTC),
                            facts,
                            None,
                        )
                        application.clock.tick(wait / len(turn.waits))
                        await application.checkins.check_in(application.enterprise, device.id, said)
                    if data.draw(st.booleans()) and strays:  # a proxy lets go of what it held up
                        await application.checkins.check_in(application.enterprise, device.id, strays.pop())
                    if held < 2 and data.draw(st.booleans()):
                        held += 1
                        strays.append(said)
            assert not alarms(application)

    asyncio.run(live())
