"""A whole application on the store in memory and the clock, with an enterprise to begin with."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeVar

from domain.access.actors import Actor, system
from domain.access.permissions import OWNER
from domain.accounts.model import Account, Person
from domain.application import Application, compose
from domain.cellular.radio import Radio
from domain.changes.transaction import Transaction
from domain.checkins.model import AS_BEFORE, CheckIn, Receipt
from domain.common.errors import Unavailable
from domain.devices.facts import Facts
from domain.devices.input import NewDevice
from domain.devices.live import state_of
from domain.devices.model import Device, DeviceKind
from domain.fleet.fleet import Fleet
from domain.fleet.fleets import Fleets
from domain.journal.model import Entry
from domain.kinds import LIVE
from tests.fakes.clock import Clock
from tests.fakes.hasher import QuickHasher
from tests.fakes.store import MemoryStore
from ui.crypto.fernet import FernetSeal

E = TypeVar('E', bound=Entry)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningApplication(Application):
    """All services on one store in memory, and an enterprise to begin with."""

    clock: Clock
    store: MemoryStore

    @property
    def enterprise(self) -> str:
        """The first enterprise, in which all that follows is done."""
        return next(iter(self.fleets)).enterprise.id

    @property
    def actor(self) -> Actor:
        """An actor who may do everything in the application's enterprise."""
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
        """A person as an actor, as they are now, who has just proved who they are."""
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

    Every decision is run ``twice``, and what came of it first is forgotten, as when the store refuses a group because of another:
    no test may tell the difference.
    """
    clock, kept = clock or Clock(), store or MemoryStore()
    composed = compose(
        fleets=Fleets(LIVE),
        store=kept,
        hasher=QuickHasher(),
        seal=FernetSeal('the key of an application in memory', clock),
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
        async with asyncio.timeout(30):  # a transactor that loses a request must not hang the tests
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
