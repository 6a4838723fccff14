"""``/healthz`` says that the process runs, ``/readyz`` that it takes changes, by making one."""

import asyncio
import time
from collections.abc import Callable

from fastapi import FastAPI
from starlette.responses import PlainTextResponse, Response

from domain.changes.store import Store
from domain.changes.transactor import Transactor
from domain.common.errors import Unavailable

STORE_ANSWERS_WITHIN_S = 2.0
ASKED_EVERY_S = 1.0
"""All requests within this time get the same answer: a monitor that asks often causes no more writing."""


def add_health(app: FastAPI, *, transactor: Transactor, store: Store, ready: Callable[[], str | None]) -> None:
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
        missing = ready() or (None if transactor.is_open else 'no changes are taken')
        if missing is None and transactor.trouble is not None:
            missing = f'changes are not taken: {transactor.trouble}'
        missing = missing or await probe.failing()
        headers = {'cache-control': 'no-store'}
        if missing is None:
            return PlainTextResponse('ready\n', headers=headers)
        return PlainTextResponse(f'not ready: {missing}\n', 503, {**headers, 'retry-after': '2'})


class _Probe:
    """Has the store write a row that is never read, as it writes every change: a read would succeed on a full disk, too.

    One question at a time: a driver may hang on a dead connection, and in its cancellation too.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asked: asyncio.Task[str | None] | None = None
        self._asked_at = 0.0

    async def failing(self) -> str | None:
        """What is wrong, ``None`` when the store takes changes."""
        asked = self._asked
        if asked is None or (asked.done() and time.monotonic() - self._asked_at >= ASKED_EVERY_S):
            asked = self._asked = asyncio.create_task(self._ask(), name='store probe')
            self._asked_at = time.monotonic()
        await asyncio.wait({asked}, timeout=STORE_ANSWERS_WITHIN_S)
        return asked.result() if asked.done() else 'the store does not answer'

    async def _ask(self) -> str | None:
        try:
            await self._store.probe()
        except Unavailable as error:
            return f'changes are not taken: {error.detail}'
        return None
