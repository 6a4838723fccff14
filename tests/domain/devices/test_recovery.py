"""An outage ends when the devices that it cut off are heard from, or were waited for long enough; and keeps what it was meanwhile."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.access.scopes import Scope
from domain.alerts.events import AlertCleared, AlertWorsened
from domain.alerts.model import Alert
from domain.common.severity import Severity
from domain.devices.model import Device
from domain.devices.presence import offline_after
from domain.devices.recovery import MOST_HELD_S, review_recoveries
from domain.fleet.scoped import ScopedFleet
from domain.towers.model import Tower
from tests.domain.towers.test_service import HTTP, TCP, answer, cell, change, on, tower
from tests.fakes import RunningApplication, running_application


@pytest.fixture
async def application() -> AsyncIterator[RunningApplication]:
    async with running_application() as application:
        yield application


async def review(application: RunningApplication) -> None:
    await application.transactor.transact(lambda tx: review_recoveries(tx, application.fleet), application.enterprise)


def alert_of(application: RunningApplication, mast: Tower) -> Alert:
    """The newest alert of the tower, open or cleared."""
    rows: list[Alert] = [alert for alert in application.store.rows[Alert].values() if alert.object_id == mast.id]
    return max(rows, key=lambda alert: alert.id)


async def outage(application: RunningApplication, *names: str, **more: Any) -> tuple[Tower, list[Device]]:
    """A mast with a check of each sort goes down under these devices."""
    mast = await tower(application, checks=(TCP, HTTP), cells=(cell(1),))
    for check in (0, 1):
        await answer(application, mast, True, check=check)
    devices = [await application.device(name, **more) for name in names]
    for device in devices:
        await application.check_in(device.id, radio=on(1))
    for check in (0, 1):
        await answer(application, mast, False, False, False, check=check)
    await application.towers.tell(application.enterprise)
    return mast, devices


async def comes_up(application: RunningApplication, mast: Tower) -> None:
    """One check after the other answers again."""
    for check in (0, 1):
        await answer(application, mast, True, check=check)


async def test_a_tower_that_comes_back_by_degrees_leaves_its_alert_as_it_was_at_its_worst(
    application: RunningApplication,
) -> None:
    mast, devices = await outage(application, 'crane', 'van')
    await answer(application, mast, True)
    now = alert_of(application, mast)
    assert (now.problem, now.severity, now.devices) == ('Mast is down', Severity.MAJOR, 2)
    assert now.recovery == 'degraded: HTTP http://10.0.0.1/status: refused'
    await answer(application, mast, True, check=1)
    for device in devices:
        await application.check_in(device.id, radio=on(1))
    await review(application)
    gone = alert_of(application, mast)
    assert not gone.is_open
    assert (gone.problem, gone.severity, gone.peak_severity) == ('Mast is down', Severity.MAJOR, Severity.MAJOR)
    assert (gone.first_problem, gone.peak_devices, gone.missing) == ('Mast is degraded', 2, 0)
    (cleared,) = application.entries(AlertCleared)
    assert (cleared.problem, cleared.severity, cleared.devices) == ('Mast is down', 'major', 2)


async def test_a_tower_that_was_never_worse_than_degraded_has_an_alert_that_says_so(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP, HTTP))
    await answer(application, mast, True)
    await answer(application, mast, False, False, False, True, check=1)
    gone = alert_of(application, mast)
    assert (gone.problem, gone.peak_severity, gone.is_open) == ('Mast is degraded', Severity.MINOR, False)


async def test_it_counts_the_devices_that_are_missing_until_the_last_is_back(application: RunningApplication) -> None:
    mast, (crane, van, _) = await outage(application, 'crane', 'van', 'buoy')
    await comes_up(application, mast)
    await review(application)
    held = alert_of(application, mast)
    assert (held.is_open, held.recovery, held.missing, held.awaited) == (True, 'up', 3, 3)
    await application.check_in(crane.id, radio=on(1))
    await application.check_in(van.id, radio=on(2))  # elsewhere is heard from as well
    await review(application)
    held = alert_of(application, mast)
    assert (held.is_open, held.missing, held.awaited) == (True, 1, 3)


async def test_it_waits_for_no_device_longer_than_its_silence_is_excused(application: RunningApplication) -> None:
    mast, (crane, _) = await outage(application, 'crane', 'van', interval_s=60)
    await comes_up(application, mast)
    await application.check_in(crane.id, radio=on(1))
    application.clock.tick(offline_after(60) - 1)
    await review(application)
    assert alert_of(application, mast).is_open
    application.clock.tick(2)
    await review(application)
    gone = alert_of(application, mast)
    assert (gone.is_open, gone.missing, gone.awaited) == (False, 1, 2)
    assert application.entries(AlertCleared)[0].missing == 1


async def test_a_device_that_reports_once_a_day_holds_it_for_a_quarter_of_an_hour(
    application: RunningApplication,
) -> None:
    mast, _ = await outage(application, 'buoy', interval_s=86_400)
    await comes_up(application, mast)
    application.clock.tick(MOST_HELD_S - 10)
    await review(application)
    assert alert_of(application, mast).is_open
    application.clock.tick(20)
    await review(application)
    assert alert_of(application, mast).missing == 1
    assert not alert_of(application, mast).is_open


async def test_a_device_that_was_silent_long_before_is_not_waited_for(application: RunningApplication) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await answer(application, mast, True)
    device = await application.device('stored away', interval_s=60)
    await application.check_in(device.id, radio=on(1))
    application.clock.tick(3600)
    await answer(application, mast, True, False, False, False, True)
    await review(application)
    gone = alert_of(application, mast)
    assert (gone.is_open, gone.awaited, gone.missing) == (False, 0, 0)


async def test_a_restart_goes_on_waiting_and_does_not_count_the_time_it_was_away(
    application: RunningApplication,
) -> None:
    mast, _ = await outage(application, 'crane', interval_s=60)
    await comes_up(application, mast)
    await review(application)
    application.clock.tick(3600)
    async with running_application(store=application.store, clock=application.clock) as again:
        await review(again)
        assert alert_of(again, mast).is_open
        again.clock.tick(offline_after(60) + 11)
        await review(again)
        assert not alert_of(again, mast).is_open


async def test_a_tower_that_fails_again_meanwhile_has_one_alert_that_is_open_to_all_again(
    application: RunningApplication,
) -> None:
    mast, _ = await outage(application, 'crane')
    first = alert_of(application, mast)
    await application.alerts.acknowledge(application.actor, first.id, 'crew is on its way')
    await comes_up(application, mast)
    for check in (0, 1):
        await answer(application, mast, False, False, False, check=check)
    again = alert_of(application, mast)
    assert (again.id, again.recovery, again.held_since) == (first.id, '', None)
    assert (again.acknowledged_at, again.acknowledgements[0].by, again.acknowledgements[0].comment) == (
        None,
        'test',
        'crew is on its way',
    )
    assert [entry.again for entry in application.entries(AlertWorsened)] == [True]


async def test_a_first_failed_check_after_it_is_up_does_not_call_it_degraded(application: RunningApplication) -> None:
    mast, _ = await outage(application, 'crane')
    await comes_up(application, mast)
    await answer(application, mast, False)
    assert (alert_of(application, mast).recovery, alert_of(application, mast).is_open) == ('up', True)


async def test_maintenance_ends_the_waiting(application: RunningApplication) -> None:
    mast, _ = await outage(application, 'crane')
    await comes_up(application, mast)
    await change(application, mast, checks=mast.checks, cells=mast.cells, maintenance_until=application.clock() + 3600)
    assert not alert_of(application, mast).is_open


async def test_a_narrowed_role_hears_that_it_is_up_and_not_how_many_others_are_missing(
    application: RunningApplication,
) -> None:
    mast = await tower(application, checks=(TCP,), cells=(cell(1),))
    await answer(application, mast, True)
    for name, site in (('crane', 'port'), ('van', 'road')):
        device = await application.device(name, labels={'site': site})
        await application.check_in(device.id, radio=on(1))
    await answer(application, mast, False, False, False, True)
    await review(application)
    (seen,) = ScopedFleet(application.fleet, Scope({'site': ('port',)}))[Alert].values()
    assert (seen.recovery, seen.awaited, seen.missing, seen.peak_devices) == ('up', None, None, 1)
