"""A counter that begins again is recognised; an old check-in that is sent again moves nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.cellular.radio import Radio, Rat
from domain.checkins.model import Accepted, CheckIn, Receipt
from domain.devices.events import CounterRestarted
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceState, Presence, Reporting
from domain.devices.presence import offline_after
from domain.towers.input import NewTower
from domain.towers.model import Cell
from tests.fakes import RunningApplication, running_application

INTERVAL_S = 5
HERE = Cell(rat=Rat.LTE, mcc='204', mnc='08', tac=4417, cell_id=1)
ON_HERE = Radio(Rat.LTE, '204', '08', 4417, 1, rsrp=-90.0)
ELSEWHERE = replace(ON_HERE, cell_id=2)


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        await application.towers.add(application.actor, NewTower(name='Mast', cells=(HERE,)))
        yield application


async def say(
    application: RunningApplication,
    device: Device,
    sequence: int,
    *,
    at: float | None = None,
    sent: bool = False,
    radio: Radio = ON_HERE,
    boot: str | None = None,
) -> Receipt:
    """One check-in observed ``at`` by the device's clock, and sent then as well if it says when."""
    moment = datetime.fromtimestamp(application.clock() if at is None else at, UTC)
    checkin = CheckIn(sequence, moment, moment if sent else None, None, radio, boot)
    return await application.checkins.check_in(application.enterprise, device.id, checkin)


async def counted(application: RunningApplication, last: int = 500, *, sent: bool = False) -> Device:
    """A device that has counted up to there."""
    device = await application.device(interval_s=INTERVAL_S)
    for number in range(last - 3, last + 1):
        application.clock.tick(INTERVAL_S)
        await say(application, device, number, sent=sent, boot='one')
    return device


def state(application: RunningApplication, device: Device) -> DeviceState:
    return state_of(application.fleet, device.id)


@pytest.mark.parametrize('off', [0.0, -1.79e9])
@pytest.mark.parametrize('sent', [False, True])
async def test_a_counter_that_begins_again_is_taken_with_the_third_word(
    application: RunningApplication, off: float, sent: bool
) -> None:
    """Reflash or restored image; the clock may have gone with the counter."""
    device = await counted(application, sent=sent)
    for number in (1, 2, 3):
        application.clock.tick(INTERVAL_S)
        receipt = await say(application, device, number, at=application.clock() + off, sent=sent, radio=ELSEWHERE)
        await application.presence.expire()
        assert state(application, device).presence is not Presence.OFFLINE
    after = state(application, device)
    assert (receipt.accepted, after.sequence, after.radio) == (Accepted.CURRENT, 3, ELSEWHERE)
    assert (after.presence, after.observed_at) == (Presence.ONLINE, application.clock())
    assert [(e.before, e.after) for e in application.entries(CounterRestarted)] == [(500, 3)]
    for number in (4, 5):
        application.clock.tick(INTERVAL_S)
        receipt = await say(application, device, number, at=application.clock() + off, sent=sent)
        assert receipt.accepted is Accepted.CURRENT
    assert state(application, device).tower is not None


async def test_a_device_that_names_its_run_is_taken_at_once(application: RunningApplication) -> None:
    device = await counted(application)
    application.clock.tick(INTERVAL_S)
    assert (await say(application, device, 1, radio=ELSEWHERE, boot='two')).accepted is Accepted.CURRENT
    assert (state(application, device).sequence, state(application, device).radio) == (1, ELSEWHERE)
    assert application.fleet[Reporting][device.id].boot_id == 'two'


async def test_a_device_with_a_low_number_is_there_from_the_first_word_on(application: RunningApplication) -> None:
    device = await counted(application)
    application.clock.tick(600)
    await application.presence.expire()
    assert state(application, device).presence is Presence.OFFLINE
    await say(application, device, 1, radio=ELSEWHERE)
    after = state(application, device)
    assert (after.presence, after.last_seen) == (Presence.ONLINE, application.clock())
    assert (after.sequence, after.radio) == (500, ON_HERE)


@pytest.mark.parametrize('sent', [False, True])
@pytest.mark.parametrize('number', [499, 500])
async def test_one_old_body_sent_again_moves_nothing(application: RunningApplication, sent: bool, number: int) -> None:
    device = await counted(application, sent=sent)
    at = application.clock() - (500 - number) * INTERVAL_S
    application.clock.tick(600)
    await application.presence.expire()
    before = state(application, device)
    for _ in range(20):
        application.clock.tick(offline_after(INTERVAL_S) + 1)
        await say(application, device, number, at=at, sent=sent, radio=ELSEWHERE, boot='zero')
        await say(application, device, number, at=at, sent=sent, radio=ELSEWHERE, boot='zero')
    assert state(application, device) is before
    assert not application.entries(CounterRestarted)


