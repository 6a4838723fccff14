"""The beginning of a page, sent before the page is built: its frame, which the browser paints meanwhile.

From then on the status is 200: only pages that are there for the person who asks are begun, only for a browser that goes to them
(``Sec-Fetch-Mode``), and only behind all that may refuse them. Whatever else comes then, an error or a way to another page, is put
behind the beginning in words.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from typing import Any

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.encoding import Packer, coding_of

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
_FAILED = (
    '<div id="cw-first" class="folded"><main><div class="cw-main" id="main" tabindex="-1"><section class="cw-card"><div class="cw-note" '
    'role="alert"><h2>This page could not be built</h2><p>The console has made an error, and has written it into its log. Nothing was '
    'changed.</p><a class="cw-btn primary" href="">Load the page again</a></div></section></div></main></div></body></html>'
)
"""What stands in the frame when nothing else can."""
_pages: dict[str, Begin] = {}


def begins_early(path: str, begin: Begin) -> None:
    """Have the page of this path begun before it is built."""
    _pages[path] = begin


def is_begun(scope: MutableMapping[str, Any]) -> bool:
    """True when the frame of the page that is asked for has been sent."""
    return BEGUN in scope


class Opening:
    """Begins such answers. It stands behind the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin and pass on, or just pass on."""
        html = await _beginning(scope)
        if html is None:
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        await answer.begin(html)
        headers = [one for one in scope['headers'] if one[0] != b'accept-encoding']  # packed here, in one stream
        try:
            await self._app({**scope, 'headers': headers, BEGUN: True}, receive, answer.go_on)
        except Exception:
            await answer.fail()
            raise


async def _beginning(scope: Scope) -> str | None:
    if scope['type'] != 'http' or scope['method'] != 'GET' or (b'sec-fetch-mode', b'navigate') not in scope['headers']:
        return None
    begin = _pages.get(scope['path'])
    if begin is None:
        return None
    try:
        return await begin(Request(scope))
    except Exception:
        log.exception('page_not_begun', path=scope['path'])
        return None


class _Answer:
    def __init__(self, scope: Scope, send: Send) -> None:
        accepted = dict(scope['headers']).get(b'accept-encoding', b'')
        self._coding = coding_of(accepted.decode('latin-1'))
        self._packer = Packer(self._coding)
        self._send = send
        self._path: str = scope['path']
        self._failed = self._ended = False

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
                log.error('begun_page_failed', path=self._path, status=message['status'])
                await self.fail()
        elif message['type'] == 'http.response.body':
            if not self._ended:
                self._ended = last = not message.get('more_body', False)
                await self._send({**message, 'body': self._packer.packed(message.get('body', b''), last=last)})
        else:
            await self._send(message)

    async def fail(self) -> None:
        """End the page with words that say that it failed."""
        if not self._ended:
            self._ended = True
            body = self._packer.packed(_FAILED.encode(), last=True)
            await self._send({'type': 'http.response.body', 'body': body})

    async def _say(self, html: str) -> None:
        await self._send({'type': 'http.response.body', 'body': self._packer.packed(html.encode()), 'more_body': True})
