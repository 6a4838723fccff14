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
    """Both at the root. ``ready`` says what else is not ready yet, ``None`` when nothing is."""

    @app.get('/healthz', include_in_schema=False)
    async def alive() -> Response:
        return PlainTextResponse('alive\n', headers={'cache-control': 'no-store'})

    @app.get('/readyz', include_in_schema=False)
    async def taking_changes() -> Response:
        missing = ready() or (None if road.is_open else 'no changes are taken') or await _silent(store)
        headers = {'cache-control': 'no-store'}
        if missing is None:
            return PlainTextResponse('ready\n', headers=headers)
        return PlainTextResponse(f'not ready: {missing}\n', 503, {**headers, 'retry-after': '2'})


async def _silent(store: Store) -> str | None:
    try:
        async with asyncio.timeout(STORE_ANSWERS_WITHIN_S):
            await store.sequences()
    except (TimeoutError, Unavailable):
        return 'the store does not answer'
    return None
