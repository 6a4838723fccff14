"""The process around the application: sockets, the web server, what the system grants, the garbage collector."""

import asyncio
import contextlib
import ctypes
import gc
import resource
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from domain.errors import Unavailable
from ui.certificates import ClientCertificates
from ui.garbage import THRESHOLDS

MOST_WORDS = 65_536
"""Bytes of one message that a browser or program may send on a socket."""


@asynccontextmanager
async def up(
    app: FastAPI, sockets: list[socket.socket], *, trust_proxy: str, client_certificate_header: str = ''
) -> AsyncIterator[Callable[[], None]]:
    """Serve ``app`` for the length of the block, which gets a function that stops the server; the block is cancelled when it stops.

    ``trust_proxy`` is the address of the proxy whose forwarded headers are believed, empty for nobody; ``client_certificate_header``
    the header in which it tells of a client certificate, empty for none.
    """
    server = _Server(
        uvicorn.Config(
            _behind(app, trust_proxy, client_certificate_header),
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=MOST_WORDS,
            proxy_headers=False,  # it is done by ourselves, see _behind
            timeout_graceful_shutdown=3,
        )
    )
    block = asyncio.current_task()
    running = asyncio.create_task(server.serve(sockets=sockets), name='server')
    if block is not None:
        running.add_done_callback(lambda _: block.cancel())
    try:
        await server.up.wait()
        yield partial(setattr, server, 'should_exit', True)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await running


def _behind(app: ASGIApp, trust_proxy: str, certificate_header: str) -> ASGIApp:
    """The application as it stands behind a proxy. What replaces the peer's address comes after what has to know the peer."""
    if not trust_proxy:
        return app
    forwarded = ProxyHeadersMiddleware(cast(Any, app), trusted_hosts=trust_proxy)
    if not certificate_header:
        return cast(ASGIApp, forwarded)
    trusted = forwarded.trusted_hosts
    return ClientCertificates(cast(ASGIApp, forwarded), header=certificate_header, trusted=lambda peer: peer in trusted)


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
        with contextlib.suppress(
            OSError, AttributeError
        ):  # what loading needed goes back to the system, where the libc can
            ctypes.CDLL(None).malloc_trim(0)
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
    """Uvicorn for a block of ours: it says when it is up, it raises when it cannot start, and a signal ends the block in order."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # would tear down the loop, and with it the order in which things are closed
            raise Unavailable('the server could not start; the log says why') from None
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            self._captured_signals.clear()  # uvicorn would raise SIGTERM again, which kills before the store is closed


def bound(host: str, port: int) -> list[socket.socket]:
    """Sockets that will listen at every address of ``host``; raises ``OSError`` with a line for the operator."""
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            made = socket.socket(family, kind, protocol)
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
