"""What is taken down minute by minute, and the hours that are made of it."""

import pytest

from domain.checks.model import CheckResult
from domain.common.errors import Unavailable
from domain.measurements.model import HOUR_S, LATENCY, MINUTE_S, Measurement, Series
from domain.towers.model import Tower
from tests.domain.towers.test_service import TCP, tower
from tests.fakes import Clock, RunningApplication, running_application
from tests.fakes.store import MemoryStore

BEGIN = 1_800_000_000.0
"""A whole hour."""


async def run(application: RunningApplication, seconds: float, *, every: float = 10) -> None:
    for _ in range(int(seconds / every)):
        application.clock.tick(every)
        await application.measurements.look(application.enterprise)


async def kept(application: RunningApplication, series: str, step_s: int = MINUTE_S) -> list[Measurement]:
    return await application.store.measurements(application.enterprise, series, step_s, 0, 1e12)


def told(rows: list[Measurement]) -> list[tuple[float, float, float, float]]:
    return [(row.at - BEGIN, row.low, row.mean, row.high) for row in rows]


async def test_each_minute_has_how_the_devices_stood_and_how_many_checked_in() -> None:
    async with running_application() as application:
        first, second = await application.device('a'), await application.device('b')
        await application.measurements.look(application.enterprise)
        for device in (first, first, second):
            await application.check_in(device.id)
            application.clock.tick(1)
        await run(application, 120)
        assert told(await kept(application, Series.ONLINE)) == [(0, 0, pytest.approx(10 / 6), 2), (60, 2, 2, 2)]
        assert [row.mean for row in await kept(application, Series.CHECKINS)] == [3, 0]
        assert {row.series for row in application.store.rows[Measurement].values()} == set(Series)
        newest = application.measurements.newest(application.enterprise, Series.ONLINE, MINUTE_S)
        assert newest is not None
        assert newest.at == BEGIN + 60


async def test_a_minute_that_was_measured_in_part_counts_check_ins_as_of_a_whole_one() -> None:
    async with running_application() as application:
        device = await application.device()
        application.clock.tick(30)
        await application.measurements.look(application.enterprise)
        for _ in range(2):
            application.clock.tick(1)
            await application.check_in(device.id)
        await run(application, 40)
        assert [row.mean for row in await kept(application, Series.CHECKINS)] == [4]


async def test_what_the_process_did_not_see_is_missing() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        await run(application, 120)
    clock.tick(1800)
    async with running_application(store=store, clock=clock) as application:
        await run(application, 120)
        application.clock.tick(600)  # the process was stopped
        await run(application, 60)
        assert [at for at, *_ in told(await kept(application, Series.ONLINE))] == [0, 60, 1920, 1980, 2040, 2640]
        store.failure = OSError('disk full')
        with pytest.raises(Unavailable):
            await run(application, 60)
        await application.store_answers_again()
        assert len(await kept(application, Series.ONLINE)) == 6


async def test_hours_are_made_of_their_minutes_once_also_after_a_restart() -> None:
    store, clock = MemoryStore(), Clock()
    async with running_application(store=store, clock=clock) as application:
        await run(application, 1800)
        device = await application.device()
        await application.check_in(device.id)
        await run(application, 1750)
        assert await application.measurements.make_hours(application.enterprise) == 0
    clock.tick(HOUR_S)
    async with running_application(store=store, clock=clock) as application:
        assert await application.measurements.make_hours(application.enterprise) == 1
        assert await application.measurements.make_hours(application.enterprise) == 0
        ((at, low, mean, high),) = told(await kept(application, Series.ONLINE, HOUR_S))
        assert (at, low, high) == (0, 0, 1)
        assert mean == pytest.approx(0.5, abs=0.05)
        assert store.rows[Measurement].keys() == {row.id for row in store.rows[Measurement].values()}


async def answered(application: RunningApplication, mast: Tower, rtt_ms: float | None, after_s: float) -> None:
    application.clock.tick(after_s)
    result = CheckResult(mast.id, mast.checks[0].id, application.clock(), rtt_ms is not None, rtt_ms, '')
    await application.towers.record_check(application.enterprise, mast.id, result)


async def test_the_latency_of_a_tower_has_its_spikes_also_when_the_answers_are_thinned() -> None:
    async with running_application() as application:
        mast = await tower(application, checks=(TCP,))
        await application.measurements.look(application.enterprise)
        for rtt_ms in (10, 20, None, 900):
            await answered(application, mast, rtt_ms, 20)
        fine = await application.measurements.latency(application.enterprise, mast.id, MINUTE_S, 0)
        assert told(fine) == [(0, 10, 15, 20), (60, 900, 900, 900)]
        await run(application, HOUR_S)
        await application.measurements.make_hours(application.enterprise)
        application.store.kept_results.clear()
        await answered(application, mast, 7, 60)
        coarse = await application.measurements.latency(application.enterprise, mast.id, HOUR_S, 0)
        assert told(coarse) == [(0, 10, 310, 900), (HOUR_S, 7, 7, 7)]
        assert await kept(application, LATENCY.format(mast.id), HOUR_S) == coarse[:1]
