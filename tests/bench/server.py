"""The real application as a process of its own, with three doors more: a bare echo and bare pages to measure by, and made-up changes."""

import asyncio
import os
import random
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from nicegui import ui
from nicegui.client import Client
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from domain.application import Application
from domain.changes.transactor import Changed
from domain.devices.model import Device, DeviceState
from persistence.database import opened_store
from ui import main as ui_main
from ui.application import composed
from ui.live.pictures import Pictures
from ui.main import build, sources_of
from ui.pages import screen
from ui.server.logs import configure_logs
from ui.server.process import MOST_CONNECTIONS, bound, hand_over_quickly, places, raise_file_limit, up
from ui.settings.model import Settings
from ui.sign_in import COOKIE

TICK_S = 0.02


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and answer what a check-in answers, without any of the work: the same kind of route, server and process."""
    await receive()
    body = b'{"accepted":"current","received_at":"2026-11-22T08:00:00.000Z","interval_s":3600,"commands":[]}'
    headers = [(b'content-type', b'application/json'), (b'content-length', str(len(body)).encode())]
    await send({'type': 'http.response.start', 'status': 200, 'headers': headers})
    await send({'type': 'http.response.body', 'body': body})


class Changes:
    """Moves device states in memory and tells, as the transactor does after a commit: what live delivery costs, and nothing else."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._task: asyncio.Task[None] | None = None

    async def set(self, request: Request) -> JSONResponse:
        """``POST /api/bench/changes?rate=1000``: changes per second from now on, 0 stops."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if rate := int(request.query_params['rate']):
            self._task = asyncio.create_task(self._run(rate))
        return JSONResponse({'pid': os.getpid()})

    async def _run(self, rate: int) -> None:
        fleet = next(iter(self._application.fleets))
        chance = random.Random(2)
        ids = list(fleet[Device])
        hot = ids[:1000]
        due = 0.0
        while True:
            due += rate * TICK_S
            count, due = int(due), due - int(due)
            now = self._application.transactor.clock()
            changed = {chance.choice(hot) if chance.random() < 0.2 else chance.choice(ids) for _ in range(count)}
            for device in changed:
                state = fleet[DeviceState][device]
                fleet.apply(replace(state, last_seen=now, sequence=state.sequence + 1))
            self._application.transactor.changed.emit(Changed(fleet.enterprise.id, {DeviceState: changed}))
            await asyncio.sleep(TICK_S)


class Rides:
    """A browser that goes from page to page by itself (``ride.js``), and what it has told."""

    def __init__(self) -> None:
        self._told: list[dict[str, Any]] = []

    async def begin(self, request: Request) -> RedirectResponse:
        """``GET /api/bench/ride?session=…``: signed in, and off it goes; from then on every page has the script."""
        ui.add_head_html('<script defer src="/api/bench/ride.js"></script>', shared=True)
        answer = RedirectResponse('/', 303)
        answer.set_cookie(COOKIE, request.query_params['session'], samesite='lax')
        return answer

    async def script(self, request: Request) -> FileResponse:
        """``GET /api/bench/ride.js``."""
        return FileResponse(Path(__file__).with_name('ride.js'), media_type='text/javascript')

    async def rides(self, request: Request) -> JSONResponse:
        """``POST /api/bench/rides`` takes one, ``GET`` gives all."""
        if request.method == 'POST':
            self._told.append(await request.json())
        return JSONResponse(self._told)


async def main(folder: Path, *, anew: bool) -> None:
    """Serve what was seeded in ``folder``; print the port; stop with standard input. ``anew``: each page reads all that it shows."""
    async with opened_store(f'sqlite:///{folder / "cellwarden.sqlite3"}') as store:
        application, metrics = composed(store)
        if anew:
            vars(ui_main)['Pictures'] = partial(Pictures, hold_s=0)
        app = build(application, metrics, sources_of(Settings(data=folder)))
        _bare_on_request()
        changes, rides = Changes(application), Rides()
        app.router.routes.insert(0, Route('/api/bench/ride', rides.begin))
        app.router.routes.insert(0, Route('/api/bench/ride.js', rides.script))
        app.router.routes.insert(0, Route('/api/bench/rides', rides.rides, methods=['GET', 'POST']))
        app.router.routes.insert(0, Route('/api/v1/checkins/echo', _Plain(), methods=['POST']))
        app.router.routes.insert(0, Route('/api/bench/changes', changes.set, methods=['POST']))
        app.router.routes.insert(
            0, Mount('/api/bench/files', StaticFiles(directory=folder / 'status', check_dir=False))
        )
        sockets = bound('127.0.0.1', 0)
        async with up(app, sockets, trust_proxy='', connections=places(per_address=MOST_CONNECTIONS)):
            print(sockets[0].getsockname()[1], flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def _bare_on_request() -> None:
    """A page comes without its first picture for whom asks so: what the picture costs is measured in the same process."""
    paint = screen.paint

    async def perhaps(page: Client) -> None:
        if 'x-bench-bare' not in page.request.headers:
            await paint(page)

    vars(screen)['paint'] = perhaps


class _Plain:
    """An ASGI application, so that ``Route`` does not wrap it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await echo(scope, receive, send)


if __name__ == '__main__':
    configure_logs('text')
    raise_file_limit()
    hand_over_quickly()
    asyncio.run(main(Path(sys.argv[1]), anew='anew' in sys.argv))
