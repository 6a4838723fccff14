"""A receiver of messages on this machine: it verifies signatures as the standard's own library does, and answers as it is told."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook


@dataclass(slots=True)
class Got:
    """A request that came in."""

    headers: Mapping[str, str]
    body: bytes
    path: str = ''
    at: float = field(default_factory=time.time)

    @property
    def key(self) -> str:
        """By which a message is known again."""
        return self.headers['webhook-id']

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """True when one of its signatures is that of the standard's own library, whatever the clock of this machine says."""
        at = datetime.fromtimestamp(int(self.headers['webhook-timestamp']), UTC)
        wanted = Webhook(secret).sign(self.key, at, self.body.decode())
        return wanted in self.headers['webhook-signature'].split()


@dataclass(slots=True)
class Receiver:
    """``answers`` are used up one by one (status, headers, body, or ``None`` to hang); then it is ``usual``. What stands in ``always`` is
    answered at that path whatever else is said."""

    port: int = 0
    got: list[Got] = field(default_factory=list)
    answers: list[tuple[int, Mapping[str, str], bytes] | None] = field(default_factory=list)
    usual: tuple[int, Mapping[str, str], bytes] = (204, {}, b'')
    always: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f'http://127.0.0.1:{self.port}/hook'

    async def until(self, count: int) -> list[Got]:
        """Wait until so many requests have come in."""
        async with asyncio.timeout(20), self.arrived:
            await self.arrived.wait_for(lambda: len(self.got) >= count)
        return self.got

    async def handle(self, request: web.Request) -> web.Response:
        """Any request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        got = Got(headers, await request.read(), request.path)
        fixed = self.always.get(request.path)
        answer = fixed or (self.answers.pop(0) if self.answers else self.usual)
        async with self.arrived:
            self.got.append(got)
            self.arrived.notify_all()
        if answer is None:
            await asyncio.Event().wait()
        assert answer is not None
        return web.Response(status=answer[0], headers=answer[1], body=answer[2])


@asynccontextmanager
async def receiving(port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver for the length of the block."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route('*', '/{path:.*}', receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, '127.0.0.1', port)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
