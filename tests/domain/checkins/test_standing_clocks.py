"""Across clock and counter: a clock that stands says nothing of age, a number that never rises nothing of order; the other counts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.alerts.model import Alert
from domain.cellular.radio import Radio, Rat
from domain.checkins.model import Accepted, CheckIn, Receipt
from domain.devices.events import CounterRestarted
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Presence, Reporting
from tests.fakes import RunningApplication, running_application

INTERVAL_S = 5
NEVER_SET = 0.0
ZERO_TIME = datetime(1, 1, 1, tzinfo=UTC).timestamp()
"""Where Go and .NET begin to count."""
HERE = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
ELSEWHERE = replace(HERE, cell_id=2)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def say(
    application: RunningApplication,
    device: Device,
    sequence: int,
    at: float,
    radio: Radio = HERE,
    *,
    sent: bool = False,
) -> Receipt:
    """One check-in an interval after the last, observed ``at`` by the device's clock; the device is there after it."""
    application.clock.tick(device.interval_s)
    moment = datetime.fromtimestamp(at, UTC)
    said = CheckIn(sequence, moment, moment if sent else None, None, radio)
    receipt = await application.checkins.check_in(application.enterprise, device.id, said)
    await application.presence.expire()
    return receipt


def state(application: RunningApplication, device: Device) -> DeviceState:
    return state_of(application.fleet, device.id)


@pytest.mark.parametrize('sent', [False, True])
@pytest.mark.parametrize('right_before', [False, True])
@pytest.mark.parametrize('stands_at', [ZERO_TIME, NEVER_SET, 1_790_000_000.0, 4_000_000_000.0])
async def test_a_counter_begins_again_while_the_clock_stands(
    application: RunningApplication, stands_at: float, right_before: bool, sent: bool
) -> None:
    """Never set, at the day on which the firmware was built, or far ahead; also where it stood before, and after the next reset."""
    device = await application.device(interval_s=INTERVAL_S)
    for number in range(495, 501):
        at = application.clock() + INTERVAL_S if right_before else stands_at
        await say(application, device, number, at, sent=sent)
    for reset in (1, 2):
        for number in (1, 2, 3, 4, 5, 6):
            receipt = await say(application, device, number, stands_at, ELSEWHERE, sent=sent)
            assert state(application, device).presence is not Presence.OFFLINE
        after = state(application, device)
        assert (receipt.accepted, after.sequence, after.radio) == (Accepted.CURRENT, 6, ELSEWHERE)
        assert (after.presence, after.last_seen) == (Presence.ONLINE, application.clock())
        assert after.observed_at == application.clock()
        assert len(application.entries(CounterRestarted)) == reset
    assert application.fleet[Reporting][device.id].clock_stands_at == stands_at


@pytest.mark.parametrize('waking_s', [0.0, 0.9])
@pytest.mark.parametrize('sent', [False, True])
async def test_a_clock_that_stands_is_a_wrong_clock(
    application: RunningApplication, sent: bool, waking_s: float
) -> None:
    """Of a device without a clock that keeps time, which begins at 1970 whenever it wakes, too."""
    device = await application.device(interval_s=INTERVAL_S)
    stands_at = application.clock() - 3600
    for number in range(1, 9):
        receipt = await say(application, device, number, stands_at + waking_s * (number % 2), sent=sent)
    reporting = application.fleet[Reporting][device.id]
    assert receipt.accepted is Accepted.CURRENT
    assert reporting.clock_offset_s is not None
    assert -3680 < reporting.clock_offset_s < -3600
    assert state(application, device).observed_at == application.clock()
    (alert,) = application.fleet[Alert].values()
    assert alert.problem == 'The clock of crane-1 is wrong'
    assert 'it stands at ' in alert.detail
    for number in range(9, 13):  # set right
        await say(application, device, number, application.clock() + INTERVAL_S, sent=sent)
    reporting = application.fleet[Reporting][device.id]
    assert (reporting.clock_offset_s, reporting.clock_stands_at, list(application.fleet[Alert])) == (None, None, [])


