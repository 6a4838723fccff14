"""Sockets of NiceGUI that are no page's yet. Engine.IO opens one for every client that asks, by polling without even a connection.

Each holds its request, a queue and a ping that sleeps for half a minute, and needs neither a page nor a session. So those that no page
has accepted are counted, those of strangers apart from those of signed-in browsers: the oldest go when they are too many, and each when it
has waited too long. A ping is due only once there is a page. A browser that was too late connects again by itself.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ui.live import nicegui_inside as inside
from ui.server.rates import Counted
from ui.sign_in.guard import signed_in_scope

MOST_STRANGERS = 200
"""Sockets without a session that wait for a page to accept them; an honest one waits for as long as one message takes."""
MOST_WAITING = 1000
"""Sockets with a session that do: after a restart every open page comes back at once."""
WAIT_S = 20.0
"""The longest that one may wait."""


class Handshakes:
    """Those that wait, by Engine.IO's id; oldest first."""

    def __init__(
        self,
        *,
        strangers: int = MOST_STRANGERS,
        waiting: int = MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = {False: strangers, True: waiting}
        self._since: Mapping[bool, dict[str, float]] = {False: {}, True: {}}
        """By whether there is a session."""
        self._clock = clock
        self._before: dict[str, Any] = {}
        self._dropped = Counted('handshakes_dropped')

    def __len__(self) -> int:
        return sum(len(each) for each in self._since.values())

    def start(self) -> None:
        """From now on sockets are counted."""
        handlers = inside.engine_events()
        self._before = dict(handlers)
        handlers['connect'] = self._arriving(handlers['connect'])
        handlers['disconnect'] = self._leaving(handlers['disconnect'])
        inside.replace_disconnect()

    def stop(self) -> None:
        """Leave Engine.IO as it was."""
        inside.engine_events().update(self._before)
        inside.restore_disconnect()

    def accepted(self, sid: str) -> None:
        """A page has accepted the socket of that id of Socket.IO: from now on it is pinged."""
        id = inside.id_of_connection(sid)
        if any(each.pop(id, None) is not None for each in self._since.values()):
            inside.begin_pings(id)

    async def let_go(self) -> None:
        """Close those that have waited too long."""
        latest = self._clock() - WAIT_S
        for waiting in self._since.values():
            while waiting and next(iter(waiting.values())) <= latest:
                await self._drop(waiting, 'waited too long')

    async def _drop(self, waiting: dict[str, float], why: str) -> None:
        id = next(iter(waiting))
        del waiting[id]
        self._dropped.note(why)
        await inside.close_connection(id, at_once=True)

    def _arriving(self, handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def connect(id: str, environ: dict[str, Any]) -> None:
            await handler(id, environ)
            inside.hold_pings(id)
            known = signed_in_scope(environ.get('asgi.scope', {})) is not None
            waiting = self._since[known]
            waiting[id] = self._clock()
            while len(waiting) > self._most[known]:
                await self._drop(waiting, 'too many')

        return connect

    def _leaving(self, handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def disconnect(id: str, *said: Any) -> None:
            for waiting in self._since.values():
                waiting.pop(id, None)
            await handler(id, *said)

        return disconnect
