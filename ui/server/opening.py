"""The beginning of a page, sent before the page is built: meanwhile the browser makes itself ready and fetches what it needs.

What is sent early is the same for everybody, so it says nothing; a browser that asked for a page with a session gets it 20 to 40 ms before
the rest. From then on the status is 200: only pages that are there for every signed-in person are begun early, and only for a browser that
goes to them (``Sec-Fetch-Mode``); whatever else comes then (an error in words, a way to another page) is put behind the beginning.
"""

from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.assets import SHEETS
from ui.server.encoding import Packer, coding_of

Stands = Callable[[Request], bool]
BEGUN = 'cellwarden.begun'
"""True in the scope of a request whose answer has been begun: NiceGUI's template goes on behind it (:mod:`ui.server.headers`)."""
OPENING = (
    '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta name="viewport" content="width=device-width, initial-scale=1">'
)
"""What each page begins with."""
_pages: dict[str, Stands] = {}


def begins_early(path: str, stands: Stands) -> None:
    """A person who is signed in gets the page of this path, if ``stands`` says so of their request: no refusal, no way to another page."""
    _pages[path] = stands


class Opening:
    """Begins such answers. It stands behind the guard."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Begin and pass on, or just pass on."""
        if not _may_begin(scope):
            await self._app(scope, receive, send)
            return
        answer = _Answer(scope, send)
        await answer.begin()
        headers = [one for one in scope['headers'] if one[0] != b'accept-encoding']  # packed here, in one stream
        await self._app({**scope, 'headers': headers, BEGUN: True}, receive, answer.go_on)


def _may_begin(scope: Scope) -> bool:
    if scope['type'] != 'http' or scope['method'] != 'GET' or (b'sec-fetch-mode', b'navigate') not in scope['headers']:
        return False
    stands = _pages.get(scope['path'])
    return stands is not None and stands(Request(scope))


class _Answer:
    def __init__(self, scope: Scope, send: Send) -> None:
        accepted = dict(scope['headers']).get(b'accept-encoding', b'')
        self._coding = coding_of(accepted.decode('latin-1'))
        self._packer = Packer(self._coding)
        self._send = send

    async def begin(self) -> None:
        headers = [(b'content-type', b'text/html; charset=utf-8'), (b'vary', b'Accept-Encoding')]
        if self._coding is not None:
            headers.append((b'content-encoding', self._coding.encode()))
        await self._send({'type': 'http.response.start', 'status': 200, 'headers': headers})
        await self._say(OPENING + SHEETS)

    async def go_on(self, message: Message) -> None:
        """Pass on what the page says; of its own beginning only where it leads elsewhere."""
        if message['type'] == 'http.response.start':
            leads = dict(message.get('headers', ())).get(b'location')
            if leads is not None:
                await self._say(f'<meta http-equiv="refresh" content="0; url={escape(leads.decode("latin-1"))}">')
        elif message['type'] == 'http.response.body':
            last = not message.get('more_body', False)
            body = self._packer.packed(message.get('body', b''), last=last)
            await self._send({**message, 'body': body})
        else:
            await self._send(message)

    async def _say(self, html: str) -> None:
        await self._send({'type': 'http.response.body', 'body': self._packer.packed(html.encode()), 'more_body': True})
