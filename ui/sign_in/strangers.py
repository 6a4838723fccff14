"""Pages for people without a session, made one at a time: any client may ask for them as fast as it likes."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_REST_S = 0.05
_PAGES = ('/login', '/login/code', '/join')
"""Those that are made here and wait for nothing outside."""


class StrangersInTurn:
    """Making a page takes the loop for 5 to 20 ms. The next one waits until others have had the loop for as long again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    def takes(self, scope: Scope) -> bool:
        """True for a page that is made in turn."""
        return scope['type'] == 'http' and scope['method'] == 'GET' and scope['path'].rstrip('/') in _PAGES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on in turn; it is the next one's when the answer begins, however slowly its reader takes it."""
        await self._turn.acquire()
        loop, began, is_made = asyncio.get_running_loop(), time.perf_counter(), False

        def made() -> None:
            nonlocal is_made
            if not is_made:
                is_made = True
                loop.call_later(min(time.perf_counter() - began, MOST_REST_S), self._turn.release)

        async def answer(message: Message) -> None:
            made()
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            made()
