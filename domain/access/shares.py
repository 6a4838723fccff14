"""Long work on the event loop, in slices and shared out: a check-in beside it waits for one slice at most.

Previews, exports, searches and walks over the fleet go through here. Each is done in slices of a hundredth of a second of its own
time, one slice at a time in the whole process, and the loop is left to others for as long again before the next. Slices go round
by enterprise. What people start takes a place besides: one works at a time for each person, two for each enterprise, the others
wait in line, and a line has an end.
"""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from domain.access.actors import Actor
from domain.common.errors import Throttled

T = TypeVar('T')

SLICE_S = 0.01
"""Seconds of work after which others have their turn."""
MOST_REST_S = 0.02
LONGEST_S = 0.1
"""After this long others have their turn although the change of a slice has not arrived yet."""
_SHORT_S = 0.001
"""After less work than this no task has to rest."""
AT_ONCE_OF_ENTERPRISE = 2
AT_ONCE_OF_PERSON = 1
MOST_OF_ENTERPRISE = 32
"""Working and waiting; a request beyond that is refused with a time to come back."""
MOST_OF_PERSON = 8
RETRY_S = 5


class TooMuchAtOnce(Throttled):
    """More long work was asked for than is let wait in line."""

    title = 'Too much at once'


@dataclass(slots=True)
class _Line:
    """The places of one enterprise for one kind of work."""

    working: Counter[str] = field(default_factory=Counter)
    waiting: list[tuple[str, asyncio.Future[None]]] = field(default_factory=list)

    def of(self, person: str) -> int:
        return self.working[person] + sum(each == person for each, _ in self.waiting)

    def let_in(self) -> None:
        """Give free places to the requests that wait, in order; those of a person who has one already let others pass."""
        for entry in list(self.waiting):
            if self.working.total() >= AT_ONCE_OF_ENTERPRISE:
                return
            person, turn = entry
            if turn.done():  # given up in this very step of the loop: it leaves the line by itself
                continue
            if self.working[person] < AT_ONCE_OF_PERSON:
                self.waiting.remove(entry)
                self.working[person] += 1
                turn.set_result(None)


class Shares:
    """The places and slices of one process."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}
        self._busy = False
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @asynccontextmanager
    async def place(self, actor: Actor, of: str) -> AsyncIterator[None]:
        """A place for the long work of a person or program, ``of`` a kind (``exports``); each kind has lines of its own, so that one
        waits for none of another. Waits in line; raises :class:`TooMuchAtOnce` at its end."""
        person, key = actor.reference, (actor.enterprise, of)
        line = self._lines.setdefault(key, _Line())
        if line.of(person) >= MOST_OF_PERSON:
            raise TooMuchAtOnce(f'{MOST_OF_PERSON} of your {of} are under way; wait for one', retry_after=RETRY_S)
        if line.working.total() + len(line.waiting) >= MOST_OF_ENTERPRISE:
            raise TooMuchAtOnce(
                f'too many {of} of your colleagues are under way; try again shortly', retry_after=RETRY_S
            )
        turn = asyncio.get_running_loop().create_future()
        line.waiting.append((person, turn))
        line.let_in()
        try:
            await turn
            yield
        finally:
            if turn.done() and not turn.cancelled():
                line.working[person] -= 1
                line.working += Counter()  # drops those that stand at nought
            else:
                line.waiting.remove((person, turn))
            line.let_in()
            if not line.waiting and not line.working:
                self._lines.pop(key, None)

    @asynccontextmanager
    async def slice(self, enterprise: str) -> AsyncIterator[None]:
        """The one slice of work of this moment; what is done in it must be short, and waits for nothing but its own change.

        When that waits behind others of its enterprise, or for the store, for longer than :data:`LONGEST_S`, the next slice begins.
        """
        await self._turn(enterprise)
        loop, began, has_ended = asyncio.get_running_loop(), time.perf_counter(), False

        def end() -> None:
            nonlocal has_ended
            if not has_ended:
                has_ended = True
                self._next()

        overdue = loop.call_later(LONGEST_S, end)
        try:
            yield
        finally:
            overdue.cancel()
            spent = time.perf_counter() - began
            if spent < _SHORT_S:
                end()
            else:
                loop.call_later(min(spent, MOST_REST_S), end)

    async def each(self, enterprise: str, items: Iterable[T], work: Callable[[T], object]) -> None:
        """Work on all items, a slice at a time; ``items`` must not change meanwhile."""
        rest = iter(items)
        while True:
            async with self.slice(enterprise):
                until = time.perf_counter() + SLICE_S
                for item in rest:
                    work(item)
                    if time.perf_counter() > until:
                        break
                else:
                    return

    async def _turn(self, enterprise: str) -> None:
        if not self._busy:
            self._busy = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._queues.setdefault(enterprise, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._next()
            raise

    def _next(self) -> None:
        """Hand the turn to the enterprise that had none for longest."""
        while self._queues:
            enterprise, queue = self._queues.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._queues[enterprise] = queue  # at the end
            if not turn.done():
                turn.set_result(None)
                return
        self._busy = False
