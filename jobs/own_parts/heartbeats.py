"""Outside checks hear at their pace that this console lives; of one that is behind they hear that, or nothing."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog

from domain.channels.kinds.heartbeat import KEY, every_s
from domain.channels.model import Answered, Channel, Outcome
from domain.channels.telling import TellingService
from domain.common.errors import DomainError
from domain.fleet.fleets import Fleets

log = structlog.get_logger()

NOTED_EVERY_S = 60.0
"""How often it is kept that a check was told as before; a change is kept at once."""


class Heartbeats:
    """``send`` makes one attempt of a message."""

    def __init__(
        self, *, fleets: Fleets, telling: TellingService, send: Callable[[Any], Any],
        steady: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.sent = 0
        """Requests made."""
        self.withheld = 0
        """Turns at which nothing was said, because something was behind."""
        self._fleets = fleets
        self._telling = telling
        self._send = send
        self._steady = steady
        self._next: dict[str, float] = {}
        self._noted: dict[str, tuple[Outcome, float]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Drop what is under way."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def look(self) -> None:
        """Tell those whose turn it is; waits for no answer."""
        own, now, there = self._fleets.own_parts, self._steady(), set()
        for fleet in self._fleets:
            for channel in fleet[Channel].values():
                if channel.kind != KEY or not channel.enabled:
                    continue
                there.add(channel.id)
                if self._next.get(channel.id, 0.0) > now or not (own.is_known or own.behind):
                    continue
                self._next[channel.id] = now + every_s(channel.settings)
                if channel.id not in self._tasks or self._tasks[channel.id].done():
                    self._tasks[channel.id] = asyncio.create_task(self._tell(channel))
        for gone in self._next.keys() - there:
            del self._next[gone]

    def figures(self) -> dict[str, float]:
        """For people and programs."""
        return {'sent_total': self.sent, 'withheld_total': self.withheld}

    async def _tell(self, channel: Channel) -> None:
        message = self._telling.beat(channel, self._fleets.own_parts.behind)
        if message is None:
            self.withheld += 1
            return
        began = self._steady()
        answered: Answered = await self._send(message)
        self.sent += 1
        await self._note(channel, answered, self._steady() - began)

    async def _note(self, channel: Channel, answered: Answered, took_s: float) -> None:
        outcome, at = self._noted.get(channel.id, (None, 0.0))
        now = self._steady()
        if answered.outcome is outcome is Outcome.DELIVERED and now - at < NOTED_EVERY_S:
            return
        try:
            await self._telling.beaten(channel, answered, took_s)
        except DomainError as error:
            log.warning('heartbeat_not_noted', channel=channel.id, error=error.detail)
        else:
            self._noted[channel.id] = answered.outcome, now
