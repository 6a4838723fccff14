"""Files of a release, ours and NiceGUI's, packed once for each form that browsers take instead of once for each browser.

A page that is loaded for the first time asks for twenty of them while it is to be painted, and packing takes longer than building the page.
"""

import asyncio
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.encoding import LEAST, Coding, coding_of, packed

MOST_BYTES = 24 * 1024 * 1024
"""Of all that is kept here. NiceGUI brings libraries that no page of ours uses, and anybody may ask for those."""
_ASKED_IN_PART = frozenset({b'range', b'if-none-match', b'if-modified-since', b'if-range'})
_WORDS = ('text/', 'application/javascript', 'application/json', 'image/svg')
_OF_THE_FORM = frozenset({b'content-length', b'content-encoding', b'etag', b'vary', b'last-modified', b'accept-ranges'})
"""What told of the bytes of the plain file: with a date and ranges, a browser that was led elsewhere in the middle of a packed file could
ask for the rest of it, and be sent the end of the plain one."""


@dataclass(frozen=True, slots=True)
class _File:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: bytes) -> str:
        return next((value.decode('latin-1') for one, value in self.headers if one == name), '')

    @property
    def is_for_good(self) -> bool:
        """True when the address changes with the content (RFC 8246), and this is all of it."""
        said = self.header(b'content-length')
        return self.status == 200 and 'immutable' in self.header(b'cache-control') and said in ('', str(len(self.body)))

    async def in_form(self, coding: Coding) -> '_File':
        """The same file packed, where that makes it shorter. No entity tag: it would have to name these bytes."""
        body, headers = self.body, [one for one in self.headers if one[0] not in _OF_THE_FORM]
        if len(body) >= LEAST and self.header(b'content-type').startswith(_WORDS):
            body = await packed(body, coding, once=True)
            headers.append((b'content-encoding', coding.encode()))
        headers += [(b'content-length', str(len(body)).encode()), (b'vary', b'Accept-Encoding')]
        return _File(self.status, tuple(headers), body)

    async def send(self, send: Send) -> None:
        await send({'type': 'http.response.start', 'status': self.status, 'headers': list(self.headers)})
        await send({'type': 'http.response.body', 'body': self.body})


class FilesAtHand:
    """Answers what is asked for below ``folders`` from what it has kept; the rest passes."""

    def __init__(self, app: ASGIApp, *, folders: tuple[str, ...]) -> None:
        self._app = app
        self._folders = folders
        self._kept: dict[tuple[str, Coding], _File] = {}
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope['type'] != 'http' or scope['method'] != 'GET' or not scope['path'].startswith(self._folders):
            await self._app(scope, receive, send)
            return
        headers = dict(scope['headers'])
        coding = coding_of(headers.get(b'accept-encoding', b'').decode('latin-1'))
        if coding is None or scope['query_string'] or not _ASKED_IN_PART.isdisjoint(headers):
            await self._app(scope, receive, send)
            return
        key = (scope['path'], coding)
        file = self._kept.get(key)
        if file is None:
            file = await self._read(scope)
            if file.is_for_good:
                file = await file.in_form(coding)
                self._keep(key, file)
        await file.send(send)

    async def _read(self, scope: Scope) -> _File:
        """The answer of the application as it is.

        It is read for all who will ask, so that it does not hear that the browser has gone which asked first: it would stop in the middle,
        and what was read until then would be kept as the file.
        """
        said: list[Message] = []
        asked: list[Message] = [{'type': 'http.request', 'body': b'', 'more_body': False}]

        async def ask() -> Message:
            return asked.pop() if asked else await asyncio.get_running_loop().create_future()

        async def take(message: Message) -> None:
            said.append(message)

        headers = [one for one in scope['headers'] if one[0] != b'accept-encoding']
        await self._app({**scope, 'headers': headers}, ask, take)
        begin = said[0]
        return _File(
            begin['status'], tuple(begin.get('headers', ())), b''.join(one.get('body', b'') for one in said[1:])
        )

    def _keep(self, key: tuple[str, Coding], file: _File) -> None:
        if key not in self._kept and self._bytes + len(file.body) <= MOST_BYTES:
            self._kept[key] = file
            self._bytes += len(file.body)
