"""The process around the application: sockets, the web server, what the system grants, the garbage collector."""

import asyncio
import contextlib
import errno
import gc
import resource
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from domain.changes.committing import ANSWERED_WITHIN_S
from ui.server.bare import WebApplication
from ui.server.client_certificates import ClientCertificates
from ui.server.garbage import THRESHOLDS
from ui.server.http_limits import TICK_S
from ui.server.http_protocol import LimitedProtocol
from ui.server.places import ConnectionLimits, Connections
from ui.server.whole import Take

MOST_CONNECTIONS = 16_384
"""Connections at once unless the operator sets another number; each holds some 10 KB, and a socket or page more."""
PER_ADDRESS = 256
"""Connections from one address that have shown no credential: browsers have six each before they have signed in, devices one."""
RESERVED_FILES = 1024
"""Open files kept for the database, checks and all that is no connection; a quarter of what there is where that is less."""
ACCEPTED_AT_ONCE = 64
"""Connections that are taken in before those that have one are read: so newcomers cannot push each other out before they have spoken."""
TURNS_TO_BE_MADE = 4
"""Turns of the loop until asyncio has made the connections that were accepted in one: before, none of them can leave for another."""
BACKLOG = 2048
"""Connections that the system keeps for us until we take them in."""
MOST_WORDS = 65_536
"""Bytes of one message that a browser or program may send on a socket."""


@asynccontextmanager
async def up(
    app: FastAPI,
    sockets: list['Listener'],
    *,
    trust_proxy: str,
    client_certificate_header: str = '',
    connections: Connections | None = None,
) -> AsyncIterator[Callable[[], None]]:
    """Serve ``app`` for the length of the block, which gets a function that stops the server; the block is cancelled when it stops.

    ``trust_proxy`` is the address of the proxy whose forwarded headers are believed, empty for none; ``client_certificate_header``
    the header in which it tells of a client certificate, empty for none. ``connections`` are the places of this process; by default
    as many as its open files allow.
    """
    if connections is None:
        connections = places()
    for listener in sockets:
        listener.make_room = connections.out_of_descriptors
    behind, whole = _behind(app, trust_proxy, client_certificate_header, connections)
    server = _Server(
        uvicorn.Config(
            behind,
            http=cast(Any, partial(LimitedProtocol, connections=connections, whole=whole)),
            lifespan='off',  # it is begun and ended by ourselves, see _Server
            backlog=ACCEPTED_AT_ONCE,
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=MOST_WORDS,
            proxy_headers=False,  # it is done by ourselves, see _behind
            # a request that waits for the store is answered by then that it does not answer
            timeout_graceful_shutdown=round(ANSWERED_WITHIN_S) + 1,
        ),
        app.router.lifespan_context(app),
        connections,
    )
    block = asyncio.current_task()
    running = asyncio.create_task(server.serve(sockets=[*sockets]), name='server')
    if block is not None:
        running.add_done_callback(lambda _: block.cancel())
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(partial(_complain, otherwise=before))
    try:
        await server.up.wait()
        yield partial(setattr, server, 'should_exit', True)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await running
        loop.set_exception_handler(before)
        connections.refusals.tell(time.monotonic(), at_once=True)


def places(most: int = 0, per_address: int = 0) -> Connections:
    """Places for ``most`` connections; 0 for as many as open files allow. ``per_address`` of strangers, 0 for :data:`PER_ADDRESS`."""
    granted = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    allowed = granted - min(RESERVED_FILES, granted // 4)
    return Connections(ConnectionLimits(min(most or MOST_CONNECTIONS, allowed), per_address or PER_ADDRESS))


class Listener(socket.socket):
    """A socket that listens. When the system has no descriptor for a connection, and another connection is closed for it, it is asked for
    again in the next turn of the loop: asyncio by itself would accept none for a second, again and again, however soon there is room."""

    make_room: Callable[[], bool] = staticmethod(lambda: False)
    """Let a stranger leave; false when none can."""
    _turns = 0

    def accept(self) -> tuple[socket.socket, Any]:
        """As of every socket; ``BlockingIOError`` when no connection waits, or room is being made."""
        try:
            accepted = super().accept()
        except OSError as error:
            if error.errno not in _NONE_LEFT:
                raise
            self._turns -= 1
            if not self.make_room() and self._turns < 0:
                raise
            raise BlockingIOError from None
        self._turns = TURNS_TO_BE_MADE
        return accepted


_NONE_LEFT = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


def _complain(
    loop: asyncio.AbstractEventLoop,
    context: dict[str, Any],
    *,
    otherwise: Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object] | None,
) -> None:
    """What the loop itself has to tell; that no descriptor is left for a connection was counted, and it tells so for each of them."""
    error = context.get('exception')
    if isinstance(error, OSError) and error.errno in _NONE_LEFT and 'accept' in context.get('message', ''):
        return
    if otherwise is not None:
        otherwise(loop, context)
    else:
        loop.default_exception_handler(context)


