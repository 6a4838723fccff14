"""The schedule: one table of rows, each run at its pace, in its lane, within its time. APScheduler only fires.

Paces are kept by the monotonic clock: no setting of the wall clock makes a row run more often, more seldom, or not at all, and
what a sleeping machine or a stopped process has missed is caught up by one run at most. A row that fails or hangs harms no other: it
has a timeout of its own and a lane whose places it cannot leave, it is never started twice at once, and an operator reads one line
when it goes down and one when it is back.
"""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import structlog
from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Lane:
    """Rows of one lane share ``limit`` places; a run waits for a place outside its timeout."""

    name: str
    limit: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the table. Times in seconds.

    Runs that were missed while the process was busy or away become one, however many they were. ``opens`` is called once before the
    first run, ``closes`` once after the last; ``figures`` says more of how it fares than its health.
    """

    name: str
    every_s: float
    lane: Lane
    timeout_s: float
    run: Callable[[], Awaitable[object]]
    jitter_s: float = 0.0
    opens: Callable[[], object] | None = None
    closes: Callable[[], Awaitable[object]] | None = None
    figures: Callable[[], Mapping[str, float]] | None = None


@dataclass(slots=True)
class JobHealth:
    """How a row fares. Moments in epoch seconds; ``failing_since`` and ``error`` are set from the first failure to the next success.

    ``skipped`` counts runs that were not started because the last one was still under way.
    """

    name: str
    every_s: float
    runs: int = 0
    failures: int = 0
    timeouts: int = 0
    skipped: int = 0
    is_running: bool = False
    started_at: float | None = None
    ended_at: float | None = None
    duration_s: float | None = None
    failing_since: float | None = None
    error: str | None = None
    last_error: str | None = None
    """The newest error ever, also after recovery."""


class Schedule:
    """Runs the rows from :meth:`start` to :meth:`stop`, in memory, on the running loop.

    ``clock`` is the wall clock, by which moments are logged, ``steady`` the monotonic one, by which rows are run. A run that is cancelled
    by the stop gets ``stop_within_s`` seconds to clean up behind itself.
    """

    def __init__(
        self,
        *,
        jobs: Sequence[Job],
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        stop_within_s: float = 5.0,
    ) -> None:
        self.health: Mapping[str, JobHealth] = {job.name: JobHealth(job.name, job.every_s) for job in jobs}
        """By name, in the order of the table; for /metrics and for people."""
        self._jobs = jobs
        self._clock = clock
        self._steady = steady
        self._stop_within_s = stop_within_s
        self._lanes = {job.lane.name: asyncio.Semaphore(job.lane.limit) for job in jobs}
        self._scheduler: AsyncIOScheduler | None = None
        self._tasks: set[asyncio.Task[object]] = set()

    def start(self) -> None:
        """Open every row and begin to fire. Needs a running loop."""
        if self._scheduler is not None:
            return
        # It writes a line for every run, ours says what matters; a run that is cancelled at stop is no error either.
        logging.getLogger('apscheduler.scheduler').setLevel(logging.ERROR)
        logging.getLogger('apscheduler.executors').setLevel(logging.CRITICAL)
        scheduler = self._scheduler = AsyncIOScheduler(timezone=_Steady(self._steady))
        scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES)
        for job in self._jobs:
            if job.opens is not None:
                job.opens()
            scheduler.add_job(
                self._run,
                _Pace(job.every_s, job.jitter_s),
                args=(job,),
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,  # APScheduler would ask the wall clock how late it is
            )
        scheduler.start()
        log.info('schedule_started', jobs=len(self._jobs))

    async def stop(self) -> None:
        """Cancel what runs, wait until it is gone, close every row. Harmless when not started."""
        if self._scheduler is None:
            return
        self._scheduler.shutdown(wait=False)
        self._scheduler = None
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=self._stop_within_s)
            if left:
                log.warning('jobs_left_running', jobs=len(left))
        for job in self._jobs:
            if job.closes is not None:
                await job.closes()
        log.info('schedule_stopped')

    def figures(self) -> dict[str, Mapping[str, float]]:
        """What rows say of themselves beside their health, by the row's name."""
        return {job.name: job.figures() for job in self._jobs if job.figures is not None}

    async def _run(self, job: Job) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._keep(task)
        health = self.health[job.name]
        async with self._lanes[job.lane.name]:
            health.is_running, health.started_at, began = True, self._clock(), self._steady()
            try:
                error = await self._attempt(job, health)
            finally:
                health.is_running, health.ended_at = False, self._clock()
                health.duration_s = self._steady() - began
            health.runs += 1
            self._judge(job, health, error)

    async def _attempt(self, job: Job, health: JobHealth) -> Exception | None:
        try:
            async with asyncio.timeout(job.timeout_s) as limit:
                await job.run()
        except TimeoutError as error:
            if not limit.expired():
                return error
            health.timeouts += 1
            return TimeoutError(f'not done after {job.timeout_s:g} s')
        except Exception as error:  # noqa: BLE001 the failure of a row stays with that row
            return error
        return None

    def _judge(self, job: Job, health: JobHealth, error: Exception | None) -> None:
        if error is None:
            if health.failing_since is not None:
                down_s = round(self._clock() - health.failing_since, 1)
                log.info('job_recovered', job=job.name, down_s=down_s, last_error=health.error)
            health.failing_since = health.error = None
            return
        health.failures += 1
        if health.failing_since is None:
            health.failing_since = health.started_at
            log.error('job_failed', job=job.name, error=_words(error), next_in_s=job.every_s, exc_info=error)
        health.error = health.last_error = _words(error)

    def _skipped(self, event: JobEvent) -> None:
        self.health[event.job_id].skipped += 1

    def _keep(self, task: asyncio.Task[object]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Steady(tzinfo):
    """Lets APScheduler live by a monotonic clock: it asks what time it is in this zone, and is answered by that clock."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady

    def fromutc(self, _: datetime) -> datetime:
        """The moment by the monotonic clock, whatever the wall clock says."""
        return datetime.fromtimestamp(self._steady(), UTC).replace(tzinfo=self)

    def utcoffset(self, _: datetime | None) -> timedelta:
        """None: two moments of this zone are as far apart as they look."""
        return timedelta(0)

    def dst(self, _: datetime | None) -> timedelta:
        """No summer time."""
        return timedelta(0)

    def tzname(self, _: datetime | None) -> str:
        """For messages."""
        return 'monotonic'


class _Pace(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """On the beat of the start, so that two rows of one pace keep their distance; a beat that was missed is not made up for.

    APScheduler's own trigger counts up every run that was missed, one by one.
    """

    def __init__(self, every_s: float, jitter_s: float) -> None:
        self._every = timedelta(seconds=every_s)
        self._jitter_s = jitter_s

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next beat after ``now``."""
        following = (previous_fire_time or now) + self._every
        if following <= now:
            following = now + self._every
        return following + timedelta(seconds=random.uniform(0, self._jitter_s))


def _words(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return '; '.join(_words(inner) for inner in error.exceptions[:5])
    text = str(error)
    return f'{type(error).__name__}: {text}' if text else type(error).__name__
