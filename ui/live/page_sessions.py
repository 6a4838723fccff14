"""NiceGUI's pages, each bound to the session it was built for, and the live line of each on NiceGUI's own connection.

NiceGUI knows a page by its client id alone: its socket asks for no session, and takes an event for any client from any socket. So its
handlers of socket messages are wrapped here: only the session that a page was built for may connect to it, a message counts only for
the page that its socket is connected to, and a page whose session has ended is taken apart, so that none of its handlers runs any more
and no frame is sent to it.

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
from nicegui.client import Client

from domain.changes.transactor import Changed, Transactor
from domain.sign_in.authentication import concerns, ends_sessions
from ui.live import nicegui_inside as inside
from ui.live.browser import Browser
from ui.live.handshakes import Handshakes
from ui.live.hub import Live, RubbishError
from ui.server.prefetching import is_opened_now
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
MOST_PACKETS = 256
"""Of one request of a page that polls: what was typed while the request before was under way."""
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

    def __init__(self, *, transactor: Transactor, live: Live, beat_s: float = BEAT_S) -> None:
        self.beat_s = beat_s
        self._transactor = transactor
        self._live = live
        self._lines: dict[str, tuple[Client, Browser]] = {}
        """By the socket."""
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
        handlers = inside.events()
        self._before = dict(handlers)
        handlers['connect'] = self._connecting(handlers['connect'])
        handlers['disconnect'] = self._leaving(handlers['disconnect'])
        inside.hasten()
        inside.limit(most_bytes=MOST_BYTES, most_packets=MOST_PACKETS)
        handlers['handshake'] = self._shaking_hands(handlers['handshake'])
        self._handshakes.start()
        for name in _MESSAGES:
            handlers[name] = self._from_its_own_socket(handlers[name])
        handlers[inside.LIVE] = self._hear
        self._deleting = list(inside.deletions())
        inside.untie_deleted()
        self._undo = self._transactor.changed.subscribe(self._changed)
        self._watch = asyncio.create_task(self._run(), name='clients')

    async def stop(self) -> None:
        """Leave NiceGUI as it was."""
        self._undo()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        self._handshakes.stop()
        inside.slow_down()
        inside.events().pop(inside.LIVE, None)
        inside.events().update(self._before)
        inside.deletions()[:] = self._deleting
        for sid in list(self._lines):
            self._hang_up(sid)
            self._later(inside.cut(sid))  # its page tries again until there is a server
        await asyncio.gather(*self._ending)

    def end(self, client: Client, owner: SignedIn) -> None:
        """Take a page apart at once, and let the browser go to the sign-in, or load it anew when its session still stands."""
        self._close(client, 'signed_out' if owner.access.standing(owner.session) is None else 'changed')

    def _close(self, client: Client, word: str) -> None:
        sockets = inside.sockets_of(client)
        for sid in sockets:
            self._hang_up(sid)
        inside.delete(client)

        async def close() -> None:
            with contextlib.suppress(Exception):  # a browser that is gone is what was wanted
                for sid in sockets:
                    await inside.say(sid, word)
                    await inside.cut(sid)

        self._later(close())

    def _is_too_loud(self, sid: str) -> bool:
        """True for a socket that says more than any page does; it is closed, and the page comes back by itself."""
        rate = self._rates.get(sid)
        if rate is None:
            rate = self._rates[sid] = Rate(per_s=MESSAGES_PER_S, burst=MESSAGES_AT_ONCE)
        wait = rate.take()
        if 0 < wait <= 1 / MESSAGES_PER_S:  # told once; what has come meanwhile is dropped
            self._refuse(sid, 'too many messages')
        return wait > 0

    def _refuse(self, sid: str, why: str) -> None:
        self._refused.note(why)
        self._hang_up(sid)
        self._later(inside.cut(sid))

    def _hear(self, sid: str, *said: Any) -> None:
        """What a page says about live frames. The first of it opens its line; a page that is open to all has none."""
        if self._is_too_loud(sid):
            return
        client, browser = self._lines.get(sid) or self._answered(sid)
        owner = _owner(client) if client is not None else None
        if client is None or browser is None or owner is None:
            return
        if not owner.stands():
            self.end(client, owner)
            return
        try:
            self._live.heard(browser, said)
        except RubbishError as rubbish:
            self._refuse(sid, str(rubbish))

    def _answered(self, sid: str) -> tuple[Client, Browser] | tuple[None, None]:
        client = inside.page_of(sid)
        owner = _owner(client) if client is not None else None
        if client is None or owner is None:
            return None, None
        if is_opened_now(client.request.scope):
            owner.access.touch(owner.session)
        line = self._lines[sid] = client, self._live.open(inside.LiveLine(sid), owner.person)
        return line

    def _hang_up(self, sid: str) -> None:
        """No frame goes to that socket any more."""
        line = self._lines.pop(sid, None)
        if line is not None:
            self._live.left(line[1])

    def _leaving(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        def disconnect(sid: str, *said: Any) -> Any:
            self._rates.pop(sid, None)
            self._hang_up(sid)
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
        for client in list(inside.pages().values()):
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
            client = inside.pages().get(id) if isinstance(id, str) else None
            if client is None or not inside.is_connected(sid, client):
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
                raise inside.SocketRefusedError(
                    'Implicit handshake failed'
                )  # on these words NiceGUI loads the page again
            await handler(sid, environ, auth)
            if query.get('implicit_handshake', [''])[0] == 'true':
                self._handshakes.accepted(sid)

        return connect

    def _shaking_hands(self, handler: Callable[[str, Any], Awaitable[bool]]) -> Callable[[str, Any], Awaitable[bool]]:
        async def handshake(sid: str, data: Any) -> bool:
            if not isinstance(data, dict) or not _may(inside.environ_of(sid), data.get('client_id')):
                return False
            accepted = await handler(sid, data)
            if accepted:
                self._handshakes.accepted(sid)
            return accepted

        return handshake


def _too_many() -> list[Client]:
    """The oldest of those pages of which there are too many."""
    kinds: defaultdict[tuple[int, str], list[Client]] = defaultdict(list)  # by how many there may be, and of whom
    for client in inside.pages().values():  # in the order in which they were made
        owner = _owner(client)
        waits = inside.has_never_connected(client)
        if owner is not None:
            kinds[MOST_OF_A_SESSION, owner.session.id].append(client)
        if waits:
            kinds[MOST_WAITING if owner else MOST_STRANGERS, ''].append(client)
        elif owner is None:
            kinds[MOST_OPEN, ''].append(client)
    return list({client.id: client for (most, _), those in kinds.items() for client in those[:-most]}.values())


def _owner(client: Client) -> SignedIn | None:
    """The person the page was built for; ``None`` for the pages that are open to all."""
    return signed_in_scope(client.request.scope)


def _may(environ: dict[str, Any], client_id: Any) -> bool:
    """True when the socket comes with the session that the page was built for."""
    client = inside.pages().get(client_id) if isinstance(client_id, str) else None
    owner = _owner(client) if client is not None else None
    if owner is None:
        return True  # a page open to all, or none: NiceGUI itself says so
    asks = signed_in_scope(environ.get('asgi.scope', {}))
    return asks is not None and asks.session.id == owner.session.id and owner.stands()
