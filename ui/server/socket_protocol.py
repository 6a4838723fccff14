"""WebSockets within limits: uvicorn's protocol on ``websockets``, whose messages are taken a few at a time and whose peers have to read."""

import asyncio
import math
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from ui.server import http_limits as limits
from ui.server.http_limits import Kind
from ui.server.places import CONNECTION, Connections, neighbourhood

INVALID_DATA, MESSAGE_TOO_BIG = 1007, 1009
"""RFC 6455, 7.4.1."""
PIECE = 2048
"""Bytes that are parsed before others have their turn: some 300 of the shortest frames, 3 ms."""
MOST_FRAGMENTS = 1024
"""Frames of one message; what browsers split has 64 KB in each."""


class LimitedSocket(WebSocketsSansIOProtocol):
    """A connection that has become a socket; its place is kept (:meth:`ui.server.places.Connections.stand_in`)."""

    def __init__(self, *args: Any, connections: Connections, known: bool) -> None:
        super().__init__(*args)
        self.known = known
        self.address = ''
        self.credential = ''
        self.deadline = math.inf
        self._places = connections
        self._unsent = 0
        self._rest = memoryview(b'')
        """What has come and is not parsed yet."""
        self._next: asyncio.Handle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The handshake begins."""
        super().connection_made(transport)
        peer = self.client[0] if self.client else ''
        self.address = peer if self._places.exempt(peer) else neighbourhood(peer)
        self.deadline = self._places.now + limits.STALL_S

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back."""
        self._places.leave(self)
        if self._next is not None:
            self._next.cancel()
        super().connection_lost(exc)

    def become_known(self, credential: str, most: int) -> None:
        """The handshake has shown a credential; ``CrowdedError`` when too many connections have."""
        self._places.know(self, credential, most)
        self.known = True

    @property
    def is_idle(self) -> bool:
        """A socket that a known client has opened is in use."""
        return False

    def leave_for(self, kind: Kind) -> None:
        """Go at once."""
        self._places.refusals.count(kind, self.address)
        self.transport.abort()

    def overdue(self) -> None:
        """Asked from time to time: does the peer read? Whether it is there is asked by pings."""
        unsent = self.transport.get_write_buffer_size()
        if (unsent and unsent >= self._unsent > 0) or (self._unsent < 0 and self.transport.is_closing()):
            self._places.refusals.count(limits.SLOW_READER, self.address)
            self.transport.abort()
            return
        self._unsent = unsent or (-1 if self.transport.is_closing() else 0)
        self.deadline = self._places.now + limits.STALL_S

    def resume_writing(self) -> None:
        """The peer reads again."""
        super().resume_writing()
        self._unsent = 0
        self._schedule()

    def data_received(self, data: bytes) -> None:
        """Parse a piece now and the rest when others have had their turn."""
        if not self.handshake_initiated:
            super().data_received(data)
            return
        self._rest = memoryview(bytes(self._rest) + data) if self._rest else memoryview(data)
        if self._next is not None or not self._may_go_on():
            self._pause()
        else:
            self._go_on()

    async def receive(self) -> Any:
        """The next message; when there is none left, more are parsed."""
        message = await self.queue.get()
        if self.queue.empty():
            if self._rest:
                self._schedule()
            else:
                self._resume()
        return message

    def _may_go_on(self) -> bool:
        """What was handed over is taken, and the peer takes what is sent (pongs are written at once)."""
        return (self.queue.empty() or self.close_sent) and self.writable.is_set()

    def _schedule(self) -> None:
        if self._rest and self._next is None and self._may_go_on():
            self._next = self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._next = None
        if self.transport.is_closing():
            self._rest = memoryview(b'')
            return
        piece, self._rest = self._rest[:PIECE], self._rest[PIECE:]
        super().data_received(bytes(piece))
        if self._rest:
            self._pause()
            self._schedule()
        elif self._may_go_on():
            self._resume()

    def _pause(self) -> None:
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def _resume(self) -> None:
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()

    def handle_cont(self, event: Any) -> None:
        """A further part of a message; one in a thousand empty parts is not a message."""
        if len(self.frames) >= MOST_FRAGMENTS:
            self._malformed(MESSAGE_TOO_BIG)
        else:
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        """Hand a message over, if its text is text."""
        if self.curr_msg_data_type == 'text':
            try:
                b''.join(self.frames).decode()
            except UnicodeDecodeError:
                self._malformed(INVALID_DATA)
                return
        super().send_receive_event_to_app()

    def _malformed(self, code: int) -> None:
        self._places.refusals.count(limits.MALFORMED_MESSAGE, self.address)
        self.frames = []
        self.conn.fail(code)
        if not self.close_sent:
            self.handle_parser_exception()

    async def run_asgi(self) -> None:
        """Let the application know whose connection it is."""
        self.scope[CONNECTION] = self  # type: ignore[literal-required]
        await super().run_asgi()