def _behind(
    app: FastAPI, trust_proxy: str, certificate_header: str, connections: Connections
) -> tuple[ASGIApp, Mapping[tuple[str, str], Take]]:
    """The application as it stands behind a proxy, and what of it takes requests as a whole. What replaces the peer's address comes after
    what has to know the peer."""
    whole = app.whole if isinstance(app, WebApplication) else {}
    if not trust_proxy:
        return app, whole
    forwarded = ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=trust_proxy)
    trusted = forwarded.trusted_hosts
    connections.exempt = lambda peer: peer in trusted
    if not certificate_header:
        return cast(ASGIApp, forwarded), whole
    certificates = ClientCertificates(
        cast(ASGIApp, forwarded), header=certificate_header, trusted=lambda peer: peer in trusted
    )
    return certificates, {address: certificates.before(take) for address, take in whole.items()}


@contextlib.contextmanager
def untouched_by_garbage_collection() -> Iterator[None]:
    """Load the fleet without the collector, then keep it away from what was loaded.

    A fleet has no cycles; walking 100,000 devices again and again makes the load a third slower and later stalls the loop by 0.2 s.
    """
    gc.collect()  # what opening the store left behind makes room for the fleet
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.collect()  # finds nothing, and so knows how little there is beside the fleet
        gc.set_threshold(*THRESHOLDS)
        gc.enable()


def hand_over_quickly() -> None:
    """Let the thread that writes to SQLite have the interpreter within 0.3 ms instead of 5 ms, Python's default.

    A group of check-ins is answered when that thread is done; while the event loop is busy each of its few steps would wait that long.
    """
    sys.setswitchinterval(0.0003)


def raise_file_limit() -> None:
    """Use the open files that the system grants: each page, kept-alive device and running check holds one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(65_536, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class _Server(uvicorn.Server):
    """Uvicorn for a block of ours: it says when it is up, it raises when it cannot start, and a signal ends the block in order.

    ``span`` is open while it serves. Uvicorn by itself would log a traceback of what its beginning raises, and forget it.
    """

    def __init__(
        self, config: uvicorn.Config, span: AbstractAsyncContextManager[object], connections: Connections
    ) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._span = span
        self._connections = connections

    async def _serve(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.load()  # NiceGUI looks for its server when the span begins
        async with self._span:
            await super()._serve(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or ():
            listener.listen(BACKLOG)  # asyncio has but one number for what waits and what is taken in at once
        self.up.set()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % round(TICK_S / 0.1) == 0:
            self._connections.tick(time.monotonic())
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            self._captured_signals.clear()  # uvicorn would raise SIGTERM again, which kills before the store is closed


def bound(host: str, port: int) -> list[Listener]:
    """Sockets that will listen at every address of ``host``; raises ``OSError`` with a line for the operator."""
    sockets: list[Listener] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            made = Listener(family, kind, protocol)
            sockets.append(made)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind((address[0], port, *address[2:]))
            port = port or made.getsockname()[1]
    except OSError as error:
        for made in sockets:
            made.close()
        raise OSError(f'cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}') from error
    return sockets


def address(listener: socket.socket, host: str) -> str:
    """Where a browser on this machine finds the server."""
    host = '127.0.0.1' if host in ('0.0.0.0', '::') else host  # noqa: S104 - compared, not bound
    return f'http://{f"[{host}]" if ":" in host else host}:{listener.getsockname()[1]}'
