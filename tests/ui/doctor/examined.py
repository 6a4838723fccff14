"""A server in memory, as the doctor looks at it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from domain.changes.store import StoreCondition
from domain.common.answer_dates import AnswerDates
from jobs.scheduler import Job, Lane, Schedule
from tests.fakes import RunningApplication
from ui.doctor.sources import Running, Sources
from ui.settings.model import Settings
from ui.settings.providers import ProviderSettings
from ui.sign_in.arrivals import Arrivals
from ui.sign_in.origins import Origins
from ui.sign_in.providers import Providers


async def _whole() -> StoreCondition:
    return StoreCondition(kind='SQLite', version='3', size=4096, log=0, holder='process 1')


def at_rest(folder: Path, *, condition: StoreCondition | None = None, **settings: Any) -> Sources:
    """What there is without a server."""

    async def look() -> StoreCondition:
        return condition or await _whole()

    return Sources(settings=Settings(data=folder, **settings), database=look)


def sources(
    application: RunningApplication,
    folder: Path,
    *,
    jobs: Sequence[Job] = (),
    providers: Sequence[ProviderSettings] = (),
    since: float | None = None,
    **settings: Any,
) -> Sources:
    """What there is of a server on this application."""
    found = at_rest(folder, **settings)
    clock = application.clock
    dates = AnswerDates(clock)
    known = Providers(providers, identities=application.identities, seal=application.seal, clock=clock, dates=dates)
    arrivals = Arrivals(Origins(found.settings.public_url))
    schedule = Schedule(jobs=jobs, clock=clock, steady=clock)
    found.clock = clock
    found.running = Running(application, schedule, known, arrivals, dates, clock() if since is None else since)
    return found


def polling(**figures: float) -> Job:
    """A row of the schedule that says this of itself."""

    async def nothing() -> None:
        """No tower is asked."""

    def told() -> Mapping[str, float]:
        return figures

    return Job(name='polling', every_s=60, lane=Lane('polling'), timeout_s=1, run=nothing, figures=told)


@asynccontextmanager
async def stuck(seconds: float) -> AsyncIterator[None]:
    """The loop is held up every now and then for so long."""

    async def hold() -> None:
        while True:
            await asyncio.sleep(0)
            time.sleep(seconds)

    task = asyncio.create_task(hold())
    try:
        yield
    finally:
        task.cancel()
