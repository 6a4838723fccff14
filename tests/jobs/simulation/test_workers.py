import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from aiohttp import web

from jobs.simulation.client import ConsoleClient
from jobs.simulation.population import Fleet, build_fleet
from jobs.simulation.scenario import Event, What
from jobs.simulation.workers import WORKERS, Workers
from jobs.simulation.world import World
from tests.jobs.simulation.console import WITHIN_S, Console, eventually
from tests.stopwatch import Stopwatch

AtWork = Callable[..., AbstractAsyncContextManager[tuple[Workers, World]]]


@pytest.fixture
def at_work(console: Console) -> AtWork:
    """A fleet at work, its devices checking in every ``interval_s`` seconds."""

    @asynccontextmanager
    async def start(
        devices: int = 8, interval_s: float = 0.1, pace: float = 30.0
    ) -> AsyncIterator[tuple[Workers, World]]:
        fleet = _hurried(build_fleet(seed=7, devices=devices, towers=12), interval_s)
        world = World(fleet, today=date(2026, 11, 22))
        began = time.monotonic()
        async with ConsoleClient(console.url, connections=WORKERS) as client:
            workers = Workers(
                client,
                world,
                enrol_token='cwe_test',
                rng=Random(7),
                scene=lambda: time.monotonic() - began,
                pace=pace,
            )
            task = asyncio.create_task(workers.run())
            try:
                async with asyncio.timeout(WITHIN_S):
                    await workers.complete.wait()
                yield workers, world
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    return start


def _hurried(fleet: Fleet, interval_s: float) -> Fleet:
    return replace(fleet, devices=tuple(replace(device, interval_s=interval_s) for device in fleet.devices))  # type: ignore[arg-type]


def waiting(workers: Workers, number: int) -> int:
    """How many observations a device has not got rid of yet."""
    return len(workers._members[number].backlog)


async def test_every_device_enrols_and_tells_everything_with_its_first_check_in(
    console: Console, at_work: AtWork
) -> None:
    async with at_work(devices=50, interval_s=60):
        assert len(console.devices) == 50
        assert all(record.checkins for record in console.devices.values())
        first = console.named('phone-001').checkins[0]
        assert first['sequence'] == 1
        assert set(first['facts']) >= {'os', 'storage', 'battery', 'security'}
        assert first['radio']['rsrp'] < 0
        assert console.most_in_flight <= WORKERS
        assert len(console.connections) <= WORKERS


async def test_later_check_ins_follow_in_sequence_and_leave_out_what_did_not_change(
    console: Console, at_work: AtWork
) -> None:
    async with at_work():
        record = console.named('phone-001')
        await eventually(lambda: len(record.checkins) >= 4)
        assert [checkin['sequence'] for checkin in record.checkins[:4]] == [1, 2, 3, 4]
        assert 'facts' not in record.checkins[1]


async def test_a_device_with_something_to_tell_does_not_wait_for_its_time(console: Console, at_work: AtWork) -> None:
    async with at_work(interval_s=600) as (workers, world):
        device = world.fleet.devices[0]
        world.apply(Event(1, What.ENCRYPTION_DROPPED, devices=(0,)))
        workers.nudge([0])
        await eventually(lambda: console.named(device.name).facts['storage']['encrypted'] is False)


async def test_what_was_seen_without_service_is_sent_late_and_in_order(console: Console, at_work: AtWork) -> None:
    async with at_work() as (workers, world):
        device = next(d for d in world.fleet.devices if d.model.prefix == 'crane')
        record = console.named(device.name)
        everywhere = tuple(site.number for site in world.fleet.sites)
        world.apply(Event(1, What.STORM_STRUCK, everywhere))
        silent_from = len(record.checkins) + 1  # one may be on its way
        await eventually(lambda: waiting(workers, device.number) >= 4)
        assert len(record.checkins) <= silent_from
        world.apply(Event(2, What.SITE_RECOVERED, everywhere))
        await eventually(lambda: len(record.checkins) > silent_from + 3)
        observed = [checkin['observed_at'] for checkin in record.checkins]
        assert observed == sorted(observed)
        assert [c['sequence'] for c in record.checkins] == list(range(1, len(record.checkins) + 1))
        assert any('radio' not in checkin for checkin in record.checkins)


async def test_a_sleeper_says_nothing_until_it_wakes(console: Console, at_work: AtWork) -> None:
    async with at_work() as (workers, world):
        record = console.named(world.fleet.devices[0].name)
        world.apply(Event(1, What.FELL_ASLEEP, devices=(0,)))
        before = len(record.checkins) + 1
        other = console.named(world.fleet.devices[1].name)
        seen = len(other.checkins)
        await eventually(lambda: len(other.checkins) > seen + 5)
        assert len(record.checkins) <= before
        world.apply(Event(2, What.WOKE_UP, devices=(0,)))
        workers.nudge([0])
        await eventually(lambda: len(record.checkins) > before)


