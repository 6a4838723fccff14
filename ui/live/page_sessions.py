"""NiceGUI's pages, each bound to the session it was built for. All that we use of NiceGUI's inside stands here and nowhere else.

NiceGUI knows a page by its client id alone: its socket asks for no session, and takes an event for any client from any socket. So its
handlers of socket messages are wrapped here: only the session that a page was built for may connect to it, a message counts only for
the page that its socket is connected to, and a page whose session has ended is taken apart, so that none of its handlers runs any more.

A page is held from its first byte until its browser has been away for some time, and any client may ask for one and never connect, or
connect and stay. So pages are counted, and the oldest are let go when they are too many; and what NiceGUI ties into circles is
untied when a page goes, so that its memory is free at once and not when the garbage collector has passed.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import parse_qs

import structlog
from nicegui import core
from nicegui.client import Client
from socketio.exceptions import ConnectionRefusedError

from domain.changes.transactor import Changed, Transactor
from domain.sign_in.authentication import concerns, ends_sessions
from ui.live.handshakes import Handshakes
from ui.server.rates import Counted, Rate
from ui.sign_in.guard import SignedIn, signed_in_scope

log = structlog.get_logger(__name__)

BEAT_S = 0.5
"""How often is looked for sessions that ran out; those that were ended are known at once."""
MESSAGES_PER_S = 50.0
MESSAGES_AT_ONCE = 500
"""Events of one page: keys, clicks, and what comes back when it reconnects."""
MOST_BYTES = 65_536
"""Of one message, whichever way it comes."""
MOST_STRANGERS = 100
"""Pages without a session that wait for their browser to connect; one that comes too late loads its page again."""
MOST_WAITING = 500
"""Pages with a session that do."""
MOST_OPEN = 1000
"""Pages without a session that are open in a browser, or in what says that it is one."""
MOST_OF_A_SESSION = 100
"""Pages of one session, open or waiting."""
_MESSAGES = ('event', 'javascript_response', 'ack', 'log')


class PageSessions:
    """All pages of this process as NiceGUI knows them."""

    def __init__(self, *, transactor: Transactor, beat_s: float = BEAT_S) -> None:
        self.beat_s = beat_s
        self._transactor = transactor
        self._undo: Callable[[], None] = lambda: None
        self._before: dict[str, Any] = {}
        self._deleting: list[Callable[..., Any]] = []
        self._watch: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._rates: dict[str, Rate] = {}
        self._refused = Counted('page_socket_closed')
        self._handshakes = Handshakes()

    async def start(self) -> None:
        """From now on sockets are asked whose they are."""
        handlers = core.sio.handlers['/']
        self._before = dict(handlers)
        handlers['connect'] = self._connecting(handlers['connect'])
        handlers['disconnect'] = self._leaving(handlers['disconnect'])
        core.sio.eio.max_http_buffer_size = MOST_BYTES
        handlers['handshake'] = self._shaking_hands(handlers['handshake'])
        self._handshakes.start()
        for name in _MESSAGES:
            handlers[name] = self._from_its_own_socket(handlers[name])
        self._deleting = list(core.app._delete_handlers)  # noqa: SLF001
        core.app.on_delete(_untie)
        self._undo = self._transactor.changed.subscribe(self._changed)
        self._watch = asyncio.create_task(self._run(), name='clients')

    async def stop(self) -> None:
        """Leave NiceGUI as it was."""
        self._undo()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        self._handshakes.stop()
        core.sio.handlers['/'].update(self._before)
        core.app._delete_handlers[:] = self._deleting  # noqa: SLF001
        await asyncio.gather(*self._ending)

    def end(self, client: Client, owner: SignedIn) -> None:
        """Take a page apart at once, and let the browser go to the sign-in, or load it anew when its session still stands."""
        self._close(client, 'signed_out' if owner.access.standing(owner.session) is None else 'changed')

    def _close(self, client: Client, word: str) -> None:
        sockets = [sid for sid, _ in core.sio.manager.get_participants('/', client.id)]
        for task in client._delete_tasks.values():  # noqa: SLF001 (each would delete it a second time)
            task.cancel()
        client.delete()

        async def close() -> None:
            with contextlib.suppress(Exception):  # a browser that is gone is what was wanted
                for sid in sockets:
                    await core.sio.emit(word, {}, to=sid)
                    await core.sio.disconnect(sid)

        self._later(close())

    def _is_too_loud(self, sid: str) -> bool:
        """True for a socket that says more than any page does; it is closed, and the page comes back by itself."""
        rate = self._rates.get(sid)
        if rate is None:
            rate = self._rates[sid] = Rate(per_s=MESSAGES_PER_S, burst=MESSAGES_AT_ONCE)
        wait = rate.take()
        if 0 < wait <= 1 / MESSAGES_PER_S:  # told once; what has come meanwhile is dropped
            self._refused.note('too many messages')
            self._later(core.sio.disconnect(sid))
        return wait > 0

    def _leaving(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        def disconnect(sid: str, *said: Any) -> Any:
            self._rates.pop(sid, None)
            return handler(sid, *said)

        return disconnect

    def _later(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing, name='client end')
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _changed(self, changed: Changed) -> None:
        if ends_sessions(changed):
            self._look(lambda owner: concerns(changed, owner.session))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self.beat_s)
            self._look(lambda _: True)
            for client in _too_many():
                self._close(client, 'changed')
            await self._handshakes.let_go()

    def _look(self, doubted: Callable[[SignedIn], bool]) -> None:
        for client in list(Client.instances.values()):
            owner = _owner(client)
            if owner is None or not doubted(owner) or owner.stands():
                continue
            try:
                self.end(client, owner)
            except Exception:  # the others must end all the same
                log.exception('client_not_ended')

    def _from_its_own_socket(self, handler: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
        def heard(sid: str, message: Any) -> None:
            if self._is_too_loud(sid):
                return
            id = message.get('client_id') if isinstance(message, dict) else None
            client = Client.instances.get(id) if isinstance(id, str) else None
            if client is None or client.id not in core.sio.rooms(sid):
                return
            owner = _owner(client)
            if owner is not None and not owner.stands():
                self.end(client, owner)
                return
            handler(sid, message)

        return heard

    def _connecting(self, handler: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        async def connect(sid: str, environ: dict[str, Any], auth: Any = None) -> None:
            query = parse_qs(environ.get('QUERY_STRING', ''))
            if not _may(environ, query.get('client_id', [''])[0]):
                raise ConnectionRefusedError('Implicit handshake failed')  # on these words NiceGUI loads the page again
            await handler(sid, environ, auth)
            if query.get('implicit_handshake', [''])[0] == 'true':
                self._handshakes.accepted(sid)

        return connect

    def _shaking_hands(self, handler: Callable[[str, Any], Awaitable[bool]]) -> Callable[[str, Any], Awaitable[bool]]:
        async def handshake(sid: str, data: Any) -> bool:
            if not isinstance(data, dict) or not _may(core.sio.get_environ(sid), data.get('client_id')):
                return False
            accepted = await handler(sid, data)
            if accepted:
                self._handshakes.accepted(sid)
            return accepted

        return handshake


def _too_many() -> list[Client]:
    """The oldest of those pages of which there are too many."""
    kinds: defaultdict[tuple[int, str], list[Client]] = defaultdict(list)  # by how many there may be, and of whom
    for client in Client.instances.values():  # in the order in which they were made
        owner = _owner(client)
        # as NiceGUI's own pruning tells a page whose browser has never connected
        waits = not client.has_socket_connection and not client._delete_tasks  # noqa: SLF001
        if owner is not None:
            kinds[MOST_OF_A_SESSION, owner.session.id].append(client)
        if waits:
            kinds[MOST_WAITING if owner else MOST_STRANGERS, ''].append(client)
        elif owner is None:
            kinds[MOST_OPEN, ''].append(client)
    return list({client.id: client for (most, _), those in kinds.items() for client in those[:-most]}.values())


def _untie(client: Client) -> None:
    """Each element's classes, style and props call themselves when they change: 90 circles on the smallest page."""
    elements = list(client.elements.values())

    def untie() -> None:
        for element in elements:
            for part in (element._classes, element._style, element._props):  # noqa: SLF001
                part._change_handlers.clear()  # noqa: SLF001

    asyncio.get_running_loop().call_soon(untie)  # when nothing is done with them any more


def _owner(client: Client) -> SignedIn | None:
    """The person the page was built for; ``None`` for the pages that are open to all."""
    return signed_in_scope(client.request.scope)


def _may(environ: dict[str, Any] | None, client_id: Any) -> bool:
    """True when the socket comes with the session that the page was built for."""
    client = Client.instances.get(client_id) if isinstance(client_id, str) else None
    owner = _owner(client) if client is not None else None
    if owner is None:
        return True  # a page open to all, or none: NiceGUI itself says so
    asks = signed_in_scope((environ or {}).get('asgi.scope', {}))
    return asks is not None and asks.session.id == owner.session.id and owner.stands()