@pytest.mark.parametrize('sent', [False, True])
@pytest.mark.parametrize('number', [499, 500])
async def test_a_device_that_sends_one_body_for_ever_is_there_and_its_page_says_that_nothing_is_taken(
    application: RunningApplication, sent: bool, number: int
) -> None:
    device = await counted(application, sent=sent)
    at = application.clock() - (500 - number) * INTERVAL_S
    before = state(application, device)
    for _ in range(20):
        application.clock.tick(INTERVAL_S)
        receipt = await say(application, device, number, at=at, sent=sent, radio=ELSEWHERE)
        await application.presence.expire()
        assert state(application, device).presence is not Presence.OFFLINE
    after = state(application, device)
    assert (after.presence, after.last_seen) == (Presence.ONLINE, application.clock())
    assert (after.sequence, after.radio, after.observed_at) == (500, ON_HERE, before.observed_at)
    assert [(odd.field, odd.detail.split(':')[0]) for odd in receipt.ignored] == [
        ('sequence', f'is not new, {number} again, nor is its moment')
    ]
    assert application.fleet[Reporting][device.id].odd == tuple(receipt.ignored)
    application.clock.tick(INTERVAL_S)
    assert (await say(application, device, 501, sent=sent, radio=ELSEWHERE)).ignored == ()
    assert state(application, device).radio == ELSEWHERE


async def test_what_goes_on_beside_a_body_that_is_sent_again_is_taken_without_a_word(
    application: RunningApplication,
) -> None:
    device = await counted(application)
    old = application.clock()
    for number in range(501, 512):
        application.clock.tick(INTERVAL_S)
        assert (await say(application, device, 500, at=old)).ignored == ()
        await say(application, device, number)
    assert state(application, device).sequence == 511


@pytest.mark.parametrize('sent', [False, True])
async def test_a_body_of_the_former_run_sent_again_moves_nothing_either(
    application: RunningApplication, sent: bool
) -> None:
    device = await counted(application, sent=sent)
    old = application.clock()
    for number in (1, 2, 3):
        application.clock.tick(INTERVAL_S)
        await say(application, device, number, sent=sent)
    before = state(application, device)
    application.clock.tick(1)
    assert (await say(application, device, 500, at=old, sent=sent, radio=ELSEWHERE)).accepted is Accepted.LATE
    assert state(application, device) is before
    application.clock.tick(INTERVAL_S)
    assert (await say(application, device, 4, sent=sent)).accepted is Accepted.CURRENT


@pytest.mark.parametrize('sent', [False, True])
async def test_a_recording_played_at_once_begins_no_run(application: RunningApplication, sent: bool) -> None:
    device = await counted(application, sent=sent)
    end = application.clock()
    application.clock.tick(600)
    before = state(application, device)
    for number in range(480, 500):
        await say(application, device, number, at=end - (500 - number) * INTERVAL_S, sent=sent, radio=ELSEWHERE)
    assert state(application, device) is before


async def test_a_buffer_brought_later_extends_history_and_moves_no_fact(application: RunningApplication) -> None:
    """The newest came first; what was kept follows, oldest first, by a client that says when it sends."""
    device = await counted(application)
    before, kept = state(application, device), len(application.store.kept_samples)
    for number in range(400, 440):
        application.clock.tick(1)
        now = application.clock()
        observed = datetime.fromtimestamp(now - 3600 + number, UTC)
        checkin = CheckIn(number, observed, datetime.fromtimestamp(now, UTC), None, ELSEWHERE)
        receipt = await application.checkins.check_in(application.enterprise, device.id, checkin)
        assert receipt.accepted is Accepted.LATE
    after = state(application, device)
    assert (after.sequence, after.radio, after.tower) == (before.sequence, before.radio, before.tower)
    assert len(application.store.kept_samples) == kept + 40
    assert not application.entries(CounterRestarted)


async def test_a_buffer_without_sending_times_that_comes_after_the_newest_is_no_repetition(
    application: RunningApplication,
) -> None:
    device = await counted(application)
    kept, began = len(application.store.kept_samples), application.clock()
    for number in range(400, 440):
        application.clock.tick(1)
        receipt = await say(application, device, number, at=began - 3600 + (number - 400) * 60, radio=ELSEWHERE)
        assert (receipt.accepted, receipt.ignored) == (Accepted.LATE, ())
    assert len(application.store.kept_samples) == kept + 40


async def test_a_counter_that_stands_still_is_heard(application: RunningApplication) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for _ in range(10):
        await say(application, device, 1)
        application.clock.tick(INTERVAL_S)
        await application.presence.expire()
    assert state(application, device).presence is Presence.ONLINE


async def test_an_old_body_sent_again_does_not_end_a_run_that_goes_on(application: RunningApplication) -> None:
    device = await counted(application, 10)
    old = application.clock()
    for number in (1, 2, 3):
        application.clock.tick(INTERVAL_S)
        await say(application, device, 1, at=old - 9 * INTERVAL_S)
        receipt = await say(application, device, number, radio=ELSEWHERE)
    assert (receipt.accepted, state(application, device).sequence) == (Accepted.CURRENT, 3)


@pytest.mark.parametrize('sent', [False, True])
async def test_a_counter_that_begins_again_behind_a_late_collector_is_followed(
    application: RunningApplication, sent: bool
) -> None:
    device = await application.device(interval_s=INTERVAL_S)
    for number in (498, 499, 500, 1, 2, 3, 4, 5, 6):
        application.clock.tick(INTERVAL_S)
        moment = datetime.fromtimestamp(application.clock() - 300, UTC)
        said = CheckIn(number, moment, moment if sent else None, None, ON_HERE if number < 6 else ELSEWHERE)
        await application.checkins.check_in_many(application.enterprise, [(device.id, said)])
    assert (state(application, device).sequence, state(application, device).radio) == (6, ELSEWHERE)
