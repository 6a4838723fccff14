"""The beginning of a page, sent before the page is built: its frame, which the browser paints meanwhile.

From then on the status is 200: only pages that are there for the person who asks are begun, only for a browser that goes to them
(``Sec-Fetch-Mode``), and only behind all that may refuse them. Whatever else comes then, an error or a way to another page, is put
behind the beginning in words. A page that fails before it is begun answers 500 in the same words.

What is fetched before a person asks for it is not begun early: nobody waits for it, and where it fails its status keeps the browser
from showing it.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from typing import Any

import structlog
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.encoding import Packer, coding_of
from ui.server.failing import Failures, alone, number_of, within
from ui.server.prefetching import is_prefetch

log = structlog.get_logger(__name__)

Begin = Callable[[Request], Awaitable[str | None]]
"""Writes the beginning of a page for a signed-in person; nothing where the page may turn out to be another one."""
BEGUN = 'cellwarden.begun'
"""True in the scope of a request whose answer has been begun: NiceGUI's template goes on behind it (:mod:`ui.server.headers`)."""
OPENING = (
    '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
)
"""What each page begins with."""
_pages: dict[str, tuple[re.Pattern[str], Begin]] = {}
_of_failed: list[Begin] = []


def begins_early(path: str, begin: Begin) -> None:
    """Have the page of this path, which may have parameters, begun before it is built; ``begin`` finds them in ``path_params``."""
    _pages[path] = (compile_path(path)[0], begin)


def failed_within(begin: Begin) -> None:
    """Have pages that failed before they were begun stand in this frame."""
    _of_failed[:] = [begin]


def is_begun(scope: MutableMapping[str, Any]) -> bool:
    """True when the frame of the page that is asked for has been sent."""
    return BEGUN in scope


class Opening:
    """Begins such answers, and says in words that a page failed. It stands behind the guard."""

    def __init__(self, app: ASGIApp, failures: Failures | None = None) -> None:
        self._app = app
        self._failures = failures or Failures()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin and pass on, or just pass on."""
        # a refusal of the API passes here as an error on its way to the words that it is answered with
        if scope['type'] != 'http' or scope['method'] != 'GET' or scope['path'].startswith('/api/'):
            await self._app(scope, receive, send)
            return
        number_of(scope)  # what fails may have a copy of the scope
        html = await _beginning(scope)
        answer: _Whole | _Begun
        if html is None:
            answer = _Whole(scope, send, self._failures)
        else:
            answer = _Begun(scope, send, self._failures)
            await answer.begin(html)
            headers = [one for one in scope['headers'] if one[0] != b'accept-encoding']  # packed here, in one stream
            scope = {**scope, 'headers': headers, BEGUN: True}
        try:
            await self._app(scope, receive, answer.go_on)
        except Exception:
            await answer.fail(500)
            raise


async def _beginning(scope: Scope) -> str | None:
    if not _is_visit(scope) or is_prefetch(scope):
        return None
    path: str = scope['path']
    for pattern, begin in _pages.values():
        if (found := pattern.match(path)) is not None:
            written = await _written(begin, {**scope, 'path_params': found.groupdict()})
            if written is not None:
                return written
    return None


def _is_visit(scope: Scope) -> bool:
    return (b'sec-fetch-mode', b'navigate') in scope['headers']


async def _written(begin: Begin, scope: Scope) -> str | None:
    try:
        return await begin(Request(scope))
    except Exception:
        log.exception('page_not_begun', path=scope['path'])
        return None


class _Whole:
    """An answer that is passed on as it is, unless it is a page that failed."""

    def __init__(self, scope: Scope, send: Send, failures: Failures) -> None:
        self._scope = scope
        self._send = send
        self._failures = failures
        self._begun = self._failed = False

    async def go_on(self, message: Message) -> None:
        """Pass on what is answered; in the place of a page that failed, say so."""
        if message['type'] == 'http.response.start':
            if message['status'] >= 500 and any(name == b'x-nicegui-content' for name, _ in message.get('headers', ())):
                await self._say(message['status'])
            self._begun = True
        if not self._failed:
            await self._send(message)

    async def fail(self, status: int) -> None:
        """The page raised an error: say so to a browser that goes to it, where nothing was said yet."""
        if not self._begun and _is_visit(self._scope):
            await self._say(status)

    async def _say(self, status: int) -> None:
        self._failed = True
        self._failures.note(self._scope, status)
        frame = await _written(_of_failed[0], self._scope) if _of_failed else None
        body = (within(frame, self._scope) if frame else alone(self._scope)).encode()
        headers = [(b'content-type', b'text/html; charset=utf-8'), (b'content-length', str(len(body)).encode())]
        await self._send({'type': 'http.response.start', 'status': status, 'headers': headers})
        await self._send({'type': 'http.response.body', 'body': body})


class _Begun:
    """An answer whose beginning has been sent."""

    def __init__(self, scope: Scope, send: Send, failures: Failures) -> None:
        accepted = dict(scope['headers']).get(b'accept-encoding', b'')
        self._coding = coding_of(accepted.decode('latin-1'))
        self._packer = Packer(self._coding)
        self._scope = scope
        self._send = send
        self._failures = failures
        self._ended = False

    async def begin(self, html: str) -> None:
        headers = [(b'content-type', b'text/html; charset=utf-8'), (b'vary', b'Accept-Encoding')]
        if self._coding is not None:
            headers.append((b'content-encoding', self._coding.encode()))
        await self._send({'type': 'http.response.start', 'status': 200, 'headers': headers})
        await self._say(html)

    async def go_on(self, message: Message) -> None:
        """Pass on what the page says; of its own beginning only where it leads elsewhere, or is an error."""
        if message['type'] == 'http.response.start':
            leads = dict(message.get('headers', ())).get(b'location')
            if leads is not None:
                await self._say(f'<meta http-equiv="refresh" content="0; url={escape(leads.decode("latin-1"))}">')
            if message['status'] >= 500:
                await self.fail(message['status'])
        elif message['type'] == 'http.response.body':
            if not self._ended:
                self._ended = last = not message.get('more_body', False)
                await self._send({**message, 'body': self._packer.packed(message.get('body', b''), last=last)})
        else:
            await self._send(message)

    async def fail(self, status: int) -> None:
        """End the page with words that say that it failed."""
        if not self._ended:
            self._ended = True
            self._failures.note(self._scope, status)
            body = self._packer.packed(within('', self._scope).encode(), last=True)
            await self._send({'type': 'http.response.body', 'body': body})

    async def _say(self, html: str) -> None:
        await self._send({'type': 'http.response.body', 'body': self._packer.packed(html.encode()), 'more_body': True})
