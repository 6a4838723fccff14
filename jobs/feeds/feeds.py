"""Asks the calendars that are due, of every service that has some, a few at once."""

import asyncio
from collections.abc import Collection, Sequence

import structlog

from domain.common.errors import DomainError
from domain.common.feeds import FeedAsked, FeedSource
from jobs.feeds.fetching import FeedReader

MOST = 8
"""Calendars that are asked at once."""
log = structlog.get_logger()


class Feeds:
    """``sources`` are the services; one that has calendars later is a line more in :mod:`jobs.table`."""

    def __init__(self, sources: Sequence[FeedSource], reader: FeedReader) -> None:
        self._sources = sources
        self._reader = reader
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What is under way."""
        return self._tasks.values()

    async def tick(self) -> None:
        """Begin with what is due; waits for no answer."""
        for source in self._sources:
            for enterprise, asked in source.feeds_due():
                if len(self._tasks) >= MOST:
                    return
                if (enterprise, asked.id) not in self._tasks:
                    task = asyncio.create_task(self._ask(source, enterprise, asked))
                    self._tasks[enterprise, asked.id] = task

    async def close(self) -> None:
        """Ask no more; what is under way is asked again by the next start."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._reader.close()

    async def _ask(self, source: FeedSource, enterprise: str, asked: FeedAsked) -> None:
        try:
            await source.take_feed(enterprise, asked, await self._reader.read(asked))
        except DomainError as error:  # the store takes nothing just now: the calendar stays due
            log.warning('what a calendar said could not be kept', feed=asked.id, error=str(error))
        finally:
            del self._tasks[enterprise, asked.id]
