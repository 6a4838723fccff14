"""A clock that is steadily wrong is a fact of the device: what it says is moved to our time, and judged."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checkins.model import Accepted, CheckIn, Receipt
from domain.common.severity import Severity
from domain.devices.compliance import Compliance
from domain.devices.facts import Facts, Security
from domain.devices.listing.query import DeviceQuery, select
from domain.devices.live import state_of
from domain.devices.model import Device, Presence, Reporting
from domain.policies.input import NewPolicy
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication, running_application

CROWD = 10

INTERVAL_S = 5
HERE = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
ON_HERE = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
STRANGE = replace(ON_HERE, cell_id=666)
CHICAGO = -21_600.0


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
        yield application


class Talker:
    """A device that checks in every interval; its clock is ahead by ``off`` seconds."""

    def __init__(self, application: RunningApplication, device: Device, off: float, *, says_sent: bool = False) -> None:
        self.application, self.device, self.off, self.says_sent = application, device, off, says_sent
        self.sequence = 0

    async def talk(self, times: int = 1, **said: object) -> Receipt:
        for _ in range(times):
            self.application.clock.tick(self.device.interval_s)
            self.sequence += 1
            now = datetime.fromtimestamp(self.application.clock() + self.off, UTC)
            checkin = CheckIn(self.sequence, now, now if self.says_sent else None, **said)  # type: ignore[arg-type]
            receipt = await self.application.checkins.check_in(self.application.enterprise, self.device.id, checkin)
            await self.application.presence.expire()
            assert state_of(self.application.fleet, self.device.id).presence is Presence.ONLINE
        return receipt

    @property
    def offset_s(self) -> float | None:
        found = self.application.fleet[Reporting].get(self.device.id)
        return found.clock_offset_s if found is not None else None


def problems(application: RunningApplication) -> list[str]:
    return sorted(alert.problem for alert in application.fleet[Alert].values())


@pytest.mark.parametrize('off', [CHICAGO, -1.79e9, 7200.0, 10 * 86_400.0])
async def test_a_steady_clock_of_any_wrongness_is_current_from_the_third_word_on(
    application: RunningApplication, off: float
) -> None:
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), off)
    await talker.talk(2, radio=ON_HERE)
    assert talker.offset_s is None
    receipt = await talker.talk(radio=ON_HERE)
    found: tuple[Accepted, float | None] = receipt.accepted, talker.offset_s
    assert found == (Accepted.CURRENT, round(off, 1))
    state = state_of(application.fleet, talker.device.id)
    assert (state.observed_at, state.last_seen) == (application.clock(), application.clock())
    assert problems(application) == ['The clock of crane-1 is wrong']
    assert {alert.severity for alert in application.fleet[Alert].values()} == {Severity.WARNING}
    assert select(application.fleet, DeviceQuery(clock_wrong=True)).matched == 1


@pytest.mark.parametrize('says_sent', [False, True])
async def test_nobody_hides_a_false_cell_by_a_clock_that_is_set_back(
    application: RunningApplication, says_sent: bool
) -> None:
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), 0.0, says_sent=says_sent)
    await talker.talk(3, radio=ON_HERE)
    talker.off = CHICAGO
    await talker.talk(radio=STRANGE)
    assert 'Unknown cell in our tracking area' in problems(application)


async def test_nobody_hides_a_false_cell_by_a_clock_that_was_always_wrong(application: RunningApplication) -> None:
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), CHICAGO)
    await talker.talk(3, radio=STRANGE)
    assert 'Unknown cell in our tracking area' in problems(application)


@pytest.mark.parametrize('stuck_at', [-3600.0, -1.79e9])
async def test_nobody_hides_a_false_cell_by_a_clock_that_is_stuck(
    application: RunningApplication, stuck_at: float
) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    moment = datetime.fromtimestamp(application.clock() + stuck_at, UTC)
    for number in (1, 2, 3):
        application.clock.tick(INTERVAL_S)
        radio = STRANGE if number == 3 else ON_HERE
        await application.checkins.check_in(application.enterprise, device.id, CheckIn(number, moment, radio=radio))
    assert problems(application) == ['The clock of crane-1 is wrong', 'Unknown cell in our tracking area']


async def test_rules_read_the_offset_and_are_asked_when_it_changes(application: RunningApplication) -> None:
    rule = 'device.clock_offset_s > -300.0 && device.clock_offset_s < 300.0'
    await application.policies.add(application.actor, NewPolicy(name='Right time', rule=rule, severity=Severity.MINOR))
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), 0.0, says_sent=True)

    def compliance() -> Compliance:
        return state_of(application.fleet, talker.device.id).compliance

    await talker.talk()
    assert compliance() is Compliance.COMPLIANT
    talker.off = CHICAGO
    await talker.talk(3)
    assert compliance() is Compliance.VIOLATING
    talker.off = 0.0
    await talker.talk(3)
    assert (compliance(), talker.offset_s, problems(application)) == (Compliance.COMPLIANT, None, [])


async def test_a_clock_that_is_set_right_again_is_believed(application: RunningApplication) -> None:
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), CHICAGO)
    await talker.talk(3)
    talker.off = 0.0
    for _ in range(3):
        assert (await talker.talk()).accepted is Accepted.CURRENT
    assert (talker.offset_s, problems(application)) == (None, [])


async def test_what_is_not_judged_yet_is_judged_once_the_clock_is_known(application: RunningApplication) -> None:
    await application.policies.add(
        application.actor, NewPolicy(name='Not rooted', rule='!device.security.rooted', severity=Severity.CRITICAL)
    )
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), CHICAGO)
    await talker.talk(2, facts=Facts(security=Security(rooted=True)))
    assert state_of(application.fleet, talker.device.id).compliance is Compliance.UNEVALUATED
    await talker.talk()
    assert state_of(application.fleet, talker.device.id).compliance is Compliance.VIOLATING


async def test_a_buffer_that_empties_is_no_wrong_clock(application: RunningApplication) -> None:
    """400 kept check-ins, oldest first, right stamps: the device is there from the first on, and its clock is right."""
    device = await application.device(interval_s=INTERVAL_S)
    start = application.clock()
    application.clock.tick(400 * INTERVAL_S)
    for number in range(400):
        if number % 3 == 0:
            application.clock.tick(0.3)
        observed = datetime.fromtimestamp(start + number * INTERVAL_S, UTC)
        receipt = await application.checkins.check_in(application.enterprise, device.id, CheckIn(number + 1, observed))
        assert state_of(application.fleet, device.id).presence is Presence.ONLINE
        assert receipt.accepted is Accepted.LATE
    assert device.id not in application.fleet[Reporting]


async def test_a_meter_that_sends_in_the_morning_what_it_read_at_midnight_has_a_right_clock(
    application: RunningApplication,
) -> None:
    talker = Talker(application, await application.device(interval_s=86_400), -6 * 3600.0)
    await talker.talk(5)
    assert talker.offset_s is None


@pytest.mark.parametrize('says_sent', [False, True])
async def test_a_collector_that_is_late_by_minutes_says_nothing_of_the_clock(
    application: RunningApplication, says_sent: bool
) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for number in range(1, 10):
        application.clock.tick(INTERVAL_S)
        observed = datetime.fromtimestamp(application.clock() - 300, UTC)
        checkin = CheckIn(number, observed, observed if says_sent else None)
        await application.checkins.check_in_many(application.enterprise, [(device.id, checkin)])
    state = state_of(application.fleet, device.id)
    assert device.id not in application.fleet[Reporting]
    # when the collector heard of it, as far as that is known
    assert state.last_seen == application.clock() - (0 if says_sent else 300)


async def test_a_restart_of_the_server_knows_the_clock(application: RunningApplication) -> None:
    talker = Talker(application, await application.device(interval_s=INTERVAL_S), CHICAGO)
    await talker.talk(3)
    async with running_application(store=application.store, clock=application.clock) as later:
        talker.application = later
        assert (await talker.talk(radio=ON_HERE)).accepted is Accepted.CURRENT


async def test_when_the_clocks_of_many_go_wrong_together_it_is_one_alert_about_ours(
    application: RunningApplication,
) -> None:
    devices = [await application.device(f'crane-{n}', interval_s=60) for n in range(CROWD + 20)]
    for number in range(1, 7):
        off = CHICAGO if number <= 3 else 0.0  # our clock was set ahead for a while
        application.clock.tick(60)
        for device in devices:
            now = datetime.fromtimestamp(application.clock() + off, UTC)
            await application.checkins.check_in(application.enterprise, device.id, CheckIn(number, now, now))
        if number == 3:
            counted = Counter(problems(application))
            assert counted.pop('Many clocks are wrong by the same amount: is it that of the console?') == 1
            assert sum(counted.values()) == CROWD
            assert max(alert.devices for alert in application.fleet[Alert].values()) == len(devices)
    assert problems(application) == []
