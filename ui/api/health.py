"""``/healthz`` says that the process runs, ``/readyz`` that it can take changes."""

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from domain.errors import Unavailable
from domain.road import Road
from domain.store import Store

STORE_ANSWERS_WITHIN_S = 2.0


def add_health(app: FastAPI, *, road: Road, store: Store, ready: Callable[[], str | None]) -> None:
    """Both at the root, for GET and for HEAD, since balancers and monitors ask with either. ``ready`` says what else is not ready yet,
    ``None`` when nothing is."""
    probe = _Probe(store)

    @app.head('/healthz', include_in_schema=False)
    @app.get('/healthz', include_in_schema=False)
    async def alive() -> Response:
        return PlainTextResponse('alive\n', headers={'cache-control': 'no-store'})

    @app.head('/readyz', include_in_schema=False)
    @app.get('/readyz', include_in_schema=False)
    async def taking_changes() -> Response:
        missing = ready() or (None if road.is_open else 'no changes are taken') or await probe.silent()
        headers = {'cache-control': 'no-store'}
        if missing is None:
            return PlainTextResponse('ready\n', headers=headers)
        return PlainTextResponse(f'not ready: {missing}\n', 503, {**headers, 'retry-after': '2'})


class _Probe:
    """Asks the store whether it is there. One question at a time: a driver may hang on a dead connection, and in its cancellation too."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: asyncio.Task[bool] | None = None

    async def silent(self) -> str | None:
        """What is wrong, ``None`` when the store answers in time."""
        asked = self._asked
        if asked is None or asked.done():
            asked = self._asked = asyncio.create_task(self._ask(), name='store probe')
        await asyncio.wait({asked}, timeout=STORE_ANSWERS_WITHIN_S)
        return None if asked.done() and asked.result() else 'the store does not answer'

    async def _ask(self) -> bool:
        try:
            await self._store.sequences()
        except Unavailable:
            return False
        return True
