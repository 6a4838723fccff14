"""A server with a trivial application and few open files, as a process of its own: ``python -m tests.ui.server.few_files FILES``."""

import asyncio
import contextlib
import resource
import sys

from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse, Response

from ui.server.logs import configure_logs
from ui.server.places import ConnectionLimits, Connections, vouch
from ui.server.process import bound, up

PLACES = 400


async def main(files: int) -> None:
    """Serve until told to stop; the port is the first line printed."""
    app = FastAPI(openapi_url=None)

    @app.get('/healthz')
    async def alive(request: Request) -> Response:
        if request.headers.get('authorization') == 'Bearer good':
            vouch(request.scope, 'device', 'one', most=PLACES)
        return PlainTextResponse('alive')

    sockets = bound('127.0.0.1', 0)
    async with up(app, sockets, trust_proxy='', connections=Connections(ConnectionLimits(PLACES, PLACES))):
        print(sockets[0].getsockname()[1], flush=True)
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
        await asyncio.Event().wait()


if __name__ == '__main__':
    configure_logs('json')
    with contextlib.suppress(asyncio.CancelledError):  # the block of the server ends when it was told to stop
        asyncio.run(main(int(sys.argv[1])))
