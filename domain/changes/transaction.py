"""The changes of one group before they are committed, laid over the live picture."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol, TypedDict, TypeVar

from domain.access.actors import Actor
from domain.cellular.radio import RadioSample
from domain.changes.store import Changes
from domain.checks.model import CheckResult
from domain.common.errors import Invalid, NotFound
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.journal.model import Entry, Subject

log = logging.getLogger(__name__)
Row = TypeVar('Row')
Value = TypeVar('Value')


class Told(Protocol):
    """A row that the journal tells of."""

    @property
    def enterprise(self) -> str: ...

    @property
    def subject(self) -> Subject: ...


class About(TypedDict):
    """The fields that every entry has."""

    at: float
    enterprise: str
    subject: Subject
    by: str


class Transaction:
    """A decision reads its own group's earlier decisions here, and writes its own.

    ``after`` is the transaction of a group that is being written: its rows are read as if it was the same group.
    """

    def __init__(self, fleets: Fleets, now: float, *, after: 'Transaction | None' = None) -> None:
        self.now = now
        self.changes = Changes()
        self.fleets = fleets
        """The live pictures. Rows are read through :meth:`find`, which knows this group's changes."""
        self._after = after
        self._undo: list[tuple[dict[str, Any], str, Any]] = []
        self._marks: tuple[int, int, int] = (0, 0, 0)
        self._pending: dict[tuple[type, str], dict[Any, dict[str, Any]]] = {}
        self._followed: dict[type, list[tuple[str, dict[Any, dict[str, Any]]]]] = {}
        self._whole: set[str] = set()
        self._memories: dict[Any, Any] = {}
        self.actor: Actor | None = None
        """The person or program that asked for what is being decided."""
        self.kept: dict[Any, Any] = {}
        """Equal values that a group makes by the thousand, each kept once: what is shared fits in memory."""

    def fleet(self, enterprise: str) -> Fleet:
        """The live picture of an enterprise; read rows through :meth:`find`, which knows this group's changes."""
        return self.fleets.of(enterprise)

    def watched(self, since: float) -> float:
        """Seconds from ``since`` (epoch) until now that were watched: what a clock that was set has skipped is not among them."""
        return self.fleets.watch.elapsed(since, until=self.now)

    def has_been_kept(self) -> None:
        """The transaction that this one comes after is in the live picture now, and need not be looked at beside it."""
        self._after = None
        self._pending.clear()
        self._followed.clear()

    def find(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        """The row as it will be after what was decided so far."""
        table = self.changes.rows.get(kind)
        row: Any = table.get(id) if table is not None else None
        if row is None and self._after is not None:
            row = self._after.decided(kind, id)
        if row is None:
            return self.fleets.of(enterprise).find(kind, id)
        found: Row | None = row if row.enterprise == enterprise else None
        return found

    def rows(self, kind: type[Row]) -> Mapping[str, Row]:
        """The rows of a kind, by id, that were decided and are not in the live picture yet; those that just ended too."""
        own: dict[str, Row] = self.changes.rows.get(kind, {})
        return own if self._after is None else {**self._after.rows(kind), **own}

    def need(self, kind: type[Row], enterprise: str, id: str) -> Row:
        """The row, or ``NotFound``."""
        row = self.find(kind, enterprise, id)
        if row is None or getattr(row, 'retired_at', None) is not None:
            raise NotFound.of(kind, id)
        return row

    def all(self, kind: type[Row], enterprise: str) -> Iterator[Row]:
        """Every row of an enterprise as it will be after what was decided so far, those that just ended too."""
        pending: Mapping[str, Any] = self.rows(kind)
        for row in pending.values():
            if row.enterprise == enterprise:
                yield row
        for id, row in self.fleets.of(enterprise)[kind].items():
            if id not in pending:
                yield row

    def pending(self, kind: type[Row], by: str) -> Mapping[Any, Mapping[str, Row]]:
        """This group's rows of a kind by the value of their field ``by``, then by id; those that just ended too."""
        index: dict[Any, dict[str, Any]] | None = self._pending.get((kind, by))
        if index is None:
            index = self._pending[kind, by] = {}
            row: Any
            for row in self.rows(kind).values():
                index.setdefault(getattr(row, by), {})[row.id] = row
            self._followed.setdefault(kind, []).append((by, index))
        return index

    def put(self, row: Any) -> None:
        """Keep ``row`` as the new state of its id."""
        kind = type(row)
        table = self.changes.rows.get(kind)
        if table is None:
            table = self.changes.rows[kind] = {}
        followed = self._followed.get(kind, ())
        before = self.decided(kind, row.id) if followed else None
        self._write(table, row.id, row)
        for by, index in followed:
            value = getattr(row, by)
            if before is not None and (former := getattr(before, by)) != value:
                self._write(index[former], row.id, None)
            self._write(index.setdefault(value, {}), row.id, row)

    def put_parts(self, row: Any, *, whole: bool) -> None:
        """Keep a row that is stored in two parts; ``whole`` is false when it differs from the stored one in its vitals alone."""
        self.put(row)
        if whole:
            self._whole.add(row.id)
            stored = self._after and self._after.rows(type(row)).get(row.id)
            stored = stored or self.fleets.of(row.enterprise).find(type(row), row.id)
            if stored is not None:
                self.changes.before[row.id] = stored
            self.changes.moved.discard(row.id)
        elif row.id not in self._whole:
            self.changes.moved.add(row.id)

    def about(self, row: Told, by: str = '') -> About:
        """What an entry says first: now, of this row, and ``by`` whom."""
        return {'at': self.now, 'enterprise': row.enterprise, 'subject': row.subject, 'by': by}

    def note(self, entry: Entry) -> None:
        """Write ``entry`` into the journal, with the person or program behind it."""
        if self.actor is not None and not entry.actor:
            entry = replace(entry, actor=self.actor.reference, address=entry.address or self.actor.address)
        self.changes.entries.append(entry)

    def sample(self, sample: RadioSample) -> None:
        """Keep a point of signal history."""
        self.changes.samples.append(sample)

    def result(self, result: CheckResult) -> None:
        """Keep a point of check history."""
        self.changes.results.append(result)

    def recall(self, memory: Mapping[Any, Value], key: Any) -> Value | None:
        """What ``memory`` holds under ``key`` after what was decided so far."""
        pending: tuple[Any, Any, Value] | None = self._memories.get((id(memory), key))
        if pending is not None:
            return pending[2]
        return memory.get(key) if self._after is None else self._after.recall(memory, key)

    def remember(self, memory: dict[Any, Value], key: Any, value: Value) -> None:
        """Let ``memory``, which no store keeps, hold ``value`` once this is committed: a decision may run again, or come to nothing."""
        self._write(self._memories, (id(memory), key), (memory, key, value))

    def memorize(self) -> None:
        """The group is kept: so is what it remembers."""
        for memory, key, value in self._memories.values():
            memory[key] = value

    def written(self) -> Iterator[Any]:
        """The rows and entries of the decision that runs right now."""
        for table, key in {(id(table), key): (table, key) for table, key, _ in self._undo}.values():
            row = table.get(key)  # none where it has moved to another group of its index
            if table is self.changes.rows.get(type(row)):
                yield row
        yield from islice(self.changes.entries, self._marks[0], None)
        yield from islice(self.changes.samples, self._marks[1], None)
        yield from islice(self.changes.results, self._marks[2], None)

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

    def decided(self, kind: type, id: str) -> Any:
        """The row as it was decided, when it is not in the live picture yet."""
        table = self.changes.rows.get(kind)
        row = table.get(id) if table is not None else None
        return row if row is not None or self._after is None else self._after.decided(kind, id)

    def _write(self, table: dict[Any, Any], key: Any, row: Any) -> None:
        """Write, or with ``None`` take out, so that a rollback takes it back."""
        self._undo.append((table, key, table.get(key)))
        if row is None:
            del table[key]
        else:
            table[key] = row


@dataclass(frozen=True, slots=True)
class Rules:
    """What the transactor does not know itself: the kinds of rows, and what a change must satisfy.

    ``kinds`` stand in the order in which a reload must read them. ``recheck`` refuses an actor who may no longer do this;
    ``check_written`` what a decision wrote beyond the bounds of a field, with ``Invalid``; ``misfit`` names the field that a store
    refused. ``follow`` puts into a group, once its decisions are made, what follows from them and must not be parted from them.
    """

    kinds: Sequence[type]
    recheck: Callable[[Transaction, Actor], None]
    check_written: Callable[[Transaction], None]
    misfit: Callable[[Changes], Invalid | None]
    follow: Callable[[Transaction], None] = lambda tx: None


def follow(tx: Transaction, rules: Rules) -> None:
    """Put what follows from the decisions of a group beside them. A fault in it must not undo what people and devices did."""
    if not tx.changes.entries:
        return
    tx.savepoint()
    tx.actor = None
    try:
        rules.follow(tx)
    except Exception:  # of any kind, since it is a fault of ours
        tx.rollback()
        log.exception('what follows from a group of changes was left out')