async def test_a_clock_in_the_year_1_is_told_as_it_is(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for number in range(1, 9):
        await say(application, device, number, ZERO_TIME)
        assert state(application, device).observed_at == application.clock()
    (alert,) = application.fleet[Alert].values()
    assert 'it stands at 0001-01-01 00:00:00 UTC' in alert.detail


async def test_what_a_standing_clock_is_wrong_by_follows_now_and_then(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    stands_at, changes = application.clock(), set()
    for number in range(1, 1000):
        await say(application, device, number, stands_at)
        reporting = application.fleet[Reporting].get(device.id)
        changes.add(reporting.clock_offset_s if reporting is not None else None)
    assert min(change for change in changes if change is not None) < -4000
    assert len(changes) < 40


@pytest.mark.parametrize('per_check_in_s', [20.0, 0.2, -0.2])
@pytest.mark.parametrize('off', [7200.0, -86_400.0])
async def test_a_clock_that_drifts_is_a_wrong_clock(
    application: RunningApplication, off: float, per_check_in_s: float
) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for number in range(1, 8):
        at = application.clock() + INTERVAL_S + off + number * per_check_in_s
        receipt = await say(application, device, number, at)
    reporting = application.fleet[Reporting].get(device.id)
    if per_check_in_s > 1 and off < 0:  # as a buffer does that empties
        assert reporting is None
        return
    assert reporting is not None
    assert reporting.clock_offset_s == pytest.approx(off, abs=10 * abs(per_check_in_s))
    assert receipt.accepted is Accepted.CURRENT


async def test_a_buffer_of_equal_moments_is_no_clock_that_stands(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    await say(application, device, 500, application.clock() + INTERVAL_S)
    before, old = state(application, device), datetime.fromtimestamp(application.clock() - 3600, UTC)
    for number in range(1, 40):
        application.clock.tick(0.3)
        said = CheckIn(number, old, None, None, ELSEWHERE)
        await application.checkins.check_in(application.enterprise, device.id, said)
    after = state(application, device)
    assert (after.sequence, after.radio) == (before.sequence, before.radio)
    assert not application.entries(CounterRestarted)


@pytest.mark.parametrize('off', [0.0, -21_600.0, -1.79e9])
@pytest.mark.parametrize('numbers', [[1] * 9, [9, 8, 7, 6, 5, 4, 3, 2, 1]])
@pytest.mark.parametrize('sent', [False, True])
async def test_a_number_that_never_rises_is_said_and_the_state_taken(
    application: RunningApplication, sent: bool, numbers: list[int], off: float
) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for number in numbers:
        receipt = await say(application, device, number, application.clock() + INTERVAL_S + off, sent=sent)
        assert state(application, device).presence is Presence.ONLINE
    receipt = await say(application, device, 1, application.clock() + INTERVAL_S + off, ELSEWHERE, sent=sent)
    after = state(application, device)
    assert (receipt.accepted, after.radio, after.observed_at) == (Accepted.CURRENT, ELSEWHERE, application.clock())
    assert [odd.field for odd in receipt.ignored] == ['sequence']
    assert [odd.field for odd in application.fleet[Reporting][device.id].odd] == ['sequence']
    moment = datetime.fromtimestamp(application.clock() + off, UTC)
    application.clock.tick(1)
    again = CheckIn(1, moment, moment if sent else None, None, HERE)
    receipt = await application.checkins.check_in(application.enterprise, device.id, again)
    assert (receipt.accepted, state(application, device).radio) == (Accepted.DUPLICATE, ELSEWHERE)
    for number in (2, 3):
        receipt = await say(application, device, number, application.clock() + INTERVAL_S + off, sent=sent)
    assert (receipt.accepted, receipt.ignored) == (Accepted.CURRENT, ())
    assert not application.fleet[Reporting][device.id].unordered
    assert not application.entries(CounterRestarted)
    assert not [alert for alert in application.fleet[Alert].values() if 'clock' not in alert.problem]