async def test_a_quarantine_is_confirmed_once_followed_by_a_repair_and_its_release(
    console: Console, at_work: AtWork
) -> None:
    async with at_work() as (workers, world):
        device = next(d for d in world.fleet.devices if d.phase > 0.1)
        record = console.named(device.name)
        world.apply(Event(1, What.DEVICE_ROOTED, devices=(device.number,)))
        workers.nudge([device.number])
        await eventually(lambda: record.facts['security']['rooted'])
        took = Stopwatch()
        console.order(device.name, 'quarantine', 'c1')
        await eventually(lambda: 'c1' in console.results)
        assert took.wall_s > 0.9
        assert took.own_s < 4
        assert console.results['c1']['outcome'] == 'confirmed'
        await eventually(lambda: record.facts['custom']['restricted'] and not record.facts['security']['rooted'])
        console.order(device.name, 'release', 'c2')
        await eventually(lambda: 'c2' in console.results and not record.facts['custom']['restricted'])


async def test_some_devices_reject_a_quarantine_with_a_reason(console: Console, at_work: AtWork) -> None:
    async with at_work(devices=60) as (_, world):
        device = min(world.fleet.devices, key=lambda d: d.phase)
        console.order(device.name, 'quarantine', 'c1')
        await eventually(lambda: 'c1' in console.results)
        assert console.results['c1'] == {'outcome': 'rejected', 'detail': 'no hook for quarantine'}
        assert not world.condition(device.number).quarantined


async def test_a_credential_that_is_no_longer_known_makes_the_device_enrol_again(
    console: Console, at_work: AtWork
) -> None:
    async with at_work():
        record = console.named('phone-001')
        await eventually(lambda: record.sequence >= 2)
        console.credentials.clear()
        record.checkins.clear()
        await eventually(lambda: len(record.checkins) > 1)
        assert record.checkins[0]['sequence'] == 1
        assert any('os' in checkin.get('facts', {}) for checkin in record.checkins)
        assert len(console.devices) == 8


async def test_after_a_restart_of_the_server_nothing_that_was_seen_is_missing(
    console: Console, at_work: AtWork
) -> None:
    async with at_work() as (workers, world):
        record = console.named('phone-001')
        number = next(device.number for device in world.fleet.devices if device.name == 'phone-001')
        await eventually(lambda: record.sequence >= 2)
        await console.stop()
        await eventually(lambda: waiting(workers, number) >= 4)
        seen = len(record.checkins)
        await console.start()
        await eventually(lambda: len(record.checkins) > seen + 5)
        observed = [checkin['observed_at'] for checkin in record.checkins]
        assert observed == sorted(observed)
        sequences = [checkin['sequence'] for checkin in record.checkins]
        assert all(later == earlier + 1 for earlier, later in pairwise(sequences))


async def test_an_overloaded_server_gets_the_quiet_it_asks_for(console: Console, at_work: AtWork) -> None:
    async with at_work():
        since = Stopwatch()
        asked: list[tuple[float, float]] = []

        def overloaded(path: str) -> tuple[int, dict[str, str]] | None:
            asked.append((since.wall_s, since.own_s))
            return 503, {'Retry-After': '2'}

        console.refuse = overloaded
        await eventually(lambda: bool(asked))
        first_wall, first_own = asked[0]
        await eventually(lambda: asked[-1][0] - first_wall > 1.9)
        assert [
            wall for wall, own in asked if wall - first_wall < 1.9 and own - first_own > 0.3
        ] == []  # but for those on their way


@pytest.mark.parametrize('status', [200, 401, 404, 413])
async def test_a_fleet_behind_a_portal_keeps_what_it_saw_and_who_it_is(
    console: Console, at_work: AtWork, status: int
) -> None:
    async with at_work(devices=4) as (_, _):
        asked: list[int] = []

        def portal() -> web.Response:
            asked.append(status)
            return web.json_response({'title': 'welcome'}, status=status)

        console.portal = portal
        await eventually(lambda: len(asked) >= 2)
        console.portal = None
        before = {id: len(record.checkins) for id, record in console.devices.items()}
        await eventually(lambda: all(len(r.checkins) > before[id] + 2 for id, r in console.devices.items()))
        assert len(console.credentials) == 4, 'nobody enrolled again'
        for record in console.devices.values():
            assert [one['sequence'] for one in record.checkins] == list(range(1, len(record.checkins) + 1))
