"""What a group of changes is about to be, laid over the live picture until it is committed."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from domain.access.actors import Actor
from domain.accounts.model import Person
from domain.alerts.model import Alert
from domain.cellular.radio import RadioSample
from domain.changes.store import Changes
from domain.checks.model import CheckResult
from domain.common.errors import NotFound
from domain.devices.model import DeviceState
from domain.enforcement.model import Command
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.journal.model import Entry
from domain.sign_in.model import Session

Row = TypeVar('Row')
Value = TypeVar('Value')


class Transaction:
    """A decision reads its own group's earlier decisions here, and writes its own."""

    def __init__(self, fleets: Fleets, now: float) -> None:
        self.now = now
        self.changes = Changes()
        self._fleets = fleets
        self._undo: list[tuple[dict[str, Any], str, Any]] = []
        self._marks: tuple[int, int, int] = (0, 0, 0)
        self._by_device: dict[str, dict[str, Command]] = {}
        self._by_key: dict[tuple[str, str], Alert] = {}
        self._whole: set[str] = set()
        self._memories: dict[Any, Any] = {}
        self.actor: Actor | None = None
        """On whose word the request that is being decided is made."""
        self.kept: dict[Any, Any] = {}
        """Equal values that a group makes by the thousand, each kept once: what is shared fits in memory."""
        self.held: dict[str, Command] = {}
        """By device: what this group puts on its way into quarantine; the interlock counts them beside the fleet's."""

    def fleet(self, enterprise: str) -> Fleet:
        """The live picture of an enterprise; read rows through :meth:`find`, which knows this group's changes."""
        return self._fleets.of(enterprise)

    def watched(self, since: float) -> float:
        """Seconds from ``since`` (epoch) until now that were watched: what a clock that was set has skipped is not among them."""
        return self._fleets.watch.elapsed(since, until=self.now)

    def find(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        """The row as it will be after what was decided so far."""
        pending = self.changes.rows.get(kind)
        if pending is not None:
            row: Any = pending.get(id)
            if row is not None:
                found: Row | None = row if row.enterprise == enterprise else None
                return found
        return self._fleets.of(enterprise).find(kind, id)

    def need(self, kind: type[Row], enterprise: str, id: str) -> Row:
        """The row, or ``NotFound``."""
        row = self.find(kind, enterprise, id)
        if row is None or getattr(row, 'retired_at', None) is not None:
            raise NotFound.of(kind, id)
        return row

    def all(self, kind: type[Row], enterprise: str) -> Iterator[Row]:
        """Every row of an enterprise as it will be after what was decided so far, those that just ended too."""
        pending = self.changes.rows.get(kind, {})
        for row in pending.values():
            if row.enterprise == enterprise:
                yield row
        for id, row in self._fleets.of(enterprise).table(kind).items():
            if id not in pending:
                yield row

    def commands_of(self, enterprise: str, device: str) -> list[Command]:
        """The device's open commands, oldest first."""
        live, pending = self._fleets.of(enterprise).commands_of(device), self._by_device.get(device)
        if not live and not pending:
            return []
        rows: dict[str, Command] = {**live, **(pending or {})}
        # in order of arrival within one moment, which ids made in one millisecond do not show
        return sorted((row for row in rows.values() if row.is_open), key=lambda row: row.requested_at)

    def credential(self, enterprise: str, device: str) -> Credential | None:
        """The device's credential, open or waiting for approval; ``None`` when there is none or it was revoked."""
        pending: Credential | None = self.changes.rows.get(Credential, {}).get(device)
        found = pending or self._fleets.credential(device)
        return found if found is not None and found.enterprise == enterprise and found.revoked_at is None else None

    def session(self, id: str) -> Session | None:
        """The session, ended ones of this group too."""
        pending: Session | None = self.changes.rows.get(Session, {}).get(id)
        return pending or self._fleets.sessions.get(id)

    def sessions_of(self, account: str) -> list[Session]:
        """An account's open sessions."""
        rows = {session.id: session for session in self._fleets.sessions_of(account)}
        rows |= self.changes.rows.get(Session, {})
        return [session for session in rows.values() if session.account == account and session.ended_at is None]

    def memberships(self, account: str) -> list[Person]:
        """What an account is to which enterprise."""
        rows = {person.id: person for person in self._fleets.memberships(account).values()}
        rows |= self.changes.rows.get(Person, {})
        return [person for person in rows.values() if person.account == account and person.disabled_at is None]

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
            if row.holds:
                self._index(self.held, row.device, row)
        elif kind is Alert:
            self._index(self._by_key, (row.enterprise, row.key), row)

    def put_state(self, state: DeviceState, *, whole: bool) -> None:
        """Keep a device state; ``whole`` is false when it differs from the stored one in vitals alone (the cheap write)."""
        self.put(state)
        if whole:
            self._whole.add(state.id)
            stored = self._fleets.of(state.enterprise).states.get(state.id)
            if stored is not None:
                self.changes.before[state.id] = stored
            self.changes.moved.discard(state.id)
        elif state.id not in self._whole:
            self.changes.moved.add(state.id)

    def note(self, entry: Entry) -> None:
        """Write ``entry`` into the journal, with whoever is behind it."""
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
        return pending[2] if pending is not None else memory.get(key)

    def remember(self, memory: dict[Any, Value], key: Any, value: Value) -> None:
        """Let ``memory``, which is nobody's row, hold ``value`` once this is kept: a decision may run again, and may come to nothing."""
        self._index(self._memories, (id(memory), key), (memory, key, value))

    def memorize(self) -> None:
        """The group is kept: so is what it remembers."""
        for memory, key, value in self._memories.values():
            memory[key] = value

    def written(self) -> Iterator[Any]:
        """The rows and entries of the decision that runs right now."""
        for table, key in {(id(table), key): (table, key) for table, key, _ in self._undo}.values():
            row = table[key]
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

    def _index(self, index: dict[Any, Any], key: Any, row: Any) -> None:
        self._remember(index, key)
        index[key] = row

    def _remember(self, table: dict[Any, Any], key: Any) -> None:
        self._undo.append((table, key, table.get(key)))
