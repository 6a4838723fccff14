"""The one road of a change: decide, commit, apply, tell. Whoever changes anything travels it.

Concurrent travellers are gathered into one transaction (group commit): while one group is being written the next one
gathers, so a full synchronous write costs little per change. A refused traveller leaves no trace in its group.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeVar

from domain.access import Actor
from domain.committing import Committer
from domain.draft import Draft
from domain.errors import Superseded, Unavailable, Uncertain
from domain.events import Event
from domain.fleets import Fleets
from domain.journal import Recorded
from domain.standing import check_standing
from domain.store import KINDS, Changes, Store

log = logging.getLogger(__name__)
T = TypeVar('T')
_SILENT = 'the store does not answer; nothing was kept, try again shortly'
Decide = Callable[[Draft], T]

GROUP_SECONDS = 0.02
"""A group stops gathering decisions after this long, so that the event loop stays free for everybody else."""


@dataclass(slots=True)
class Touched:
    """Ids whose live state moved, by kind, in one enterprise."""

    enterprise: str
    ids: dict[type, set[str]] = field(default_factory=dict)


class _Traveller(NamedTuple):
    decide: Decide[Any]
    arrived: asyncio.Future[Any]
    actor: Actor | None = None


class Road:
    """Groups changes, commits them, applies them to the live picture and then tells.

    ``committed`` is emitted with the recorded entries of an enterprise, ``touched`` with the ids whose live state moved.
    """

    def __init__(
        self, *, fleets: Fleets, store: Store, clock: Callable[[], float] = time.time, most_waiting: int = 20_000
    ) -> None:
        self.committed = Event[str, list[Recorded]]()
        """Emitted after a commit with the enterprise and its new journal entries, in sequence."""
        self.touched = Event[Touched]()
        """Emitted after a commit with the ids whose live state moved."""
        self.broken = Event[str]()
        """Emitted once, with the reason, when the picture may differ from the store and only a new start can mend it."""
        self.fleets = fleets
        self.clock = clock
        self._store = store
        self._committer = Committer(store)
        self._most_waiting = most_waiting
        self._waiting: deque[_Traveller] = deque()
        self._arrival = asyncio.Event()
        self._driver: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        self._broken = False

    async def start(self) -> None:
        """Read the live picture from the store and open the road."""
        rows: Sequence[Any]
        row: Any
        for kind in KINDS:
            async for rows in self._store.load(kind):
                for row in rows:
                    self.fleets.apply(row)
        for enterprise, sequence in (await self._store.sequences()).items():
            self.fleets.of(enterprise).sequence = sequence
        self._loop = asyncio.get_running_loop()  # asked once: until Python 3.12 the question is a system call (getpid)
        self._driver = asyncio.create_task(self._drive(), name='road')

    async def stop(self) -> None:
        """Close the road and let those under way arrive. What broke it was told by ``broken``."""
        self._closing = True
        self._arrival.set()
        if self._driver is not None:
            await self._driver

    @property
    def is_open(self) -> bool:
        """True while changes are being taken; false for good after a failure between commit and picture: restart the process."""
        return self._driver is not None and not self._driver.done() and not self._closing

    async def travel(self, decide: Decide[T], *, actor: Actor | None = None) -> T:
        """Run ``decide`` on the draft of the next group; return its answer once the group is durable and applied.

        ``actor`` is the person or program on whose word it travels; the journal keeps who and from where. One who has left or may do less
        by then is refused, as :func:`domain.standing.check_standing` says.

        ``decide`` is plain code that reads and writes the draft only; what it raises reaches the caller and undoes its own writes.
        Raises ``Unavailable`` when more than ``most_waiting`` changes wait.
        """
        return await self.enter(decide, actor)

    def send(self, decide: Decide[None]) -> None:
        """Let ``decide`` travel without waiting for it; what it raises reaches nobody."""
        try:
            arrived = self.enter(decide)
        except Unavailable as error:
            log.warning('a change that nobody waits for was dropped: %s', error.detail)
        else:
            arrived.add_done_callback(lambda done: done.cancelled() or done.exception())

    def enter(self, decide: Decide[T], actor: Actor | None = None) -> 'asyncio.Future[T]':
        """The same as :meth:`travel`; one step less for those who come by the thousand. Raises ``Unavailable`` at once."""
        if self._loop is None or not self.is_open:
            raise Unavailable('the server is starting or stopping; try again shortly')
        if self._committer.away:
            raise Unavailable(_SILENT)
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable('more changes are waiting than can be kept up with; try again shortly')
        arrived: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append(_Traveller(decide, arrived, actor))
        self._arrival.set()
        return arrived

    async def _drive(self) -> None:
        try:
            while not self._broken and (self._waiting or not self._closing):
                await self._arrival.wait()
                self._arrival.clear()
                while self._waiting and not self._broken:
                    await self._group()
        except Exception as error:
            log.exception('a group failed')
            self._break(f'a group failed: {error!r}', [], '')
        finally:
            self._closing = True
            _refuse(self._waiting, 'the server is stopping; nothing was kept')
            self._waiting.clear()

    async def _group(self) -> None:
        draft = Draft(self.fleets, self.clock())
        arrivals = self._decide(draft)
        try:
            recorded = (
                await self._committer.keep(draft.changes, partial(self._give_up, arrivals)) if draft.changes else []
            )
        except (Superseded, Uncertain) as error:
            self._break(error.detail, arrivals, 'the server has to start again')
            return
        except (
            Exception
        ) as error:  # whatever the store says, every traveller of the group must hear that nothing was kept
            log.error(
                'a group of %d changes was not kept: %s',
                len(arrivals),
                error,
                exc_info=None if isinstance(error, Unavailable) else error,
            )
            _refuse(
                (traveller for traveller, _ in arrivals),
                'the change could not be stored; nothing was kept, try again',
                error,
            )
            await self._until_the_store_answers()
            return
        try:
            touched = self._apply(draft.changes)
        except Exception:
            log.exception('what was stored cannot be shown')
            self._break(
                'what was stored cannot be shown', arrivals, 'the change is stored, but the server has to start again'
            )
            return
        for traveller, answer in arrivals:
            if not traveller.arrived.done():
                traveller.arrived.set_result(answer)
        self._tell(touched, recorded)

    async def _until_the_store_answers(self) -> None:
        try:
            await self._committer.until_it_answers(self._turn_away, lambda: not self._closing)
        except Superseded as error:
            self._break(error.detail, [], '')

    def _give_up(self, arrivals: list[tuple[_Traveller, Any]]) -> None:
        """Tell everybody that there is no answer yet. What is under way may still be kept, and then is shown."""
        unknown = 'the store does not answer; it is not known yet whether this was kept'
        _refuse((traveller for traveller, _ in arrivals), unknown)
        self._turn_away()

    def _turn_away(self) -> None:
        _refuse(self._waiting, _SILENT)
        self._waiting.clear()

    def _break(self, why: str, arrivals: list[tuple[_Traveller, Any]], told: str) -> None:
        """The picture may differ from the store: take no more changes, and let the process know that it has to start again."""
        log.critical('%s: the road is closed until the next start', why)
        self._closing = self._broken = True
        _refuse((traveller for traveller, _ in arrivals), told)
        self.broken.emit(why)

    def _decide(self, draft: Draft) -> list[tuple[_Traveller, Any]]:
        arrivals: list[tuple[_Traveller, Any]] = []
        deadline = time.perf_counter() + GROUP_SECONDS
        while self._waiting:
            traveller = self._waiting.popleft()
            if traveller.arrived.cancelled():
                continue
            draft.savepoint()
            draft.actor = traveller.actor
            try:
                if traveller.actor is not None:
                    check_standing(draft, traveller.actor)
                arrivals.append((traveller, traveller.decide(draft)))
            except Exception as error:  # noqa: BLE001 - the caller gets it; the rest of the group travels on
                draft.rollback()
                ran_out = isinstance(error, StopIteration)  # cannot pass through an await
                traveller.arrived.set_exception(RuntimeError('the decision ran out of items') if ran_out else error)
            if time.perf_counter() > deadline:
                break
        return arrivals

    def _apply(self, changes: Changes) -> list[Touched]:
        touched: dict[str, Touched] = {}
        for kind in KINDS:
            for row in changes.rows.get(kind, {}).values():
                self.fleets.apply(row)
                told = touched.get(row.enterprise)
                if told is None:
                    told = touched[row.enterprise] = Touched(row.enterprise)
                ids = told.ids.get(kind)
                if ids is None:
                    ids = told.ids[kind] = set()
                ids.add(row.id)
        return list(touched.values())

    def _tell(self, touched: list[Touched], recorded: list[Recorded]) -> None:
        by_enterprise: dict[str, list[Recorded]] = {}
        for item in recorded:
            by_enterprise.setdefault(item.entry.enterprise, []).append(item)
        for enterprise, items in by_enterprise.items():
            self.fleets.of(enterprise).sequence = items[-1].sequence
            self.committed.emit(enterprise, items)
        for told in touched:
            self.touched.emit(told)


def _refuse(travellers: Iterable[_Traveller], detail: str, cause: Exception | None = None) -> None:
    for traveller in travellers:
        if not traveller.arrived.done():
            refusal = Unavailable(detail)
            refusal.__cause__ = cause
            traveller.arrived.set_exception(refusal)
