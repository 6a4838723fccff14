"""The table of everything that happens by itself: one row each, see :class:`jobs.scheduler.Job` for the columns."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog

from domain.application import Application
from domain.audit.model import HeadsFile
from domain.changes.store import Retention
from domain.changes.transactor import Transactor
from domain.devices.alerts import review
from jobs.polling.addresses import Network, Targets
from jobs.polling.checker import Checker
from jobs.polling.poller import Poller
from jobs.scheduler import Job, Lane

BACKGROUND_SHARE = 0.05
"""Part of the time that the background pass may take: 100,000 devices are passed in one to two minutes."""
AT_ONCE = 4
"""Enterprises that one row works on side by side, so that a large one does not hold up the small ones."""


SETTLED_S = 600.0
"""Nothing is deleted by its age within this time after the clock was set or the server came back."""
HEADS_KEPT_EVERY_S = 600.0
"""How often a journal's end is written into the file of kept heads; that of a journal without one within a minute."""
HEADS_EVERY_S = 86_400.0
"""How often the log says where each journal's chain ends; a server that has just started says it within minutes."""
log = structlog.get_logger(__name__)


def table(
    *,
    application: Application,
    allow: Sequence[Network] = (),
    authorities: Path | None = None,
    retention: Retention | None = None,
    poller: Poller | None = None,
    heads: HeadsFile | None = None,
) -> list[Job]:
    """The rows for one process. ``allow`` is what may be polled although refused by default, see :data:`jobs.polling.addresses.DENIED`.

    ``heads`` is the file in which the ends of the journals are kept.
    """
    kept = retention or Retention()
    polling = poller or Poller(
        transactor=application.transactor,
        towers=application.towers,
        checker=Checker(targets=Targets(allow=allow), authorities=authorities),
    )

    async def background(enterprise: str) -> None:
        await application.reevaluator.background(enterprise, share=BACKGROUND_SHARE)

    async def forget(enterprise: str) -> None:
        await application.transactor.transact(lambda tx: review(tx, tx.fleet(enterprise)), enterprise)

    async def thin() -> None:
        if application.fleets.watch.steady_for() < SETTLED_S:
            return
        now = await application.store.age_by(application.transactor.clock())
        await application.throttle.forget(now)
        await application.links.forget(now - kept.sessions_s)
        await application.tokens.forget(now - kept.tokens_s)
        await application.store.thin(now, kept)

    told_at = -HEADS_EVERY_S

    async def tell_heads() -> None:
        nonlocal told_at
        if heads is not None:
            await keep_heads(application, heads, every_s=HEADS_KEPT_EVERY_S)
        now = application.fleets.watch.now()
        if now < told_at + HEADS_EVERY_S:
            return
        for enterprise, head in (await application.store.heads()).items():
            log.info('audit_head', enterprise=enterprise, head=str(head))
        told_at = now

    def each(work: Callable[[str], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        return lambda: each_enterprise(application.transactor, work)

    housekeeping = Lane('housekeeping')
    return [
        Job(name='presence', every_s=0.25, lane=Lane('presence'), timeout_s=30, run=application.presence.expire),
        Job(
            name='polling',
            every_s=0.1,
            lane=Lane('polling'),
            timeout_s=10,
            run=polling.tick,
            opens=polling.watch_all,
            closes=polling.close,
            figures=polling.figures,
        ),
        Job(
            name='enforcement',
            every_s=2,
            lane=Lane('enforcement'),
            timeout_s=60,
            run=each(application.enforcement.run_due),
            jitter_s=0.2,
        ),
        Job(
            name='maintenance',
            every_s=5,
            lane=Lane('maintenance'),
            timeout_s=60,
            run=each(application.towers.review_maintenance),
            jitter_s=0.5,
        ),
        Job(
            name='policies',
            every_s=60,
            lane=Lane('policies'),
            timeout_s=3600,
            run=each(background),
            jitter_s=6,
        ),
        Job(name='security', every_s=30, lane=housekeeping, timeout_s=60, run=each(forget), jitter_s=3),
        Job(
            name='sessions',
            every_s=30,
            lane=housekeeping,
            timeout_s=60,
            run=application.access.end_expired,
            jitter_s=3,
        ),
        # a log that leaves the machine is a witness of what the journal was: see docs/audit.md
        Job(name='audit', every_s=60, lane=housekeeping, timeout_s=60, run=tell_heads, jitter_s=6),
        Job(name='retention', every_s=3600, lane=housekeeping, timeout_s=1800, run=thin, jitter_s=300),
    ]


async def keep_heads(application: Application, file: HeadsFile, *, every_s: float = 0.0) -> None:
    """Write down outside of the database where each journal ends, of each at most once in ``every_s`` seconds; raises ``OSError``."""
    await asyncio.to_thread(file.add, await application.store.heads(), application.transactor.clock(), every_s=every_s)


async def each_enterprise(transactor: Transactor, work: Callable[[str], Awaitable[object]]) -> None:
    """Do the work for every enterprise, ``AT_ONCE`` side by side; one that fails does not keep it from the others."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(enterprise: str) -> None:
        async with places:
            await work(enterprise)

    done = await asyncio.gather(*(one(fleet.enterprise.id) for fleet in transactor.fleets), return_exceptions=True)
    failures = [answer for answer in done if isinstance(answer, Exception)]
    if failures:
        raise ExceptionGroup(f'{len(failures)} of {len(done)} enterprises', failures)
