"""The schedule: each row at its pace, and none that harms another."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from jobs.scheduler import Job, Lane, Schedule
from tests.fakes import Clock
from tests.jobs.loopback import eventually

Run = Callable[[], Awaitable[object]]


class Counting:
    """Something to run that counts, and does what it is told at each turn."""

    def __init__(self, then: Run | None = None) -> None:
        self.runs = 0
        self.under_way = 0
        self.most_at_once = 0
        self.then = then

    async def __call__(self) -> None:
        self.runs += 1
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            if self.then is not None:
                await self.then()
        finally:
            self.under_way -= 1


def job(name: str, run: Run, **more: Any) -> Job:
    row = {'every_s': 0.02, 'lane': Lane(name), 'timeout_s': 5.0, **more}
    return Job(name=name, run=run, **row)


@asynccontextmanager
async def running(*jobs: Job, **more: Any) -> AsyncIterator[Schedule]:
    schedule = Schedule(jobs=jobs, **more)
    schedule.start()
    try:
        yield schedule
    finally:
        await schedule.stop()


async def fail() -> None:
    raise RuntimeError('the mast is gone')


async def hang() -> None:
    await asyncio.Event().wait()


async def test_a_failing_and_a_hanging_row_leave_the_healthy_one_alone() -> None:
    healthy, failing, hanging = Counting(), Counting(fail), Counting(hang)
    jobs = job('healthy', healthy), job('failing', failing), job('hanging', hanging, timeout_s=0.05)
    async with running(*jobs) as schedule:
        await eventually(lambda: healthy.runs >= 10 and failing.runs >= 5 and hanging.runs >= 3)
        assert schedule.health['healthy'].failures == 0
        assert schedule.health['failing'].error == 'RuntimeError: the mast is gone'
        assert schedule.health['hanging'].error == 'TimeoutError: not done after 0.05 s'
        assert schedule.health['hanging'].timeouts >= 2
    assert hanging.most_at_once == 1


async def test_an_outage_is_two_lines_one_down_and_one_up() -> None:
    work = Counting(fail)
    with capture_logs() as lines:
        async with running(job('poll', work)) as schedule:
            await eventually(lambda: schedule.health['poll'].failures >= 5)
            assert schedule.health['poll'].failing_since is not None
            work.then = None
            await eventually(lambda: schedule.health['poll'].error is None)
            good = schedule.health['poll'].runs
            await eventually(lambda: schedule.health['poll'].runs >= good + 3)
            assert schedule.health['poll'].last_error == 'RuntimeError: the mast is gone'
    told = [(line['event'], line['log_level']) for line in lines if line.get('job') == 'poll']
    assert told == [('job_failed', 'error'), ('job_recovered', 'info')]


async def test_a_row_that_is_still_busy_is_not_started_twice() -> None:
    slow = Counting(hang)
    async with running(job('slow', slow, lane=Lane('roomy', 5))) as schedule:
        await eventually(lambda: schedule.health['slow'].skipped >= 3)
        assert schedule.health['slow'].is_running
        assert slow.runs == 1
    assert slow.under_way == 0  # stop ends what runs


async def test_rows_of_one_lane_share_its_places() -> None:
    both = Counting(lambda: asyncio.sleep(0.01))
    lane = Lane('sweeping', 1)
    async with running(job('one', both, lane=lane), job('two', both, lane=lane)) as schedule:
        await eventually(lambda: min(schedule.health['one'].runs, schedule.health['two'].runs) >= 4)
    assert both.most_at_once == 1


async def test_waiting_for_a_place_is_not_part_of_the_timeout() -> None:
    lane = Lane('sweeping', 1)
    blocker, patient = Counting(lambda: asyncio.sleep(0.2)), Counting()
    async with running(job('blocker', blocker, lane=lane), job('patient', patient, lane=lane, timeout_s=0.1)) as it:
        await eventually(lambda: it.health['patient'].runs >= 2)
        assert it.health['patient'].timeouts == 0


async def test_health_tells_when_and_how_long() -> None:
    clock = Clock()
    async with running(job('work', Counting()), clock=clock) as schedule:
        await eventually(lambda: schedule.health['work'].runs >= 1)
        health = schedule.health['work']
        assert (health.name, health.every_s, health.started_at, health.ended_at) == ('work', 0.02, clock.now, clock.now)
        assert health.duration_s is not None


async def test_rows_are_opened_before_the_first_run_and_closed_after_the_last() -> None:
    told: list[str] = []

    async def run() -> None:
        told.append('run')

    async def closes() -> None:
        told.append('closed')

    row = job('polling', run, opens=lambda: told.append('opened'), closes=closes, figures=lambda: {'lag': 0.5})
    async with running(row) as schedule:
        await eventually(lambda: 'run' in told)
        assert schedule.figures() == {'polling': {'lag': 0.5}}
    assert (told[0], told[-1]) == ('opened', 'closed')
    assert set(told[1:-1]) == {'run'}
    await schedule.stop()  # harmless
    assert told.count('closed') == 1


@pytest.mark.parametrize('by', [3600, 86_400, 10 * 86_400, 365 * 86_400, -3600, -86_400])
async def test_setting_the_wall_clock_changes_no_pace(by: float) -> None:
    wall, quick, hourly = Clock(), Counting(), Counting()
    rows = job('quick', quick), job('hourly', hourly, every_s=3600)
    async with running(*rows, clock=wall) as schedule:
        await eventually(lambda: quick.runs >= 3)
        wall.tick(by)
        before, began = quick.runs, time.monotonic()
        await eventually(lambda: quick.runs >= before + 5)
        most = (time.monotonic() - began) / 0.02 + 2
        assert quick.runs - before <= most
        assert hourly.runs == 0
        assert schedule.health['quick'].started_at == wall.now


@pytest.mark.parametrize('missed_s', [3600, 365 * 86_400])
async def test_missed_beats_are_caught_up_by_one_run(missed_s: float) -> None:
    stood, quick, hourly = 0.0, Counting(), Counting()
    rows = job('quick', quick), job('hourly', hourly, every_s=1800)
    async with running(*rows, steady=lambda: time.monotonic() + stood):
        await eventually(lambda: quick.runs >= 3)
        cpu, before = time.process_time(), quick.runs
        stood = missed_s  # the process was stopped: every clock went on, and nothing ran
        await eventually(lambda: quick.runs >= before + 5)
        assert hourly.runs == 1
        assert time.process_time() - cpu < 2, 'a year has 1.5 billion beats of a fiftieth of a second'


async def test_a_row_that_will_not_end_does_not_hold_up_the_stop() -> None:
    release = asyncio.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    with capture_logs() as lines:
        async with running(job('stubborn', stubborn), stop_within_s=0.05) as schedule:
            await eventually(lambda: schedule.health['stubborn'].is_running)
    release.set()
    assert 'jobs_left_running' in {line['event'] for line in lines}
