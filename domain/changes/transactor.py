"""Every change goes through the transactor: decided on a transaction, committed, applied to the live picture, then announced.

Concurrent requests are gathered into one transaction (group commit): while one group is being written the next one
gathers, so a full synchronous write costs little per change. A refused request leaves no trace in its group. Which requests go
in which group is :mod:`domain.changes.lanes`, how they are decided :mod:`domain.changes.gathering`.

A group that the store refuses for what is in it is decided again, in smaller groups, until the request at fault is alone. So a decision
may run more than once, each time on another transaction: it keeps nothing elsewhere but through :meth:`Transaction.remember`.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from domain.access.actors import Actor
from domain.access.enterprises import INSTALLATION
from domain.changes.committing import Committer
from domain.changes.gathering import Gathered, Gathering
from domain.changes.lanes import Lanes, Request
from domain.changes.store import Changes, Store
from domain.changes.transaction import Rules, Transaction
from domain.common.errors import NotStorable, Superseded, Unavailable, Uncertain
from domain.common.signals import Signal
from domain.fleet.fleets import Fleets
from domain.journal.model import Recorded

log = logging.getLogger(__name__)
T = TypeVar('T')
_SILENT = 'the store does not answer; nothing was kept, try again shortly'
Decide = Callable[[Transaction], T]


@dataclass(slots=True)
class Changed:
    """Ids whose live state moved, by kind, in one enterprise."""

    enterprise: str
    ids: dict[type, set[str]] = field(default_factory=dict)


class Transactor:
    """Groups changes, commits them, applies them to the live picture and then emits its signals."""

    def __init__(
        self,
        *,
        fleets: Fleets,
        store: Store,
        rules: Rules,
        clock: Callable[[], float] = time.time,
        most_waiting: int = 20_000,
    ) -> None:
        self.committed = Signal[str, list[Recorded]]()
        """Emitted after a commit with the enterprise and its new journal entries, in sequence."""
        self.changed = Signal[Changed]()
        """Emitted after a commit with the ids whose live state moved."""
        self.broken = Signal[str]()
        """Emitted once, with the reason, when the picture may differ from the store and only a new start can mend it."""
        self.fleets = fleets
        self.clock = clock
        self._rules = rules
        self._store = store
        self._committer = Committer(store)
        self._waiting = Lanes(most_waiting)
        self._gathering = Gathering(fleets=fleets, rules=rules, clock=lambda: self.clock(), waiting=self._waiting)
        self._written: Gathered | None = None
        """The group that is being written."""
        self._is_looking_ahead = False
        self._arrival = asyncio.Event()
        self._driver: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        self._broken = False

    async def start(self) -> None:
        """Read the live picture from the store and begin to take changes."""
        rows: Sequence[Any]
        row: Any
        for kind in self._rules.kinds:
            async for rows in self._store.load(kind):
                for row in rows:
                    self.fleets.apply(row)
        for enterprise, sequence in (await self._store.sequences()).items():
            self.fleets.of(enterprise).sequence = sequence
        self._loop = asyncio.get_running_loop()  # asked once: until Python 3.12 the question is a system call (getpid)
        self._driver = asyncio.create_task(self._drive(), name='transactor')

    async def stop(self) -> None:
        """Take no more changes and finish those under way. ``broken`` has said what went wrong, if anything."""
        self._closing = True
        self._arrival.set()
        if self._driver is not None:
            await self._driver

    @property
    def trouble(self) -> str | None:
        """Why the newest group was not kept, see :attr:`domain.changes.committing.Committer.trouble`."""
        return self._committer.trouble

    @property
    def is_open(self) -> bool:
        """True while changes are being taken; false for good after a failure between commit and picture: restart the process."""
        return self._driver is not None and not self._driver.done() and not self._closing

    async def transact(self, decide: Decide[T], enterprise: str = '', *, actor: Actor | None = None) -> T:
        """Run ``decide`` on the transaction of the next group; return its answer once the group is durable and applied.

        ``actor`` is the person or program that asks for it; the journal keeps who and from where. One who has left or may do less
        by then is refused, as :attr:`Rules.recheck` says. ``enterprise`` names the lane: by default the actor's, else the installation's.

        ``decide`` is plain code that reads and writes the transaction only; what it raises reaches the caller and undoes its own writes.
        It may be run more than once. Raises ``Unavailable`` when more wait in the lane than :class:`domain.changes.lanes.Lanes` has
        room for, and ``NotStorable`` for what the store does not take.
        """
        return await self.submit(decide, enterprise, actor)

    def post(self, decide: Decide[None], enterprise: str = '') -> None:
        """Hand ``decide`` in without waiting for it; what it raises is dropped."""
        try:
            arrived = self.submit(decide, enterprise)
        except Unavailable as error:
            log.warning('a change that no request waits for was dropped: %s', error.detail)
        else:
            arrived.add_done_callback(lambda done: done.cancelled() or done.exception())

    def submit(
        self, decide: Decide[T], enterprise: str = '', actor: Actor | None = None, is_checkin: bool = False
    ) -> 'asyncio.Future[T]':
        """The same as :meth:`transact`; one step less for requests that come by the thousand. Raises ``Unavailable`` at once."""
        if self._loop is None or not self.is_open:
            raise Unavailable('the server is starting or stopping; try again shortly')
        if self._committer.away:
            raise Unavailable(_SILENT)
        arrived: asyncio.Future[T] = self._loop.create_future()
        if not enterprise:
            enterprise = actor.enterprise if actor is not None else INSTALLATION
        self._waiting.join(decide, arrived, actor, enterprise, is_checkin)
        self._arrival.set()
        if is_checkin and self._written is not None:
            self._look_ahead_soon()
        return arrived

    async def _drive(self) -> None:
        try:
            while not self._broken and (self._gathering or not self._closing):
                await self._arrival.wait()
                self._arrival.clear()
                while self._gathering and not self._broken:
                    await self._group()
        except Exception as error:
            log.exception('a group failed')
            self._break(f'a group failed: {error!r}', [], '')
        finally:
            self._closing = True
            self._gathering.put_back()
            _refuse(self._waiting.all_waiting(), 'the server is stopping; nothing was kept')

    async def _group(self) -> None:
        group = self._gathering.next()
        tx, arrivals = group.tx, group.arrivals
        try:
            recorded = await self._keep(group)
        except NotStorable as error:
            self._gathering.put_back()
            self._refused(group, error)
            return
        except (Superseded, Uncertain) as error:
            self._break(error.detail, arrivals, 'the server has to start again')
            return
        except Exception as error:  # of any kind: every request of the group must be answered that nothing was kept
            self._gathering.put_back()
            log.error(
                'a group of %d changes was not kept: %s',
                len(arrivals),
                error,
                exc_info=None if isinstance(error, Unavailable) else error,
            )
            _refuse(arrivals, 'the change could not be stored; nothing was kept, try again', error)
            await self._until_the_store_answers()
            return
        try:
            changed = self._apply(tx.changes)
            tx.memorize()
        except Exception:
            log.exception('what was stored cannot be shown')
            self._break(
                'what was stored cannot be shown', arrivals, 'the change is stored, but the server has to start again'
            )
            return
        group.size.kept(len(arrivals))
        group.answer()
        self._tell(changed, recorded)

    async def _keep(self, group: Gathered) -> list[Recorded]:
        if not group.tx.changes:
            await asyncio.sleep(0)  # requests that change nothing must not keep the loop to themselves
            return []
        self._written = group
        self._look_ahead_soon()
        try:
            return await self._committer.keep(group.tx.changes, partial(self._give_up, group.arrivals))
        finally:
            self._written = None

    def _look_ahead_soon(self) -> None:
        if self._loop is not None and not self._is_looking_ahead:
            self._is_looking_ahead = True
            self._loop.call_soon(self._look_ahead)

    def _look_ahead(self) -> None:
        self._is_looking_ahead = False
        if self._written is not None:
            self._gathering.look_ahead(self._written)

    async def _until_the_store_answers(self) -> None:
        try:
            await self._committer.until_it_answers(self._turn_away, lambda: not self._closing)
        except Superseded as error:
            self._break(error.detail, [], '')

    def _give_up(self, arrivals: list[Request]) -> None:
        """Answer all requests that there is no answer of the store yet. What is under way may still be kept, and then is shown."""
        self._gathering.put_back()
        _refuse(arrivals, 'the store does not answer; it is not known yet whether this was kept')
        self._turn_away()

    def _turn_away(self) -> None:
        _refuse(self._waiting.all_waiting(), _SILENT)

    def _refused(self, group: Gathered, error: NotStorable) -> None:
        """The store does not take what is in the group: its requests go again, fewer at once; one that went alone is at fault."""
        tx, arrivals = group.tx, group.arrivals
        if len(arrivals) > 1:
            group.size.halve(len(arrivals))
            self._waiting.put_back(arrivals)
            return
        request, lane = arrivals[0], arrivals[0].lane
        refusal = self._rules.misfit(tx.changes) or error
        if refusal is not error:
            refusal.__cause__ = error
        if not request.arrived.done():
            request.arrived.set_exception(refusal)
        self._waiting.set_apart(lane)
        lane.count_refused(request.actor, tx.changes.rows, error.__cause__ or error.detail)

    def _break(self, why: str, arrivals: list[Request], told: str) -> None:
        """The picture may differ from the store: take no more changes, and let the process know that it has to start again."""
        log.critical('%s: the transactor is closed until the next start', why)
        self._closing = self._broken = True
        _refuse(arrivals, told)
        self.broken.emit(why)

    def _apply(self, changes: Changes) -> list[Changed]:
        changed: dict[str, Changed] = {}
        for kind in self._rules.kinds:
            for row in changes.rows.get(kind, {}).values():
                self.fleets.apply(row)
                told = changed.get(row.enterprise)
                if told is None:
                    told = changed[row.enterprise] = Changed(row.enterprise)
                ids = told.ids.get(kind)
                if ids is None:
                    ids = told.ids[kind] = set()
                ids.add(row.id)
        return list(changed.values())

    def _tell(self, changed: list[Changed], recorded: list[Recorded]) -> None:
        by_enterprise: dict[str, list[Recorded]] = {}
        for item in recorded:
            by_enterprise.setdefault(item.entry.enterprise, []).append(item)
        for enterprise, items in by_enterprise.items():
            self.fleets.of(enterprise).sequence = items[-1].sequence
            self.committed.emit(enterprise, items)
        for told in changed:
            self.changed.emit(told)


def _refuse(requests: Iterable[Request], detail: str, cause: Exception | None = None) -> None:
    for request in requests:
        if not request.arrived.done():
            refusal = request.error
            if refusal is None:
                refusal = Unavailable(detail)
                refusal.__cause__ = cause
            request.arrived.set_exception(refusal)
