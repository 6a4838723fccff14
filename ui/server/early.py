"""What is answered before the server is there: the sockets listen, and an application that needs no store answers on them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from ui.server.http_protocol import LimitedProtocol
from ui.server.process import BACKLOG, Listener, places


class _Early(uvicorn.Server):
    """Uvicorn that leaves signals alone: they end the process as they would without it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def answering_early(app: ASGIApp, sockets: list[Listener]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Answer with ``app`` on these sockets, until the function that the block gets has been called, or the block ends.

    The sockets are doubled, so that the server can listen on them before this ends, and no connection is refused between the two.
    """
    server = _Early(
        uvicorn.Config(
            app,
            http=cast(Any, partial(LimitedProtocol, connections=places())),
            ws='none',
            lifespan='off',
            backlog=BACKLOG,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
    )
    running = asyncio.create_task(server.serve(sockets=[each.dup() for each in sockets]), name='early server')

    async def end() -> None:
        server.should_exit = True
        await asyncio.wait({running})

    try:
        yield end
    finally:
        await end()
