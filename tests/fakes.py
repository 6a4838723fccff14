"""What tests use in place of the outside world: a store in memory, a clock that stands, a quick hasher, an application."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeVar

from domain.access.actors import Actor, system
from domain.access.permissions import OWNER
from domain.accounts.model import Account, Person
from domain.application import Application, compose
from domain.audit.model import AuditQuery, ChainReport, Finding, Head
from domain.cellular.identifiers import Identifiers
from domain.cellular.radio import Radio, RadioSample
from domain.changes.store import Changes, Retention
from domain.changes.transaction import Transaction
from domain.checkins.model import AS_BEFORE, CheckIn, Receipt
from domain.checks.model import CheckResult, CheckState
from domain.common.errors import Unavailable
from domain.common.watch import Watch
from domain.devices.facts import Facts
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceKind, DeviceState
from domain.enforcement.model import Command
from domain.enrolment.model import Credential
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.journal.model import Entry, Recorded
from domain.kinds import LIVE
from domain.towers.model import Tower, TowerState
from ui.crypto.fernet import FernetSeal

Row = TypeVar('Row')
E = TypeVar('E', bound=Entry)
_ENDS = ('retired_at', 'cleared_at', 'ended_at', 'revoked_at', 'disabled_at', 'spent_at')


class Clock:
    """Stands until a test moves it. Setting ``now`` lets time pass; :meth:`step` and :meth:`sleep` are what happens to real machines."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now
        self.ahead = 0.0
        self.slept = 0.0

    def __call__(self) -> float:
        return self.now

    def steady(self) -> float:
        """The machine's monotonic clock: nobody sets it, and it stands while the machine sleeps."""
        return self.now - self.ahead

    def tick(self, seconds: float) -> float:
        """Let time pass; the new moment."""
        self.now += seconds
        return self.now

    def step(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self.now += seconds
        self.ahead += seconds

    def sleep(self, seconds: float) -> None:
        """The machine is suspended for so long."""
        self.step(seconds)
        self.slept += seconds

    def watch(self, longest_look_s: float = inf) -> Watch:
        """A process that goes by this clock, and may be stuck for ``longest_look_s`` seconds before it counts as away."""
        return Watch(clock=self, steady=self.steady, slept=lambda: self.slept, longest_look_s=longest_look_s)


class MemoryStore:
    """Keeps rows by kind and id. ``failure`` is raised by every commit while set; a cleared ``gate`` makes commits hang."""

    def __init__(self) -> None:
        self.rows: dict[type, dict[str, Any]] = {}
        self.journal: dict[str, list[Recorded]] = {}
        self.kept_samples: list[RadioSample] = []
        self.kept_results: list[CheckResult] = []
        self.tampered: list[Finding] = []
        self.commits = 0
        self.settled: list[Recorded] | Exception | None = None
        self.failure: Exception | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def commit(self, changes: Changes) -> list[Recorded]:
        await asyncio.sleep(0)  # as a real store, let others run meanwhile
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        self.commits += 1
        for kind, rows in changes.rows.items():
            table = self.rows.setdefault(kind, {})
            for id, row in rows.items():
                if kind is DeviceState and id in changes.moved and id in table:
                    row = replace(row, facts=table[id].facts, verdicts=table[id].verdicts)
                table[id] = row
        self.kept_samples += changes.samples
        self.kept_results += changes.results
        recorded = []
        for entry in changes.entries:
            entries = self.journal.setdefault(entry.enterprise, [])
            entries.append(Recorded(len(entries) + 1, entry))
            recorded.append(entries[-1])
        return recorded

    async def settle(self) -> list[Recorded] | None:
        if isinstance(self.settled, Exception):
            raise self.settled
        return self.settled

    async def probe(self) -> None:
        await self.gate.wait()
        if self.failure is not None:
            raise Unavailable(str(self.failure))

    async def load(self, kind: type[Row]) -> AsyncIterator[Sequence[Row]]:
        rows = [row for row in self.rows.get(kind, {}).values() if self._is_live(row)]
        for start in range(0, len(rows), 100):
            yield rows[start : start + 100]

    def _is_live(self, row: Any) -> bool:
        owner: tuple[type, str] | None = None
        if isinstance(row, DeviceState | Credential):
            owner = Device, row.id
        elif isinstance(row, TowerState | CheckState):
            owner = Tower, row.id if isinstance(row, TowerState) else row.tower
        if owner is not None:
            return self.rows[owner[0]][owner[1]].retired_at is None
        if isinstance(row, Command):
            return row.is_open
        return all(getattr(row, name, None) is None for name in _ENDS)

    async def sequences(self) -> Mapping[str, int]:
        return {enterprise: entries[-1].sequence for enterprise, entries in self.journal.items()}

    async def journal_after(self, enterprise: str, sequence: int, limit: int) -> list[Recorded]:
        return self.journal.get(enterprise, [])[sequence:][:limit]

    async def journal_before(
        self, enterprise: str, sequence: int | None, limit: int, *, subject: tuple[str, str] | None = None
    ) -> list[Recorded]:
        older = [r for r in self.journal.get(enterprise, []) if sequence is None or r.sequence < sequence]
        return [r for r in reversed(older) if subject in (None, (r.entry.subject.kind, r.entry.subject.id))][:limit]

    async def audit(
        self, enterprise: str, query: AuditQuery, *, before: int | None = None, skip: int = 0, limit: int
    ) -> list[Recorded]:
        found = [r for r in reversed(self.journal.get(enterprise, [])) if query.fits(r.entry, repr(r.entry))]
        return [r for r in found if before is None or r.sequence < before][skip:][:limit]

    async def audit_count(self, enterprise: str, query: AuditQuery, most: int) -> int:
        return len(await self.audit(enterprise, query, limit=most))

    async def heads(self) -> Mapping[str, Head]:
        return {enterprise: Head(sequence, '') for enterprise, sequence in (await self.sequences()).items()}

    async def check_chain(self, enterprise: str, kept: Head | None = None) -> ChainReport:
        entries = len(self.journal.get(enterprise, []))
        return ChainReport(enterprise, entries=entries, head=Head(entries, ''), findings=list(self.tampered))

    async def samples(self, enterprise: str, device: str, since: float, until: float, limit: int) -> list[RadioSample]:
        found = [s for s in self.kept_samples if s.device == device and since <= s.observed_at <= until]
        found.sort(key=lambda sample: sample.observed_at)
        return found[:: max(1, -(-len(found) // limit))]

    async def check_results(self, enterprise: str, tower: str, since: float, limit: int) -> list[CheckResult]:
        return [result for result in self.kept_results if result.tower == tower and result.at >= since][-limit:]

    async def get(self, kind: type[Row], enterprise: str, id: str) -> Row | None:
        row = self.rows.get(kind, {}).get(id)
        return row if row is not None and row.enterprise == enterprise else None

    async def history(
        self,
        kind: type[Row],
        enterprise: str,
        *,
        equal: Mapping[str, str],
        is_open: bool | None,
        before: str | None,
        limit: int,
    ) -> list[Row]:
        rows = [row for row in self.rows.get(kind, {}).values() if row.enterprise == enterprise]
        rows = [row for row in rows if all(getattr(row, name) == value for name, value in equal.items())]
        rows = [row for row in rows if is_open in (None, self._is_live(row)) and (before is None or row.id < before)]
        return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]

    async def age_by(self, now: float) -> float:
        return now

    async def thin(self, now: float, retention: Retention) -> Mapping[str, int]:
        samples = len(self.kept_samples)
        self.kept_samples = [s for s in self.kept_samples if s.observed_at > now - retention.samples_s]
        return {'radio_sample': samples - len(self.kept_samples)}


class QuickHasher:
    """A hasher that hides nothing and costs nothing."""

    async def hash(self, password: str) -> str:
        return f'hash of {password}'

    async def verify(self, hashed: str | None, password: str) -> bool:
        return hashed in (f'hash of {password}', f'old hash of {password}')

    def is_outdated(self, hashed: str) -> bool:
        return hashed.startswith('old ')


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningApplication(Application):
    """All services on one road in memory, and an enterprise to begin with."""

    clock: Clock
    store: MemoryStore

    @property
    def enterprise(self) -> str:
        """The first enterprise, in which all that follows is done."""
        return next(iter(self.fleets)).enterprise.id

    @property
    def actor(self) -> Actor:
        """Somebody who may do everything in the application's enterprise."""
        return system(self.enterprise, 'test')

    @property
    def fleet(self) -> Fleet:
        """The live picture of the application's enterprise."""
        return self.fleets.of(self.enterprise)

    async def store_answers_again(self) -> None:
        """The end of a failure, which the transactor notices when it asks the store the next time."""
        self.store.failure = None
        while True:
            with suppress(Unavailable):
                return await self.transactor.transact(lambda _: None)
            await asyncio.sleep(0.01)

    async def device(self, name: str = 'crane-1', kind: DeviceKind = DeviceKind.TABLET, **more: Any) -> Device:
        """A device added by hand."""
        return (await self.enrolments.add(self.actor, NewDevice(name=name, kind=kind, **more))).device

    async def check_in(
        self,
        device: str,
        sequence: int | None = None,
        *,
        age: float = 0,
        facts: Facts | None = None,
        radio: Radio | None = AS_BEFORE,
        sent_at: float | None = None,
    ) -> Receipt:
        """A check-in observed ``age`` seconds ago; without a ``sequence`` the next one."""
        number = state_of(self.fleet, device).sequence + 1 if sequence is None else sequence
        sent = datetime.fromtimestamp(sent_at, UTC) if sent_at is not None else None
        observed = datetime.fromtimestamp(self.clock() - age, UTC)
        return await self.checkins.check_in(self.enterprise, device, CheckIn(number, observed, sent, facts, radio))

    def as_(self, person: Person, *, recently_verified: bool = True) -> Actor:
        """Somebody who acts as they stand now, and has just proved who they are."""
        found = self.fleets.of(person.enterprise)[Person][person.id].actor(recently_verified=recently_verified)
        account = self.fleets.installation[Account].get(person.account)
        return replace(found, permissions=found.permissions | OWNER) if account and account.owner else found

    def entries(self, kind: type[E]) -> list[E]:
        """What the journal of the application's enterprise holds of that kind, oldest first."""
        return [r.entry for r in self.store.journal.get(self.enterprise, []) if isinstance(r.entry, kind)]


@asynccontextmanager
async def running_application(
    *,
    store: MemoryStore | None = None,
    clock: Clock | None = None,
    most_waiting: int = 20_000,
    longest_look_s: float = inf,
    twice: bool = True,
) -> AsyncIterator[RunningApplication]:
    """An application that takes changes: on a new store with an enterprise of its own, on a used one as a restart would find it.

    Every decision is run ``twice``, and what came of it first is forgotten, as when the store refuses a group for somebody else's sake:
    no test may tell the difference.
    """
    clock, kept = clock or Clock(), store or MemoryStore()
    composed = compose(
        fleets=Fleets(LIVE),
        store=kept,
        hasher=QuickHasher(),
        seal=FernetSeal('the key of a house that stands in memory', clock),
        clock=clock,
        most_waiting=most_waiting,
        watch=clock.watch(longest_look_s),
    )
    application = RunningApplication(**composed.parts() | {'clock': clock, 'store': kept})
    if twice:
        join = application.transactor._waiting.join
        application.transactor._waiting.join = lambda decide, *more: join(_decided_twice(decide), *more)  # type: ignore[method-assign]
    await application.transactor.start()
    await application.presence.watch_all()
    if not list(application.fleets):
        await application.enterprises.add('Port of Delft')
    try:
        async with asyncio.timeout(30):  # a transactor that loses somebody must not hang the tests
            yield application
    finally:
        kept.gate.set()
        await application.transactor.stop()


def _decided_twice(decide: Callable[[Transaction], Any]) -> Callable[[Transaction], Any]:
    def decide_twice(tx: Transaction) -> Any:
        with suppress(Exception):
            decide(tx)
        tx.rollback()
        tx.savepoint()
        return decide(tx)

    return decide_twice


def identifiers(number: int) -> Identifiers:
    """Identifiers of a make-believe device, right by their standards."""
    body = f'35209900{number:06d}'
    doubled = sum((int(c) * 2 - 9 if int(c) > 4 else int(c) * 2) if i % 2 else int(c) for i, c in enumerate(body))
    return Identifiers(imei=f'{body}{-doubled % 10}', serial=f'SN-{number:06d}')
