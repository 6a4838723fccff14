"""All that we use of the inside of NiceGUI, of its Socket.IO server and of the Engine.IO below that.

None of these names is documented, so they stand here and nowhere else, NiceGUI's version is pinned, and a new version that moves one of
them fails ``tests/ui/live/test_nicegui_inside.py``. The names that the browser's side uses stand in ``ui/static/line.js``.

Engine.IO has an id for each connection, by WebSocket or by long polling; Socket.IO has another one, ``sid`` below, for what a page
says and hears on it; NiceGUI puts the ``sid`` into a room that is named after the page's client.
"""

import asyncio
import time
from collections.abc import Callable, MutableMapping, Sequence
from typing import Any

from engineio.async_socket import AsyncSocket
from engineio.packet import MESSAGE, NOOP, Packet
from engineio.payload import Payload
from nicegui import core, helpers
from nicegui.client import Client
from socketio.exceptions import ConnectionRefusedError as SocketRefusedError

__all__ = [
    'LIVE',
    'POLL_S',
    'LiveLine',
    'SocketRefusedError',
    'begin_pings',
    'body_of',
    'close_connection',
    'connections',
    'cut',
    'delete',
    'deletions',
    'engine_events',
    'environ_of',
    'events',
    'has_never_connected',
    'hasten',
    'hold_pings',
    'id_of_connection',
    'is_connected',
    'limit',
    'page_of',
    'pages',
    'replace_disconnect',
    'restore_disconnect',
    'say',
    'set_body',
    'slow_down',
    'sockets_of',
    'untie',
    'untie_deleted',
]

LIVE = 'live'
"""The event that carries live frames to a page, and what the page says about them to us."""
POLL_S = 5.0
"""After which a request that polls is answered, if only that there is nothing: sooner than a server that stops gives up what is pending."""
_EVERYWHERE = '/'
_HEAD = f'2["{LIVE}",'
"""A Socket.IO packet of type EVENT (2) in the default namespace (Socket.IO protocol, revision 5)."""


class LiveLine:
    """The way to one page: live frames into the queue of its connection, as text that is encoded already.

    Engine.IO's own ``send`` is left out: it only asks for overdue pings, which the server does for every socket anyway.
    """

    def __init__(self, sid: str) -> None:
        self._socket = core.sio.eio.sockets.get(id_of_connection(sid))

    def send(self, frames: Sequence[str]) -> None:
        """Put frames, JSON each, into one packet. Never waits; how much may be on its way is the business of the caller."""
        if self._socket is not None and not self._socket.closed:
            self._socket.queue.put_nowait(Packet(MESSAGE, f'{_HEAD}{",".join(frames)}]'))

    @property
    def polls(self) -> bool:
        """True for a page whose connection is long polling, since something on the way refuses WebSockets."""
        return self._socket is not None and not self._socket.upgraded


def events() -> MutableMapping[str, Callable[..., Any]]:
    """NiceGUI's handlers of what sockets say, by name of the event."""
    handlers: MutableMapping[str, Callable[..., Any]] = core.sio.handlers[_EVERYWHERE]
    return handlers


def engine_events() -> MutableMapping[str, Callable[..., Any]]:
    """The handlers of connections that come and go, below Socket.IO."""
    handlers: MutableMapping[str, Callable[..., Any]] = core.sio.eio.handlers
    return handlers


def limit(*, most_bytes: int, most_packets: int) -> None:
    """The largest message, and how many of them one request of a page that polls may bring (16 by default, beyond which all are lost)."""
    core.sio.eio.max_http_buffer_size = most_bytes
    Payload.max_decode_packets = most_packets


def pages() -> MutableMapping[str, Client]:
    """All pages by their client ids, in the order in which they were made."""
    return Client.instances


def page_of(sid: str) -> Client | None:
    """The page that a socket is connected to; looks through all rooms."""
    return next((page for room in core.sio.rooms(sid) if (page := Client.instances.get(room)) is not None), None)


def is_connected(sid: str, page: Client) -> bool:
    """True when a socket is connected to that page."""
    return sid in core.sio.manager.rooms.get(_EVERYWHERE, {}).get(page.id, ())


def sockets_of(page: Client) -> list[str]:
    """The ids of the sockets that are connected to a page."""
    return [sid for sid, _ in core.sio.manager.get_participants(_EVERYWHERE, page.id)]


def environ_of(sid: str) -> dict[str, Any]:
    """The request that opened a socket."""
    environ: dict[str, Any] = core.sio.get_environ(sid) or {}
    return environ


async def say(sid: str, event: str) -> None:
    """Send an event without any content."""
    await core.sio.emit(event, {}, to=sid)


async def cut(sid: str) -> None:
    """Close a socket, and the connection below it, which Socket.IO leaves to the client."""
    id = id_of_connection(sid)
    await core.sio.disconnect(sid)
    await close_connection(id, at_once=True)


def body_of(page: Client) -> str:
    """The HTML that was put into the body of a page before NiceGUI's own."""
    return page._body_html  # noqa: SLF001


