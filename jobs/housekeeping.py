"""What the schedule does beside its main work: history is thinned, quiet alerts end, the ends of the journals are written down."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from domain.application import Application
from domain.audit.model import HeadsFile
from domain.changes.store import Retention
from domain.changes.transaction import Transaction
from domain.changes.transactor import Transactor
from domain.devices.alerts import forget_quiet_cells
from domain.devices.recovery import review_recoveries
from domain.devices.rogue_cells import review_rogue_cells
from domain.devices.shared_numbers import review_shared_numbers
from domain.devices.unknown_cells.review import review_unknown_cells
from domain.towers.alerts import awaits_devices
from domain.towers.certificates import review_certificates

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


class Housekeeping:
    """The work of rows that no service does alone; ``heads`` is the file in which the ends of the journals are kept."""

    def __init__(self, application: Application, *, retention: Retention, heads: HeadsFile | None) -> None:
        self._application = application
        self._retention = retention
        self._heads = heads
        self._told_at = -HEADS_EVERY_S

    async def judge_in_the_background(self, enterprise: str) -> None:
        """Ask the policies that time alone can break, slowly."""
        await self._application.reevaluator.background(enterprise, share=BACKGROUND_SHARE)

    async def review_alerts(self, enterprise: str) -> None:
        """End the alerts of devices that no device speaks of any more."""

        def decide(tx: Transaction) -> None:
            fleet = tx.fleet(enterprise)
            forget_quiet_cells(tx, fleet)
            review_shared_numbers(tx, fleet)
            review_rogue_cells(tx, fleet)
            review_unknown_cells(tx, fleet)
            review_certificates(tx, fleet)

        await self._application.transactor.transact(decide, enterprise)

    async def review_recoveries(self, enterprise: str) -> None:
        """Count the devices that towers which are up again wait for, and end the outages that are over."""
        if not awaits_devices(self._application.fleets.of(enterprise)):
            return
        await self._application.transactor.transact(lambda tx: review_recoveries(tx, tx.fleet(enterprise)), enterprise)

    async def thin(self) -> None:
        """Delete what has been kept for long enough."""
        application, kept = self._application, self._retention
        if application.fleets.watch.steady_for() < SETTLED_S:
            return
        now = await application.store.age_by(application.transactor.clock())
        await application.throttle.forget(now)
        await application.links.forget(now - kept.sessions_s)
        await application.tokens.forget(now - kept.tokens_s)
        await application.store.thin(now, kept)

    async def tell_heads(self) -> None:
        """Write the end of each journal into the file, and once a day into the log."""
        application = self._application
        if self._heads is not None:
            await keep_heads(application, self._heads, every_s=HEADS_KEPT_EVERY_S)
        now = application.fleets.watch.now()
        if now < self._told_at + HEADS_EVERY_S:
            return
        for enterprise, head in (await application.store.heads()).items():
            log.info('audit_head', enterprise=enterprise, head=str(head))
        self._told_at = now


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
