"""Finds out which of poller, notifier and database is behind, and since when.

Nothing here needs the store: it may be what does not answer. A process that was stopped or stuck judges nothing for a while afterwards.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from domain.changes.transactor import Changed, Transactor
from domain.common.errors import DomainError
from domain.common.own_parts import Behind, OwnPart

log = structlog.get_logger()

Lag = Callable[[], tuple[float, str] | None]
"""How far a part is behind (s) and why; ``None`` before its first turn."""
PATIENCE_S: Mapping[OwnPart, float] = {OwnPart.POLLER: 30.0, OwnPart.NOTIFIER: 20.0, OwnPart.DATABASE: 10.0}
"""A part that is this far behind is said to be."""
WELL_FOR_S = 5.0
"""A part that turns for so long is well again: one that comes and goes is said once."""
AWAY_S = 5.0
"""Between two looks; longer, and it is this process that was stopped."""
FAIR_AFTER_S = 10.0
PROBE_S = 5.0
"""A database that has kept nothing for so long is asked to."""
PROBED_WITHIN_S = 8.0


class OwnPartsWatch:
    """``lags`` are of the parts beside the database, which is judged by what it keeps. :meth:`look` is run by the clock every second."""

    def __init__(
        self, *, transactor: Transactor, probe: Callable[[], Awaitable[object]], lags: Mapping[OwnPart, Lag],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._transactor = transactor
        self._probe = probe
        self._lags = {**lags, OwnPart.DATABASE: self._database}
        self._steady = steady
        self._began = steady()
        self._kept_at: float | None = None
        self._because = 'it has not answered'
        self._probing: asyncio.Task[None] | None = None
        self._looked_at: float | None = None
        self._fair_at = 0.0
        self._well_since: dict[OwnPart, float] = {}
        self._behind: dict[OwnPart, Behind] = {}
        self._unsubscribe: Callable[[], None] | None = None

    def open(self) -> None:
        """Hear of what is kept from here on."""
        if self._unsubscribe is None:
            self._began = self._steady()
            self._unsubscribe = self._transactor.changed.subscribe(self._kept)

    async def close(self) -> None:
        """Judge no more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)

    def look(self) -> None:
        """Judge every part, and leave the finding where pages read it."""
        now = self._steady()
        if self._looked_at is not None and now - self._looked_at > AWAY_S:
            self._fair_at = now + FAIR_AFTER_S
        self._looked_at = now
        self._ask_database(now)
        found = {part: lag() for part, lag in self._lags.items()}
        if now < self._fair_at:
            return
        for part, lag in found.items():
            if lag is not None:
                self._judge(part, *lag, now)
        own = self._transactor.fleets.own_parts
        own.is_known = all(lag is not None for lag in found.values())
        own.found(self._behind)

    def _judge(self, part: OwnPart, lag_s: float, because: str, now: float) -> None:
        known = self._behind.get(part)
        if lag_s >= PATIENCE_S[part]:
            self._well_since.pop(part, None)
            if known is None:
                since = self._transactor.clock() - lag_s
                self._behind[part] = Behind(part=part, since=since, because=because)
                log.error('own_part_behind', part=part.value, because=because, seconds=round(lag_s, 1))
        elif known is not None and now - self._well_since.setdefault(part, now) >= WELL_FOR_S:
            del self._behind[part], self._well_since[part]
            log.info('own_part_recovered', part=part.value)

    def _database(self) -> tuple[float, str] | None:
        if self._kept_at is None and self._steady() - self._began < PROBED_WITHIN_S:
            return None
        return self._steady() - (self._kept_at if self._kept_at is not None else self._began), self._because

    def _kept(self, _: Changed) -> None:
        self._kept_at = self._steady()

    def _ask_database(self, now: float) -> None:
        if self._kept_at is not None and now - self._kept_at < PROBE_S:
            return
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._ask(), name='probe of the database')

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(PROBED_WITHIN_S):
                await self._probe()
        except TimeoutError:
            self._because = f'it has not answered within {PROBED_WITHIN_S:g} s'
        except DomainError as error:
            self._because = error.detail
        except Exception as error:  # noqa: BLE001 of any kind: what fails here is what is asked
            self._because = f'{type(error).__name__}: {error}'[:300]
        else:
            if trouble := self._transactor.trouble:  # a store that takes a small probe may still take no change
                self._because = trouble
            else:
                self._kept_at = self._steady()