def set_body(page: Client, html: str) -> None:
    """Put other HTML there."""
    page._body_html = html  # noqa: SLF001


def delete(page: Client) -> None:
    """Take a page apart; none of its handlers runs any more."""
    for task in page._delete_tasks.values():  # noqa: SLF001 (each would delete it a second time)
        task.cancel()
    page.delete()


def has_never_connected(page: Client) -> bool:
    """As NiceGUI's own pruning tells a page whose browser has never connected."""
    return not page.has_socket_connection and not page._delete_tasks  # noqa: SLF001


def deletions() -> list[Callable[..., Any]]:
    """What is called with every page that is deleted."""
    handlers: list[Callable[..., Any]] = core.app._delete_handlers  # noqa: SLF001
    return handlers


def untie_deleted() -> None:
    """Untie every page that is deleted, see :func:`untie`."""
    core.app.on_delete(untie)


def untie(page: Client) -> None:
    """Each element's classes, style and props call themselves when they change: 90 circles on the smallest page."""
    elements = list(page.elements.values())

    def untie() -> None:
        for element in elements:
            for part in (element._classes, element._style, element._props):  # noqa: SLF001
                part._change_handlers.clear()  # noqa: SLF001

    asyncio.get_running_loop().call_soon(untie)  # when nothing is done with them any more


def connections() -> MutableMapping[str, Any]:
    """Engine.IO's connections by its own ids."""
    sockets: MutableMapping[str, Any] = core.sio.eio.sockets
    return sockets


def id_of_connection(sid: str) -> str:
    """Engine.IO's id of the connection below a socket; empty when there is none."""
    id: str | None = core.sio.manager.eio_sid_from_sid(sid, _EVERYWHERE)
    return id or ''


def hold_pings(id: str) -> None:
    """No ping is due on a new connection; with one it would sleep for long after it was dropped."""
    connections()[id].last_ping = None


def begin_pings(id: str) -> None:
    """From now on a connection is pinged."""
    socket = connections().get(id)
    if socket is not None:
        socket.last_ping = time.time()
        socket.schedule_ping()


async def close_connection(id: str, *, at_once: bool = False) -> bool:
    """Say so to a client that listens; ``at_once`` ends the connection of those who do not. False when there is none."""
    socket = connections().pop(id, None)
    if socket is None:
        return False
    await socket.close(wait=False)
    if at_once:
        await socket.queue.put(None)
    return True


async def _poll(self: AsyncSocket) -> list[Packet]:
    """What Engine.IO sends next: to a WebSocket without the timer and the task that it spends on every wait by itself.

    They end a writer to which nothing was given for longer than a ping takes; the server's own watch over pings closes such a connection
    as well. A request that polls is answered in time, so there they stay, and end it sooner: Engine.IO by itself holds it for 36 s, though
    its page may have gone or said that it goes, and a server that is to stop waits for it and complains.
    """
    queue = self.queue
    if self.upgraded:
        packets = [await queue.get()]
    else:
        try:
            packets = [await asyncio.wait_for(queue.get(), POLL_S)]
        except TimeoutError:
            return [Packet(NOOP)]
    queue.task_done()
    if packets == [None]:
        return []
    while not queue.empty():
        packet = queue.get_nowait()
        queue.task_done()
        if packet is None:
            queue.put_nowait(None)
            break
        packets.append(packet)
    return packets


_POLL = AsyncSocket.poll
_EXPECTS_ARGUMENTS = helpers.expects_arguments
_known: dict[tuple[object, ...], bool] = {}


def _expects_arguments(func: Callable[..., Any]) -> bool:
    """As NiceGUI finds it out, once for each function of the program: it asks 180 times for a page, a sixth of building it."""
    plain = getattr(func, '__func__', func)
    code = getattr(plain, '__code__', None)
    if code is None or hasattr(plain, '__wrapped__') or hasattr(plain, '__signature__'):
        return _EXPECTS_ARGUMENTS(func)
    key = (code, plain is func, len(plain.__defaults__ or ()), *(plain.__kwdefaults__ or ()))
    if key not in _known:
        _known[key] = _EXPECTS_ARGUMENTS(func)
    return _known[key]


def hasten() -> None:
    """Half the cost of a small packet is the timer around its wait, a sixth of that of a page is asking for signatures."""
    AsyncSocket.poll = _poll
    helpers.expects_arguments = _expects_arguments


def slow_down() -> None:
    """As Engine.IO and NiceGUI have it."""
    AsyncSocket.poll = _POLL
    helpers.expects_arguments = _EXPECTS_ARGUMENTS


def replace_disconnect() -> None:
    """Engine.IO's own waits until the peer has fetched all that was said to it: for ever, when that is by polling and it does not poll."""
    otherwise = core.sio.eio.disconnect

    async def disconnect(sid: str | None = None) -> None:
        if not await close_connection(sid or '') and sid is None:
            await otherwise()

    core.sio.eio.disconnect = disconnect


def restore_disconnect() -> None:
    """The method of the class is back."""
    del core.sio.eio.disconnect
