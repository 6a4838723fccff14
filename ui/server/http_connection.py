"""A connection of HTTP/1.1 and the place it takes: when it leaves, when it is overdue, and how it is told."""

import asyncio
import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ui.server import http_limits as limits
from ui.server.http_limits import ANSWERS, Kind
from ui.server.places import CONNECTION, Connections, neighbourhood
from ui.server.whole import BEGINNING, Take


class _HangingUp:
    """The transport of an answer that comes before the request has: it is closed only when the peer had time to read the answer."""

    def __init__(self, transport: asyncio.Transport, close: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = close


class Cycle(RequestResponseCycle):
    """A request and its answer."""

    connection: 'LimitedConnection'

    async def send(self, message: Any) -> None:
        """Pass on; a client that is answered before its body was read is told that the connection closes."""
        if self.more_body and not self.response_started:
            self.is_last()
        await super().send(message)

    def say_at_once(self, rest: bytes) -> bool:
        """Write a whole answer in one piece, and so in one packet; false when that cannot be done, and it has to be sent in parts.

        ``rest`` is what follows the date: header fields of our own, ``content-length`` among them, the empty line and the body.
        """
        if (
            self.response_started
            or self.more_body
            or self.disconnected
            or self.flow.write_paused
            or not self.keep_alive
        ):
            return False
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.transport.write(BEGINNING.under(self.default_headers) + rest)
        self.message_event.set()
        self.on_response()
        self.on_response = _nothing  # as behind any other answer, so that less points in a circle
        return True

    def pass_on(self) -> None:
        """See :meth:`ui.server.whole.Asked.pass_on`."""
        self.connection.answer(self)

    def is_last(self) -> None:
        """The connection closes behind this answer."""
        if self.keep_alive:
            self.keep_alive = False
            self.transport = cast(asyncio.Transport, _HangingUp(self.transport, self.connection.hang_up))


def _nothing() -> None:
    pass


class LimitedConnection(HttpToolsProtocol):
    """All of it but what is read, which ``ui/server/http_protocol.py`` adds."""

    def __init__(
        self,
        *args: Any,
        connections: Connections,
        whole: Mapping[tuple[str, str], Take] = MappingProxyType({}),
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.known = False
        self.address = ''
        self.credential = ''
        self.deadline = math.inf
        self._places = connections
        self._whole = whole
        self._idle_s = limits.IDLE_S
        self._begun = False
        """The first bytes of a head are there."""
        self._in_body = False
        self._head = 0
        """Bytes of a head that came in pieces."""
        self._body = 0
        """Bytes of the body, with its framing, that did not come with the head."""
        self._body_since = 0.0
        self._method = b''
        self._answering: Cycle | None = None
        """The request whose answer is to come, or was the last to come; ``cycle`` is the newest one, which may wait in the pipeline."""
        self._fresh: Cycle | None = None
        """The same while nothing has begun to answer it: the rest of the piece that its head came with is still to be looked at."""
        self._deaf = False
        """Nothing that comes is looked at any more."""
        self._dropped = 0
        self._unsent = 0

    # places

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a place, if there is one."""
        super().connection_made(transport)
        peer = self.client[0] if self.client else ''
        self.address = peer if self._places.exempt(peer) else neighbourhood(peer)
        self._idle_s = limits.PROXY_IDLE_S if self._places.exempt(peer) else limits.IDLE_S
        self.deadline = self._places.now + limits.HEAD_S
        self._places.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._places.leave(self)
        self._deaf = True
        self._let_go()
        super().connection_lost(exc)

    def become_known(self, credential: str, most: int) -> None:
        """A request has shown a credential; ``CrowdedError`` when too many connections have."""
        self._places.know(self, credential, most)
        self.known = True

    def answer(self, cycle: Cycle) -> None:
        """Let the application answer a request in a task."""
        self._start_asgi_task(cycle, self.app)

    def say_at_once(self, rest: bytes) -> bool:
        """See :meth:`Cycle.say_at_once`, of the request that is being answered."""
        return self._answering is not None and self._answering.say_at_once(rest)

    @property
    def is_idle(self) -> bool:
        """Between two requests."""
        return not self._begun and not self._in_body and (self._answering is None or self._answering.response_complete)

    def leave_for(self, kind: Kind) -> None:
        """Go at once: with an answer, unless another one is being written."""
        self._places.refusals.count(kind, self.address)
        between = (
            self.is_idle and self._answering is not None
        )  # an answer that was not asked for could be taken for the next one
        if not (between or self._is_answering() or self._deaf):
            self.transport.write(ANSWERS[kind])
        self._deaf = True
        self._let_go()
        self.transport.abort()

    def overdue(self) -> None:
        """Too late for a head or a body, or the client does not take the answer."""
        unsent = self.transport.get_write_buffer_size()
        if unsent:
            if 0 < unsent < self._unsent or not self._unsent:
                self._unsent, self.deadline = unsent, self._places.now + limits.STALL_S
                return
            self._places.refusals.count(limits.SLOW_READER, self.address)
            self.transport.abort()
        elif self._deaf or self.transport.is_closing():
            self.transport.abort()
        elif self._in_body:
            self._look_at_body()
        elif self._begun or self._answering is None:
            self._refuse(limits.SLOW_HEAD)
        else:
            self.transport.close()

    def _look_at_body(self) -> None:
        if self.flow.read_paused:  # it is we who do not read
            self.deadline = self._places.now + limits.BODY_GRACE_S
            self._body_since += limits.BODY_GRACE_S
            return
        took_s = self._places.now - self._body_since
        if took_s >= limits.BODY_S or self._body < took_s * limits.BODY_RATE:
            self._refuse(limits.SLOW_BODY)
        else:
            self.deadline = min(self._places.now + limits.BODY_GRACE_S, self._body_since + limits.BODY_S)

    # what goes out

    def on_response_complete(self) -> None:
        """It is the peer's turn: with the next request of the pipeline, or a new one."""
        self.server_state.total_requests += 1
        self._unsent = 0
        if self.transport.is_closing() or (self._deaf and not self.pipeline):
            self.deadline = min(self.deadline, self._places.now + limits.STALL_S)
            return
        if not self._deaf:
            self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._answering = cast(Cycle, cycle)
            self._start_asgi_task(cycle, app)
            return
        if not self._in_body:
            self.deadline = self._places.now + (limits.HEAD_S if self._begun else self._idle_s)
        if not self.known:
            self._places.answered(self)

    def pause_writing(self) -> None:
        """The peer does not take what we send."""
        super().pause_writing()
        self._unsent, self.deadline = 0, self._places.now + limits.STALL_S

    def resume_writing(self) -> None:
        """It does again."""
        super().resume_writing()
        self._unsent = 0
        if self._is_answering():
            self.deadline = math.inf

    def shutdown(self) -> None:
        """The server stops: a body that is still on its way is not waited for."""
        if self._in_body and not self.cycle.response_started:
            self._let_go()
            self.transport.close()
        else:
            super().shutdown()

    # refusals

    def _is_answering(self) -> bool:
        """True while an answer to a complete request is to come, or one has begun: ours would stand in the middle of it."""
        cycle = self._answering
        if cycle is None or cycle.response_complete:
            return False
        return cycle is not self.cycle or not self._in_body or cycle.response_started

    def _refuse(self, kind: Kind) -> None:
        """Answer and close; where other answers are to come they come first, and the connection closes behind them."""
        self._places.refusals.count(kind, self.address)
        if not self._is_answering():
            if kind.status:
                self.transport.write(ANSWERS[kind])
            self._let_go()
            self.hang_up()
        elif self._in_body and self._answering is self.cycle:  # in the middle of its own answer
            self._let_go()
            self.transport.abort()
        else:
            self._deaf = True
            if self._in_body:  # the one that waits last is the one that is refused
                self.pipeline.popleft()
            last = self.pipeline[0][0] if self.pipeline else self._answering
            if last is not None:
                cast(Cycle, last).is_last()

    def _let_go(self) -> None:
        """The client reads no answers any more."""
        self.pipeline.clear()
        for cycle in (self._answering, cast('Cycle | None', self.cycle)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.waiting_for_100_continue = False
                cycle.message_event.set()

    def hang_up(self) -> None:
        """Close for writing, and drop what still comes for a while: a reset would take the answer away from the peer."""
        self._deaf, self._in_body = True, False
        self.deadline = self._places.now + limits.LINGER_S
        self.flow.resume_reading()
        if self.transport.is_closing():
            return
        try:
            self.transport.write_eof()
        except OSError:  # the peer is gone already, and has not let us read so
            self.transport.abort()

    def _drop(self, size: int) -> None:
        self._dropped += size
        if self._dropped > limits.LINGER_BYTES:
            self.transport.abort()


def said_at_once(scope: Scope, rest: bytes) -> bool:
    """True when the request was answered with 200 and ``rest``, see :meth:`Cycle.say_at_once`; false on a server that is not ours."""
    connection: LimitedConnection | None = scope.get(CONNECTION)
    return connection is not None and connection.say_at_once(rest)
