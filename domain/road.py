"""The one road of a change: decide, commit, apply, tell. Whoever changes anything travels it.

Concurrent travellers are gathered into one transaction (group commit): while one group is being written the next one
gathers, so a full synchronous write costs little per change. A refused traveller leaves no trace in its group.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from domain.alerts import Alert
from domain.commands import Command
from domain.devices import DeviceState
from domain.errors import NotFound, Unavailable
from domain.events import Event
from domain.fleet import Fleet, Fleets
from domain.journal import Entry, Recorded
from domain.radio import RadioSample
from domain.store import KINDS, Changes, Store
from domain.towers import CheckResult

log = logging.getLogger(__name__)
T = TypeVar('T')
Row = TypeVar('Row')
Decide = Callable[['Draft'], T]

GROUP_SECONDS = 0.02
"""A group stops gathering decisions after this long, so that the event loop stays free for everybody else."""


@dataclass(slots=True)
class Touched:
    """Ids whose live state moved, by kind, in one enterprise."""

    enterprise: str
    ids: dict[type, set[str]] = field(default_factory=dict)


class Draft:
    """What a group is about to change, laid over the live picture: a decision reads its own group's earlier decisions."""

    def __init__(self, fleets: Fleets, now: float) -> None:
        self.now = now
        self.changes = Changes()
        self._fleets = fleets
        self._undo: list[tuple[dict[str, Any], str, Any]] = []
        self._marks: tuple[int, int, int] = (0, 0, 0)
        self._by_device: dict[str, dict[str, Command]] = {}
        self._by_key: dict[tuple[str, str], Alert] = {}
        self._whole: set[str] = set()
        self.held: set[str] = set()
        """Devices this group puts on their way into quarantine; the interlock counts them beside the fleet's."""

    def fleet(self, enterprise: str) -> Fleet:
        """The live picture of an enterprise; read rows through :meth:`find`, which knows this group's changes."""
        return self._fleets.of(enterprise)

    def find(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        """The row as it will be after what was decided so far."""
        pending = self.changes.rows.get(kind)
        if pending is not None and (row := pending.get(id)) is not None:
            return cast(Row, row) if row.enterprise == enterprise else None
        return self._fleets.of(enterprise).find(kind, id)

    def need(self, kind: type[Row], enterprise: str, id: str) -> Row:
        """The row, or ``NotFound``."""
        row = self.find(kind, enterprise, id)
        if row is None or getattr(row, 'retired_at', None) is not None:
            raise NotFound(f'there is no {kind.__name__.lower()} {id[:40]!r}')
        return row

    def commands_of(self, enterprise: str, device: str) -> list[Command]:
        """The device's open commands, oldest first."""
        live, pending = self._fleets.of(enterprise).commands_of(device), self._by_device.get(device)
        if not live and not pending:
            return []
        rows: dict[str, Command] = {**live, **(pending or {})}
        return sorted((row for row in rows.values() if row.is_open), key=lambda row: row.id)

    def alert_on(self, enterprise: str, key: str) -> Alert | None:
        """The open alert of that key."""
        alert = self._by_key.get((enterprise, key)) or self._fleets.of(enterprise).alert_on(key)
        return alert if alert is not None and alert.is_open else None

    def put(self, row: Any) -> None:
        """Keep ``row`` as the new state of its id."""
        kind = type(row)
        table = self.changes.rows.get(kind)
        if table is None:
            table = self.changes.rows[kind] = {}
        self._remember(table, row.id)
        table[row.id] = row
        if kind is Command:
            self._index(self._by_device.setdefault(row.device, {}), row.id, row)
        elif kind is Alert:
            self._index(self._by_key, (row.enterprise, row.key), row)

    def put_state(self, state: DeviceState, *, whole: bool) -> None:
        """Keep a device state; ``whole`` is false when it differs from the stored one in vitals alone (the cheap write)."""
        self.put(state)
        if whole:
            self._whole.add(state.id)
            self.changes.moved.discard(state.id)
        elif state.id not in self._whole:
            self.changes.moved.add(state.id)

    def note(self, entry: Entry) -> None:
        """Write ``entry`` into the journal."""
        self.changes.entries.append(entry)

    def sample(self, sample: RadioSample) -> None:
        """Keep a point of signal history."""
        self.changes.samples.append(sample)

    def result(self, result: CheckResult) -> None:
        """Keep a point of check history."""
        self.changes.results.append(result)

    def savepoint(self) -> None:
        """From here on, :meth:`rollback` takes back."""
        self._undo.clear()
        changes = self.changes
        self._marks = (len(changes.entries), len(changes.samples), len(changes.results))

    def rollback(self) -> None:
        """Forget everything since the last :meth:`savepoint`."""
        for table, key, before in reversed(self._undo):
            if before is None:
                table.pop(key, None)
            else:
                table[key] = before
        changes = self.changes
        del changes.entries[self._marks[0] :], changes.samples[self._marks[1] :], changes.results[self._marks[2] :]
        self._undo.clear()

    def _index(self, index: dict[Any, Any], key: Any, row: Any) -> None:
        self._remember(index, key)
        index[key] = row

    def _remember(self, table: dict[Any, Any], key: Any) -> None:
        self._undo.append((table, key, table.get(key)))


@dataclass(slots=True)
class _Traveller(Generic[T]):
    decide: Decide[T]
    arrived: asyncio.Future[T]


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
        self.fleets = fleets
        self.clock = clock
        self._store = store
        self._most_waiting = most_waiting
        self._waiting: deque[_Traveller[Any]] = deque()
        self._arrival = asyncio.Event()
        self._driver: asyncio.Task[None] | None = None
        self._closing = False

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
        self._driver = asyncio.create_task(self._drive(), name='road')

    async def stop(self) -> None:
        """Close the road and let those under way arrive."""
        self._closing = True
        self._arrival.set()
        if self._driver is not None:
            await self._driver

    @property
    def is_open(self) -> bool:
        """True while changes are being taken; false for good after a failure between commit and picture: restart the process."""
        return self._driver is not None and not self._driver.done() and not self._closing

    async def travel(self, decide: Decide[T]) -> T:
        """Run ``decide`` on the draft of the next group; return its answer once the group is durable and applied.

        ``decide`` is plain code that reads and writes the draft only; what it raises reaches the caller and undoes its own writes.
        Raises ``Unavailable`` when more than ``most_waiting`` changes wait.
        """
        if not self.is_open:
            raise Unavailable('the server is starting or stopping; try again shortly')
        if len(self._waiting) >= self._most_waiting:
            raise Unavailable('more changes are waiting than can be kept up with; try again shortly')
        arrived: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Traveller(decide, arrived))
        self._arrival.set()
        return await arrived

    async def _drive(self) -> None:
        try:
            while not self._closing or self._waiting:
                await self._arrival.wait()
                self._arrival.clear()
                while self._waiting:
                    await self._group()
        finally:
            self._closing = True
            while self._waiting:
                refusal = Unavailable('the server is stopping; nothing was kept')
                self._waiting.popleft().arrived.set_exception(refusal)

    async def _group(self) -> None:
        draft = Draft(self.fleets, self.clock())
        arrivals = self._decide(draft)
        try:
            recorded = await self._store.commit(draft.changes) if draft.changes else []
        except (
            Exception
        ) as error:  # whatever the store says, every traveller of this group must hear that nothing was kept
            log.exception('a group of %d changes was not kept', len(arrivals))
            for traveller, _ in arrivals:
                if not traveller.arrived.done():
                    refusal = Unavailable('the change could not be stored; nothing was kept, try again')
                    refusal.__cause__ = error
                    traveller.arrived.set_exception(refusal)
            await asyncio.sleep(0.05)  # a store that is down must not turn this loop into a busy one
            return
        touched = self._apply(draft.changes)
        for traveller, answer in arrivals:
            if not traveller.arrived.done():
                traveller.arrived.set_result(answer)
        self._tell(touched, recorded)

    def _decide(self, draft: Draft) -> list[tuple[_Traveller[Any], Any]]:
        arrivals: list[tuple[_Traveller[Any], Any]] = []
        deadline = time.perf_counter() + GROUP_SECONDS
        while self._waiting:
            traveller = self._waiting.popleft()
            if traveller.arrived.cancelled():
                continue
            draft.savepoint()
            try:
                arrivals.append((traveller, traveller.decide(draft)))
            except Exception as refusal:  # noqa: BLE001 - the caller gets it; the rest of the group travels on
                draft.rollback()
                traveller.arrived.set_exception(refusal)
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
