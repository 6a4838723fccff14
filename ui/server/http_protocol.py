"""HTTP/1.1 within limits: uvicorn's protocol on httptools, which has none of its own for heads, times and places.

Nothing of this costs a request that keeps to them more than a few comparisons: sizes are looked at where a head is complete or a piece of
data did not complete one, times by a sweep over all connections (:meth:`ui.server.places.Connections.tick`) in place of a timer for each.
"""

import asyncio
import math
import re
from typing import cast
from urllib.parse import unquote

import httptools

from ui.server import http_limits as limits
from ui.server.http_connection import Cycle, LimitedConnection
from ui.server.http_limits import Kind
from ui.server.places import CONNECTION
from ui.server.socket_protocol import LimitedSocket

PIECE = limits.MOST_HEAD
"""Bytes that are parsed before it is looked at what came of them."""
_ODD_METHOD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) /[\x21-\x7e]* HTTP/1\.[01]\r\n")
_STANDS_IN = b'PROPFIND'
"""The method that the parser reads in place of one it does not know, so that the application can say which ones it takes."""


class _Refused(Exception):
    """Ends the parser's run."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.name)
        self.kind = kind


class LimitedProtocol(LimitedConnection):
    """What is read of a connection."""

    def data_received(self, data: bytes) -> None:
        """Parse, and look at the sizes wherever a piece did not complete what it began."""
        if self._deaf:
            self._drop(len(data))
        elif len(data) <= PIECE - self._head:
            self._feed(data)
        else:
            rest = memoryview(data)
            while rest and not self._deaf:
                piece = rest[: max(1, PIECE - self._head)]
                rest = rest[len(piece) :]
                self._feed(piece)
            if rest:
                self._drop(len(rest))

    def _feed(self, data: bytes | memoryview) -> None:
        self._parse(data)
        if self._fresh is not None:
            self._begin(self._fresh)
            self._fresh = None

    def _begin(self, cycle: Cycle) -> None:
        """A request is next, and it is seen by now whether its body has come with its head, as that of a check-in does."""
        if cycle.disconnected:  # refused meanwhile
            return
        take = self._whole.get((cycle.scope['method'], cycle.scope['path']))
        if take is None or not self.known or cycle.more_body or not cycle.keep_alive or cycle.waiting_for_100_continue:
            self.answer(cycle)
            return
        try:
            take(cycle, bytes(cycle.body))
        except Exception:  # noqa: BLE001 - the application comes upon it once more, and answers it
            self.answer(cycle)

    def _parse(self, data: bytes | memoryview) -> None:
        newest, begins = self.cycle, not (self._in_body or self._head)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._upgrade()
            return
        except httptools.HttpParserInvalidMethodError:
            begins = (
                begins and self.cycle is newest and not self._method
            )  # it is the first of this piece that it does not know
            method = _ODD_METHOD.match(data) if begins else None
            if method is None:
                self._refuse(limits.BAD_REQUEST)
                return
        except httptools.HttpParserError as error:
            refused = error.__context__
            self._refuse(refused.kind if isinstance(refused, _Refused) else limits.BAD_REQUEST)
            return
        else:
            method = None
        if method is not None:
            self._method = method[1]
            self.parser = httptools.HttpRequestParser(self)
            self._parse(_STANDS_IN + bytes(data[len(self._method) :]))
        elif self._in_body:
            self._body += len(data)
            if self._body > limits.MOST_FRAMED:
                self._refuse(limits.LARGE_BODY)
        elif self._begun:
            if not self._head and self._answering is not None and not self._is_answering():
                self.deadline = self._places.now + limits.HEAD_S
            self._head += len(data)
            self._check_head(complete=False)

    def _check_head(self, *, complete: bool) -> None:
        kind = None
        if len(self.url) > limits.MOST_TARGET:
            kind = limits.LONG_TARGET
        elif len(self.headers) > limits.MOST_HEADERS or (self._head >= limits.MOST_HEAD and not complete):
            kind = limits.LARGE_HEAD if self.headers or len(self.url) < limits.MOST_TARGET else limits.LONG_TARGET
        if kind is None:
            return
        if complete:
            raise _Refused(kind)
        self._refuse(kind)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._begun = True
        self.scope[CONNECTION] = self  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        """A head is there: as in the base class, with its sizes looked at, and what stands behind the body (trailers) kept out of it."""
        self._check_head(complete=True)
        version, method = self.parser.get_http_version(), self._method or self.parser.get_method()
        self._method = b''
        self.scope['method'] = method.decode('ascii')
        if version != '1.1':
            self.scope['http_version'] = version
        if self.parser.should_upgrade() and self._should_upgrade():
            return
        target = httptools.parse_url(self.url)
        path = target.path.decode('ascii')
        self.scope['path'] = self.root_path + (unquote(path) if '%' in path else path)
        self.scope['raw_path'] = self.root_path.encode('ascii') + target.path
        self.scope['query_string'] = target.query or b''
        self.headers = []
        before = cast('Cycle | None', self.cycle)  # the base class leaves it out before the first request
        self.cycle = self._cycle(keep_alive=version != '1.0' and self.parser.should_keep_alive())
        self._begun, self._in_body, self._head, self._body = False, True, 0, 0
        self._body_since = self._places.now
        self.deadline = self._body_since + limits.BODY_GRACE_S
        if before is None or before.response_complete:
            self._answering = self._fresh = self.cycle
            return
        self.flow.pause_reading()
        self.pipeline.appendleft((self.cycle, self.app))
        if len(self.pipeline) > limits.MOST_PIPELINED:
            raise _Refused(limits.PIPELINED)

    def _cycle(self, *, keep_alive: bool) -> Cycle:
        cycle = Cycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )
        cycle.connection = self
        return cycle

    def on_message_complete(self) -> None:
        """The request is there, and it is our turn."""
        self._begun = self._in_body = False
        self.deadline = math.inf
        if not self.known:
            self._places.asks(self)
        super().on_message_complete()

    def _upgrade(self) -> None:
        if self._should_upgrade():
            self.handle_websocket_upgrade()
        elif (
            self._answering is not None
        ):  # to something we do not speak, such as h2c: it is answered as if it had not asked
            self._answering.is_last()
            self._deaf = True

    def handle_websocket_upgrade(self) -> None:
        """Go on as a socket; a client that has another answer to come cannot."""
        if self._is_answering():
            self._let_go()
            self.transport.abort()
            return
        self.connections.discard(self)
        socket = LimitedSocket(
            self.config, self.server_state, self.app_state, connections=self._places, known=self.known
        )
        self._deaf = True
        method = self.scope['method'].encode()
        head = [method, b' ', self.url, b' HTTP/1.1\r\n']
        for name, value in self.scope['headers']:
            head += [name, b': ', value, b'\r\n']
        socket.connection_made(self.transport)
        self._places.stand_in(self, socket)
        self.transport.set_protocol(socket)
        socket.data_received(b''.join([*head, b'\r\n']))
