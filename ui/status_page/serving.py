"""Answers ``/status/…`` from the files, before anything else of the server is asked: no session, no store, no cookie."""

import json
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.server.encoding import takes_gzip
from ui.server.entity_tags import named
from ui.status_page.files import NOT_FOUND, Answer, Header, StatusFiles

PREFIX = '/status/'
_TLS: Header = (b'strict-transport-security', b'max-age=31536000; includeSubDomains')
_STARTING = json.dumps(
    {
        'type': 'urn:cellwarden:problem:service-unavailable',
        'title': 'Service Unavailable',
        'status': 503,
        'detail': 'the server is starting; try again shortly',
    }
).encode()


class StatusPages:
    """Stands around the application. What it answers is in memory; connections are limited for it as for every page of strangers."""

    def __init__(self, app: ASGIApp, *, files: StatusFiles) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope['type'] != 'http' or not scope['path'].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        more = (_TLS,) if scope['scheme'] == 'https' else ()
        method = scope['method']
        if method not in ('GET', 'HEAD'):
            await _send(send, 405, (b'allow', b'GET, HEAD'), (b'content-length', b'0'), *more)
            return
        asked = Headers(scope=scope)
        packed, wanted = takes_gzip(asked.get('accept-encoding', '')), ','.join(asked.getlist('if-none-match'))
        kept = self._files.find(scope['path'][len(PREFIX) :])
        found = kept or NOT_FOUND
        answer = found.packed if packed else found.plain
        if kept is not None and wanted and _fits(wanted, (found.plain, found.packed)):
            bare = [each for each in answer.headers if each[0] not in (b'content-length', b'content-encoding')]
            await _send(send, 304, *bare, *more)
            return
        body = b'' if method == 'HEAD' else answer.body
        await _send(send, 404 if kept is None else 200, *answer.headers, *more, body=body)


async def starting(scope: Scope, receive: Receive, send: Send) -> None:
    """The application while there is none yet: every request is told to come again."""
    if scope['type'] == 'websocket':
        await send({'type': 'websocket.close', 'code': 1013})
        return
    await _send(
        send,
        503,
        (b'content-type', b'application/problem+json'),
        (b'content-length', b'%d' % len(_STARTING)),
        (b'cache-control', b'no-store'),
        (b'retry-after', b'2'),
        body=_STARTING,
    )


async def _send(send: Send, status: int, *headers: Header, body: bytes = b'') -> None:
    await send({'type': 'http.response.start', 'status': status, 'headers': headers})
    await send({'type': 'http.response.body', 'body': body})


def _fits(wanted: str, answers: Iterable[Answer]) -> bool:
    """Whether ``If-None-Match`` names what would be sent."""
    tags = named(wanted)
    return '*' in tags or any(answer.tag.decode().strip('"') in tags for answer in answers)
