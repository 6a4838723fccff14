"""Sends what is due on the channels, and has kept what came of it.

A message is sent before it is noted that it was: a process that is killed in between sends it again, with the same key. While the store
takes no note, nothing more of that alert is sent.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import structlog

from domain.changes.transactor import Changed, Transactor
from domain.channels.kinds.kind import Message
from domain.channels.model import Answered, Channel, Delivery, Outcome
from domain.channels.telling import Due, TellingService
from domain.common.errors import DomainError
from jobs.notifications.places import Places

log = structlog.get_logger()

WITHIN_S = 20.0
"""One attempt, from the name to the end of the answer."""
NOTE_AGAIN_S = 1.0
MINUTE_S = 60.0


class Transport(Protocol):
    """Hands messages of one form over."""

    async def send(self, message: Any) -> Answered:
        """One attempt. What fails on the way is answered, not raised."""

    async def close(self) -> None:
        """Let go of connections."""


class Sender:
    """``transports`` by the class of the messages that they take; ``answer_link`` makes the address that acknowledges."""

    def __init__(
        self,
        *,
        transactor: Transactor,
        telling: TellingService,
        transports: Mapping[type[Message], Transport],
        steady: Callable[[], float] = time.monotonic,
        within_s: float = WITHIN_S,
        answer_link: Callable[[Due], Awaitable[str]] | None = None,
    ) -> None:
        self.sent = 0
        """Attempts made."""
        self.failed = 0
        """Attempts that did not deliver."""
        self._transactor = transactor
        self._telling = telling
        self._transports = transports
        self._steady = steady
        self._within_s = within_s
        self._answers = answer_link
        self._places = Places()
        self._begun: dict[str, deque[float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turned_at: float | None = None
        self._full_since: float | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def open(self) -> None:
        """Send from here on as soon as something is announced; call once the live picture is loaded."""
        if self._unsubscribe is None:
            self._unsubscribe = self._transactor.changed.subscribe(self._notice)

    async def tick(self) -> None:
        """Send what has come due; waits for no answer."""
        self._pump()
        await self._telling.fall_overdue()
        self._turned_at = self._steady()

    def behind(self) -> tuple[float, str] | None:
        """How late it is (s), and why; ``None`` before its first turn."""
        if self._turned_at is None:
            return None
        now = self._steady()
        late = [(now - self._turned_at, 'what is due is not looked at')]
        if self._full_since is not None:
            late.append((now - self._full_since, f'{len(self._tasks)} messages are under way, and more are due'))
        return max(late)

    async def attempt(self, message: Message) -> Answered:
        """Send a message that is in no outbox, once; what fails is answered, not raised."""
        try:
            async with asyncio.timeout(self._within_s):
                return await self._transports[type(message)].send(message)
        except TimeoutError:
            return Answered(outcome=Outcome.LATER, said=f'no answer within {self._within_s:g} s')
        except Exception as error:  # of any kind: an attempt that failed is answered
            log.exception('message_not_sent')
            return Answered(outcome=Outcome.LATER, said=f'{type(error).__name__}: {error}'[:300])

    async def close(self) -> None:
        """Send no more. What is under way is dropped, and sent again by the next start."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in self._transports.values():
            await transport.close()

    def figures(self) -> dict[str, float]:
        """For people and programs."""
        return {
            'running': len(self._tasks),
            'waiting': self._telling.waiting_count(),
            'attempts_total': self.sent,
            'failed_total': self.failed,
        }

    def _notice(self, changed: Changed) -> None:
        if Delivery in changed.ids or Channel in changed.ids:
            self._pump()

    def _pump(self) -> None:
        is_full = False
        for one in self._telling.due(dict(self._places.busy())):
            if not self._places.has(one.channel):
                is_full = True
            elif one.delivery.is_test or self._is_within_limit(one.channel):
                self._start(one)
        if not is_full:
            self._full_since = None
        elif self._full_since is None:
            self._full_since = self._steady()

    def _is_within_limit(self, channel: Channel) -> bool:
        now = self._steady()
        begun = self._begun.setdefault(channel.id, deque())
        while begun and begun[0] <= now - MINUTE_S:
            begun.popleft()
        if len(begun) >= channel.per_minute:
            return False
        begun.append(now)
        return True

    def _start(self, one: Due) -> None:
        self._places.take(one.channel, one.delivery.id)
        task = asyncio.create_task(self._run(one))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, one: Due) -> None:
        try:
            began = self._steady()
            answered = await self._attempt(one)
            self.sent += 1
            self.failed += answered.outcome is not Outcome.DELIVERED
            await self._note(one, answered, self._steady() - began)
        finally:
            self._places.give_back(one.channel, one.delivery.id)
        self._pump()

    async def _attempt(self, one: Due) -> Answered:
        message: Message
        try:
            message = self._telling.write(one, await self._answer_link(one))
        except Exception as error:  # ours, or a secret sealed with another key; it must not stop the others
            log.exception('message_not_written', channel=one.channel.id, delivery=one.delivery.id)
            return Answered(outcome=Outcome.LATER, said=f'the message could not be written: {error!r}'[:300])
        return await self.attempt(message)

    async def _answer_link(self, one: Due) -> str:
        """The address that acknowledges. An alert is told without it rather than not at all."""
        try:
            return await self._answers(one) if self._answers is not None else ''
        except DomainError as error:
            log.warning('answer_link_not_made', delivery=one.delivery.id, error=error.detail)
            return ''

    async def _note(self, one: Due, answered: Answered, took_s: float) -> None:
        while True:
            try:
                return await self._telling.record(one, answered, took_s)
            except DomainError as error:
                log.warning('attempt_not_noted', delivery=one.delivery.id, error=error.detail)
                await asyncio.sleep(NOTE_AGAIN_S)
