"""``/api/v1/events``: the journal as it is written, for programs that must not miss anything.

A connection knows the last entry it has sent. What comes next is taken from its short queue when that fits on without a gap, and
from the store when it does not: at the start, and whenever the reader was too slow for the queue. So there is one rule for what was
missed and for what is live, no seam between them, and no backlog in memory.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping

import msgspec
from fastapi import FastAPI, WebSocket
from starlette.websockets import WebSocketDisconnect

from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import DomainError, Invalid, NotAllowed, NotSignedIn, Unavailable
from domain.journal.model import Recorded
from ui.api.http.bearer import BearerAuth
from ui.api.http.fields import time_text
from ui.api.http.problems import render
from ui.api.journal.routes import READS
from ui.api.journal.schemas import Event, event
from ui.server.rates import Rate

HEARTBEAT_S = 15.0
ASKED_S = 0.5
"""How often a quiet connection is asked whether its token still opens it: it may be revoked, expire, or belong to a person who left."""
MOST_WAITING = 1000
PAGE = 500
MESSAGES_PER_S = 5.0
MESSAGES_AT_ONCE = 20
"""Programs have nothing to say here but that they are there."""
POLICY_VIOLATION = 1008
TRY_AGAIN_LATER = 1013


class Tail:
    """What one connection has yet to send, at most :data:`MOST_WAITING` entries of it."""

    def __init__(self, position: int, newest: int) -> None:
        self.position = position
        self.newest = newest
        self.moved = asyncio.Event()
        self._waiting: deque[tuple[int, str]] = deque()

    def offer(self, entries: list[tuple[int, str]]) -> None:
        """New entries; those for which there is no room will be read from the store."""
        self.newest = entries[-1][0]
        if len(self._waiting) + len(entries) > MOST_WAITING:
            self._waiting.clear()
        else:
            self._waiting += entries
        self.moved.set()

    def take(self) -> str | None:
        """The next entry, if it is at hand."""
        while self._waiting and self._waiting[0][0] <= self.position:
            self._waiting.popleft()
        if not self._waiting or self._waiting[0][0] != self.position + 1:
            return None
        self.position, text = self._waiting.popleft()
        return text


class Tails:
    """All connections by enterprise; an entry is encoded once for all of them."""

    def __init__(self, transactor: Transactor) -> None:
        self._by_enterprise: dict[str, set[Tail]] = {}
        transactor.committed.subscribe(self._committed)

    def join(self, enterprise: str, tail: Tail) -> Callable[[], None]:
        """Offer new entries to ``tail`` until the returned function is called."""
        tails = self._by_enterprise.setdefault(enterprise, set())
        tails.add(tail)
        return lambda: tails.discard(tail)

    def _committed(self, enterprise: str, entries: list[Recorded]) -> None:
        if tails := self._by_enterprise.get(enterprise):
            encoded = [(each.sequence, _text(event(each))) for each in entries]
            for tail in tails:
                tail.offer(encoded)


class EventStream:
    """The journal from one entry on, sent over one socket."""

    def __init__(self, socket: WebSocket, tail: Tail, enterprise: str, *, transactor: Transactor, store: Store) -> None:
        self._socket = socket
        self._tail = tail
        self._enterprise = enterprise
        self._transactor = transactor
        self._store = store

    async def run(self, still_allowed: Callable[[], object], heartbeat_s: float) -> None:
        """Send until ``still_allowed`` raises."""
        tail, quiet_s, step = self._tail, 0.0, min(ASKED_S, heartbeat_s)
        while True:
            tail.moved.clear()
            still_allowed()
            if (text := tail.take()) is not None:
                quiet_s = 0.0
                await self._socket.send_text(text)
                continue
            if tail.newest > tail.position:
                quiet_s = 0.0
                await self._catch_up(still_allowed)
                continue
            try:
                async with asyncio.timeout(step):
                    await tail.moved.wait()
            except TimeoutError:
                quiet_s += step
                if quiet_s < heartbeat_s:
                    continue
                quiet_s = 0.0
                beat = Event(sequence=tail.position, kind='heartbeat', at=time_text(self._transactor.clock()))
                await self._socket.send_text(_text(beat))

    async def _catch_up(self, still_allowed: Callable[[], object]) -> None:
        newest = self._tail.newest
        missed = await self._store.journal_after(self._enterprise, self._tail.position, PAGE)
        first = self._tail.position + 1
        last = (missed[0].sequence if missed else newest + 1) - 1
        if last >= first:  # retention has dropped them
            at = time_text(self._transactor.clock())
            gap = Event(sequence=last, kind='gap', at=at, data={'first': first, 'last': last})
            await self._socket.send_text(_text(gap))
            self._tail.position = last
        for each in missed:
            still_allowed()
            await self._socket.send_text(_text(event(each)))
            self._tail.position = each.sequence


def add_events(
    app: FastAPI, *, transactor: Transactor, store: Store, auth: BearerAuth, heartbeat_s: float = HEARTBEAT_S
) -> None:
    """Put the socket on ``app``."""
    tails = Tails(transactor)

    @app.websocket('/api/v1/events')
    async def events(socket: WebSocket) -> None:
        def still_allowed() -> str:
            return auth.program(socket.scope, READS).enterprise

        try:
            enterprise = still_allowed()
            newest = transactor.fleets.of(enterprise).sequence
            tail = Tail(_cursor(socket.query_params, newest), newest)
        except DomainError as refusal:
            await socket.send_denial_response(render(refusal, socket.scope))
            return
        leave = tails.join(enterprise, tail)
        await socket.accept()
        stream = EventStream(socket, tail, enterprise, transactor=transactor, store=store)
        sending = asyncio.create_task(stream.run(still_allowed, heartbeat_s))
        hearing = asyncio.create_task(_hear_out(socket))
        try:
            await asyncio.wait((sending, hearing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leave()
            hearing.cancel()
            sending.cancel()
            outcomes = await asyncio.gather(sending, hearing, return_exceptions=True)
        await _close(socket, outcomes[0])


async def _close(socket: WebSocket, outcome: BaseException | None) -> None:
    if isinstance(outcome, NotSignedIn | NotAllowed):
        await socket.close(POLICY_VIOLATION, outcome.detail)
    elif isinstance(outcome, Unavailable):
        await socket.close(TRY_AGAIN_LATER, 'the journal cannot be read now')
    elif outcome is not None and not isinstance(outcome, asyncio.CancelledError | WebSocketDisconnect):
        raise outcome


async def _hear_out(socket: WebSocket) -> None:
    """Read, and drop, what the program says, so that its leaving is noticed; one that talks is listened to more slowly."""
    rate = Rate(per_s=MESSAGES_PER_S, burst=MESSAGES_AT_ONCE)
    while (await socket.receive())['type'] != 'websocket.disconnect':
        wait = rate.take()
        await asyncio.sleep(wait)


def _cursor(said: Mapping[str, str], newest: int) -> int:
    for name in said:
        if name != 'cursor':
            raise Invalid('there is no such parameter; known is cursor', field=name[:80])
    text = said.get('cursor', 'latest')
    if text == 'latest':
        return newest
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Invalid('is the number of the last entry that was handled, or latest', field='cursor')
    if int(text) > newest:
        raise Invalid(f'is ahead of the journal, which ends at {newest}', field='cursor')
    return int(text)


def _text(shape: Event) -> str:
    return msgspec.json.encode(shape).decode()
